package io.pgcask.runner.tool;

import io.pgcask.contract.Report;
import io.pgcask.contract.ReportProgressedBuilder;
import io.pgcask.runner.report.Reporter;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Looks on while a tool runs: says how far it is, and notices when nothing moves any more. A tool
 * that is silent because the server works for it (an index, a big query) is not stalled, so the
 * server is asked before it is given up.
 */
public final class Watch implements AutoCloseable {
  private static final Duration PROGRESS_EVERY = Duration.ofSeconds(5);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  private final Traffic traffic;
  private final Duration stallTimeout;
  private final BooleanSupplier serverWorks;
  private final Runnable onStall;
  private final Reporter reporter;
  private final Insight insight;
  private final long begun = System.nanoTime();
  // three threads: asking a server that does not answer must neither silence the progress nor blind
  // the look for a stall
  private final ScheduledExecutorService threads =
      Executors.newScheduledThreadPool(3, Thread.ofPlatform().daemon().name("watch-", 0).factory());

  private long lastMoved = System.nanoTime();
  private long lastSum = -1;
  private volatile boolean stalled;
  private boolean ended;

  /** Begins to watch a tool of which nothing is known but the bytes that move. */
  public Watch(
      Traffic traffic,
      Duration stallTimeout,
      BooleanSupplier serverWorks,
      Runnable onStall,
      Reporter reporter) {
    this(traffic, stallTimeout, serverWorks, onStall, reporter, Insight.NONE);
  }

  /**
   * Begins to watch.
   *
   * @param serverWorks whether a backend of ours is busy; asked when nothing has moved for the
   *     timeout, and again after another timeout
   * @param onStall ends the tool
   * @param insight completes what is said of the progress
   */
  public Watch(
      Traffic traffic,
      Duration stallTimeout,
      BooleanSupplier serverWorks,
      Runnable onStall,
      Reporter reporter,
      Insight insight) {
    this.traffic = traffic;
    this.stallTimeout = stallTimeout;
    this.serverWorks = serverWorks;
    this.onStall = onStall;
    this.reporter = reporter;
    this.insight = insight;
    threads.scheduleAtFixedRate(
        this::progress, 1000, PROGRESS_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    threads.scheduleWithFixedDelay(
        insight::observe,
        PROGRESS_EVERY.toMillis(),
        PROGRESS_EVERY.toMillis(),
        TimeUnit.MILLISECONDS);
    threads.scheduleWithFixedDelay(
        this::look, LOOK_EVERY.toMillis(), LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  private synchronized void progress() {
    if (!ended) {
      reporter.progress(insight.complete(moved()));
    }
  }

  private Report.Progressed moved() {
    long read = traffic.bytesRead();
    long millis = Math.max(1, (System.nanoTime() - begun) / 1_000_000);
    return new Report.Progressed(read, traffic.bytesStored(), (long) (read * 1000.0 / millis));
  }

  private void look() {
    long now = System.nanoTime();
    long sum = traffic.moved();
    if (sum != lastSum) {
      lastSum = sum;
      lastMoved = now;
      return;
    }
    if (stalled || now - lastMoved < stallTimeout.toNanos()) {
      return;
    }
    if (serverWorks.getAsBoolean()) {
      lastMoved = System.nanoTime();
      return;
    }
    stalled = true;
    onStall.run();
  }

  /** Whether it was given up. */
  public boolean stalled() {
    return stalled;
  }

  /** Says a last time how far it is, and stops. */
  @Override
  public synchronized void close() {
    threads.shutdownNow();
    ended = true;
    reporter.progress(
        ReportProgressedBuilder.builder(insight.complete(moved()))
            .currentObject(null)
            .bottleneck(null)
            .build());
  }
}
