package io.pgcask.runner.tool;

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
  private final long begun = System.nanoTime();
  // two threads: asking a server that does not answer must not silence the progress
  private final ScheduledExecutorService threads =
      Executors.newScheduledThreadPool(2, Thread.ofPlatform().daemon().name("watch-", 0).factory());

  private long lastMoved = System.nanoTime();
  private long lastSum = -1;
  private volatile boolean stalled;

  /**
   * Begins to watch.
   *
   * @param serverWorks whether a backend of ours is busy; asked when nothing has moved for the
   *     timeout, and again after another timeout
   * @param onStall ends the tool
   */
  public Watch(
      Traffic traffic,
      Duration stallTimeout,
      BooleanSupplier serverWorks,
      Runnable onStall,
      Reporter reporter) {
    this.traffic = traffic;
    this.stallTimeout = stallTimeout;
    this.serverWorks = serverWorks;
    this.onStall = onStall;
    this.reporter = reporter;
    threads.scheduleAtFixedRate(
        this::progress, 1000, PROGRESS_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    threads.scheduleWithFixedDelay(
        this::look, LOOK_EVERY.toMillis(), LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void progress() {
    long read = traffic.bytesRead();
    long millis = Math.max(1, (System.nanoTime() - begun) / 1_000_000);
    reporter.progress(read, traffic.bytesStored(), (long) (read * 1000.0 / millis));
  }

  private void look() {
    long now = System.nanoTime();
    long sum = traffic.bytesRead() + traffic.bytesStored();
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
  public void close() {
    threads.shutdownNow();
    progress();
  }
}
