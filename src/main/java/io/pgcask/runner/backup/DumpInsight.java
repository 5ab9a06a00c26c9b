package io.pgcask.runner.backup;

import io.pgcask.api.v1alpha1.Bottleneck;
import io.pgcask.contract.Report;
import io.pgcask.contract.ReportProgressedBuilder;
import io.pgcask.runner.report.ProgressEstimate;
import io.pgcask.runner.tool.Backend;
import io.pgcask.runner.tool.Insight;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** What is known of a pg_dump that runs, beyond the bytes that it has written. */
final class DumpInsight implements Insight {
  /** What was seen longer ago is not said any more: the server may not answer. */
  private static final Duration FRESH = Duration.ofSeconds(15);

  private final ProgressEstimate estimate;
  private final PumpTimes times;
  private final LongSupplier bytesRead;
  private final Supplier<Duration> toolTime;
  private final Supplier<Optional<Backend>> backend;

  private PumpTimes.Sums lastSums;
  private Duration lastToolTime = Duration.ZERO;
  private volatile Optional<Observation> newest = Optional.empty();

  /**
   * Of one pg_dump.
   *
   * @param bytesRead what it has written so far
   * @param toolTime how long it has been on a processor
   * @param backend asks the server; may take its time
   */
  DumpInsight(
      ProgressEstimate estimate,
      PumpTimes times,
      LongSupplier bytesRead,
      Supplier<Duration> toolTime,
      Supplier<Optional<Backend>> backend) {
    this.estimate = estimate;
    this.times = times;
    this.bytesRead = bytesRead;
    this.toolTime = toolTime;
    this.backend = backend;
    this.lastSums = times.sums();
  }

  @Override
  public void observe() {
    var sums = times.sums();
    var worked = toolTime.get();
    var shares = DumpBottleneck.Shares.between(lastSums, sums, worked.minus(lastToolTime));
    lastSums = sums;
    lastToolTime = worked;
    var seen = backend.get();
    var copy = seen.flatMap(Backend::copy);
    copy.ifPresent(
        running -> estimate.learn(running.relation(), running.bytes(), bytesRead.getAsLong()));
    newest =
        Optional.of(
            new Observation(
                times.sums().at(),
                copy.map(Backend.Copy::name),
                DumpBottleneck.of(shares, seen.map(Backend::doing))));
  }

  @Override
  public Report.Progressed complete(Report.Progressed moved) {
    var builder = ReportProgressedBuilder.builder(moved);
    estimate
        .at(moved.bytesRead())
        .ifPresent(known -> builder.estimatedBytes(known.bytes()).percent(known.percent()));
    newest
        .filter(seen -> times.sums().at() - seen.at() < FRESH.toNanos())
        .ifPresent(
            seen ->
                builder
                    .currentObject(seen.currentObject().orElse(null))
                    .bottleneck(seen.bottleneck().orElse(null)));
    return builder.build();
  }

  private record Observation(
      long at, Optional<String> currentObject, Optional<Bottleneck> bottleneck) {}
}
