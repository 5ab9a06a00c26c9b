package io.pgcask.runner.report;

import java.util.Optional;

/**
 * How much of a dump is done, in percent of an estimate that may be wrong. The percentage never
 * falls and never reaches 100: close to the estimate it slows down, and what the estimate was too
 * low for brings it ever closer to 99. May be used by several threads.
 */
public final class ProgressEstimate {
  private static final int MOST = 99;

  /** Up to this share of the estimate the percentage is the share. */
  private static final double STRAIGHT = 0.9;

  /** The curve behind goes on in the same direction: 100 percent per estimate at its beginning. */
  private static final double BEND = 1 / (MOST / 100.0 - STRAIGHT);

  /** The first megabytes of a table say little about the rest. */
  private static final long ENOUGH = 16 << 20;

  /** The bounds of a sane ratio: text that is nearly empty, and text that does not compress. */
  private static final double LEAST_RATIO = 0.01;

  private static final double MOST_RATIO = 2;

  private final long base;
  private final boolean learns;

  private double ratio;
  private Optional<Seen> last = Optional.empty();
  private long copied;
  private long became;
  private int percent;

  private ProgressEstimate(long base, double ratio, boolean learns) {
    this.base = base;
    this.ratio = ratio;
    this.learns = learns;
  }

  /**
   * Of a dump that is known to become about so large.
   *
   * @param bytes 0: nothing is known
   */
  public static ProgressEstimate of(long bytes) {
    return new ProgressEstimate(bytes, 1, false);
  }

  /**
   * Of a dump of tables, corrected by {@link #learn}.
   *
   * @param tableBytes what they take in the database; 0: nothing is known
   * @param ratio the first guess of how many bytes of dump each of those becomes
   */
  public static ProgressEstimate ofTables(long tableBytes, double ratio) {
    return new ProgressEstimate(tableBytes, ratio, true);
  }

  /**
   * What is said of the progress.
   *
   * @param bytes that the dump may have in the end, never less than it has
   * @param percent 0 to 99
   */
  public record Estimate(long bytes, int percent) {}

  /**
   * Takes note of a COPY that goes on: what became of the bytes that one table gave between two
   * looks is what becomes of the others.
   *
   * @param relation which table
   * @param copiedBytes that the server has sent of it so far
   * @param dumpBytes that have come out at that time
   */
  public synchronized void learn(long relation, long copiedBytes, long dumpBytes) {
    var seen = new Seen(relation, copiedBytes, dumpBytes);
    var before = last.filter(one -> one.relation() == relation);
    last = Optional.of(seen);
    if (!learns || before.isEmpty() || copiedBytes < before.get().copied()) {
      return;
    }
    copied += copiedBytes - before.get().copied();
    became += dumpBytes - before.get().dumped();
    if (copied >= ENOUGH) {
      ratio = Math.clamp((double) became / copied, LEAST_RATIO, MOST_RATIO);
    }
  }

  /**
   * Where it stands.
   *
   * @param dumpBytes that have come out
   */
  public synchronized Optional<Estimate> at(long dumpBytes) {
    if (base <= 0) {
      return Optional.empty();
    }
    double estimate = Math.max(1, base * ratio);
    int now = (int) Math.floor(100 * share(dumpBytes / estimate));
    percent = Math.max(percent, Math.min(MOST, now));
    return Optional.of(new Estimate(Math.max(dumpBytes, Math.round(estimate)), percent));
  }

  private static double share(double done) {
    return done <= STRAIGHT
        ? Math.max(0, done)
        : MOST / 100.0 - (MOST / 100.0 - STRAIGHT) * Math.exp(-BEND * (done - STRAIGHT));
  }

  private record Seen(long relation, long copied, long dumped) {}
}
