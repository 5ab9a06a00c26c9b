package io.pgcask.runner.restore;

import io.pgcask.api.v1alpha1.Bottleneck;
import io.pgcask.contract.Report;
import io.pgcask.contract.ReportProgressedBuilder;
import io.pgcask.runner.tool.Backend;
import io.pgcask.runner.tool.Insight;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What is known of a restore beyond the bytes that have moved. The percentage is the mean of two
 * shares, that of the bytes read and that of the entries done: bytes tell nothing of indexes, and
 * entries nothing of large tables. It never falls and never reaches 100.
 */
final class RestoreInsight implements Insight {
  private static final int MOST = 99;

  /** What the tools worked for less than this share of the time they did not hold up. */
  private static final double CLEAR = 0.5;

  /** What was seen longer ago is not said any more: the server may not answer. */
  private static final Duration FRESH = Duration.ofSeconds(15);

  private final long totalBytes;
  private final Optional<EntryProgress> entries;
  private final LongSupplier clock;

  private long begun;
  private double before;
  private double weight = 1;
  private int percent;
  private Optional<Observed> observed = Optional.empty();
  private long lastLook;
  private Duration lastToolTime = Duration.ZERO;
  private Optional<Bottleneck> bottleneck = Optional.empty();

  /**
   * What can be asked while the tools run.
   *
   * @param fromStorage whether they get the dump from storage, and do not read it on a disk
   * @param toolTime how long they have been on processors
   * @param backend asks the server; may take its time
   */
  record Observed(
      boolean fromStorage, Supplier<Duration> toolTime, Supplier<Optional<Backend>> backend) {}

  /** From now on. */
  RestoreInsight(long totalBytes, Optional<EntryProgress> entries) {
    this(totalBytes, entries, System::nanoTime);
  }

  /**
   * By another clock.
   *
   * @param totalBytes that are read from storage in all; 0: not known
   * @param entries empty: they are not told
   * @param clock in nanoseconds
   */
  RestoreInsight(long totalBytes, Optional<EntryProgress> entries, LongSupplier clock) {
    this.totalBytes = totalBytes;
    this.entries = entries;
    this.clock = clock;
    this.begun = clock.getAsLong();
  }

  /**
   * Of one database of several.
   *
   * @param before share of the whole that is restored before it
   * @param weight share of the whole that it is
   */
  synchronized void weigh(double before, double weight) {
    this.before = before;
    this.weight = weight;
  }

  /** It is read from storage from now on. */
  synchronized void begin() {
    begun = clock.getAsLong();
  }

  /** The tools run from now on. */
  synchronized void watch(Observed tools) {
    observed = Optional.of(tools);
    if (tools.fromStorage()) {
      begin();
    }
    lastLook = clock.getAsLong();
    lastToolTime = Duration.ZERO;
  }

  @Override
  public void observe() {
    Optional<Observed> tools;
    synchronized (this) {
      tools = observed;
    }
    if (tools.isPresent()) {
      var doing = tools.get().backend().get().map(Backend::doing); // without a lock: it may wait
      note(tools.get(), doing, tools.get().toolTime().get());
    }
  }

  private synchronized void note(Observed tools, Optional<Backend.Doing> doing, Duration toolTime) {
    long now = clock.getAsLong();
    double worked = toolTime.minus(lastToolTime).toNanos() / (double) Math.max(1, now - lastLook);
    lastLook = now;
    lastToolTime = toolTime;
    bottleneck = doing.flatMap(what -> bottleneck(what, worked, tools.fromStorage()));
  }

  /** One look at a backend is a sample: it must agree with what the whole time says. */
  private static Optional<Bottleneck> bottleneck(
      Backend.Doing doing, double worked, boolean fromStorage) {
    if (worked >= CLEAR) {
      return Optional.empty(); // the tools themselves, with decompressing above all
    }
    return switch (doing) {
      case WORKS -> Optional.of(Bottleneck.DATABASE);
      case IDLE -> fromStorage ? Optional.of(Bottleneck.STORAGE) : Optional.empty();
      case WAITS_FOR_TOOL -> Optional.empty();
    };
  }

  @Override
  public synchronized Report.Progressed complete(Report.Progressed moved) {
    var state = entries.map(EntryProgress::state);
    double read = share(moved.bytesRead(), totalBytes);
    double share =
        state.map(known -> (read + share(known.done(), known.entries())) / 2).orElse(read);
    percent = Math.max(percent, Math.min(MOST, (int) Math.floor(100 * (before + weight * share))));
    long millis = Math.max(1, (clock.getAsLong() - begun) / 1_000_000);
    var builder =
        ReportProgressedBuilder.builder(moved)
            .percent(percent)
            // a dump that was brought to disk first was not read during the last seconds alone
            .bytesPerSecond((long) (moved.bytesRead() * 1000.0 / millis));
    state.ifPresent(
        known ->
            builder
                .entriesDone(known.done())
                .entries(known.entries())
                .currentObject(known.current().orElse(null)));
    if (clock.getAsLong() - lastLook < FRESH.toNanos()) {
      builder.bottleneck(bottleneck.orElse(null));
    }
    return builder.build();
  }

  private static double share(long done, long all) {
    return all <= 0 ? 0 : Math.clamp((double) done / all, 0, 1);
  }
}
