package io.pgcask.runner.backup;

import java.util.function.LongSupplier;

/**
 * Where the time goes of the one thread that moves a dump from pg_dump into storage. That thread
 * says what it is about to do; any other may ask, also in the middle of a long wait. A change costs
 * one reading of the clock and a lock that nobody else wants, some 50 ns, for 128 KiB or more.
 */
final class PumpTimes {
  private final LongSupplier clock;

  private Activity activity = Activity.WORKS;
  private long since;
  private long forTool;
  private long forStorage;

  /** By the system's clock. */
  PumpTimes() {
    this(System::nanoTime);
  }

  /** By another clock, in nanoseconds. */
  PumpTimes(LongSupplier clock) {
    this.clock = clock;
    this.since = clock.getAsLong();
  }

  /** What the thread does. */
  enum Activity {
    /** Something of its own: it encrypts, or looks for files. */
    WORKS,
    /** It waits for pg_dump to write more. */
    WAITS_FOR_TOOL,
    /** It hands bytes over to storage. */
    WAITS_FOR_STORAGE
  }

  /**
   * Sums since the beginning, in nanoseconds.
   *
   * @param at of the clock
   */
  record Sums(long at, long forTool, long forStorage) {}

  /** From now on it does this; for the thread that moves the dump. */
  synchronized void enter(Activity next) {
    add(clock.getAsLong());
    activity = next;
  }

  /** The sums, with what goes on. */
  synchronized Sums sums() {
    long now = clock.getAsLong();
    add(now);
    return new Sums(now, forTool, forStorage);
  }

  private void add(long now) {
    long passed = now - since;
    since = now;
    switch (activity) {
      case WORKS -> {}
      case WAITS_FOR_TOOL -> forTool += passed;
      case WAITS_FOR_STORAGE -> forStorage += passed;
    }
  }
}
