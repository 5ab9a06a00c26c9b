package io.pgcask.storage;

import io.pgcask.api.v1alpha1.Reason;
import java.util.OptionalInt;

/**
 * How an S3 upload is cut, and how much memory it takes: {@code buffers * partBytes}, never more
 * than 60 % of the heap. One buffer is being filled, the others are on their way. Parts of one
 * object have one size, since some servers insist.
 *
 * @param partBytes size of every part but the last
 * @param buffers how many parts are in memory at once, 2 or 3
 * @param maxParts how many parts an object has at most; what is larger goes on in a further object
 */
record PartPlan(int partBytes, int buffers, int maxParts) {
  private static final int MIB = 1 << 20;

  /** What S3 asks of every part but the last. */
  private static final int SMALLEST_OF_S3 = 5 * MIB;

  /**
   * Larger ones gain little, and three of them would be a good part of what the runner takes: with
   * parts of 16 MiB {@code dev/bench data-path} printed a peak of 186 MiB.
   */
  private static final int MIN_PART = 8 * MIB;

  private static final int MAX_PART = 512 * MIB;
  private static final int MAX_BUFFERS = 3;
  private static final int MIN_BUFFERS = 2;

  /** A dump may be larger than the database, and the estimate wrong. */
  private static final double RESERVE = 1.5;

  /** Of the parts that an object may have, a tenth is kept, too. */
  private static final double PLANNED_SHARE = 0.9;

  /**
   * Plans an upload.
   *
   * @param estimatedBytes a guess of its length; 0: no idea
   * @param heapBytes what the process may use
   * @param maxParts of one object, 1 to 10,000
   * @param partMib size of a part in MiB that was asked for; empty: chosen here
   * @throws StorageException InvalidOptions if the heap cannot hold two parts of the size that was
   *     asked for
   */
  static PartPlan of(long estimatedBytes, long heapBytes, int maxParts, OptionalInt partMib)
      throws StorageException {
    long budget = heapBytes / 10 * 6;
    long part =
        partMib.isPresent()
            ? asked(partMib.getAsInt(), budget)
            : chosen(estimatedBytes, budget, maxParts);
    int buffers = (int) Math.clamp(budget / part, MIN_BUFFERS, MAX_BUFFERS);
    return new PartPlan((int) part, buffers, maxParts);
  }

  private static long asked(int partMib, long budget) throws StorageException {
    long part = (long) partMib * MIB;
    if (part * MIN_BUFFERS > budget) {
      throw new StorageException(
          Reason.INVALID_OPTIONS,
          "s3.partSizeMiB %d needs twice that in memory, but the runner has %d MiB for parts; lower it or raise the runner's memory"
              .formatted(partMib, budget / MIB));
    }
    return part;
  }

  private static long chosen(long estimatedBytes, long budget, int maxParts) {
    double wanted = Math.max(0, estimatedBytes) * RESERVE / (PLANNED_SHARE * maxParts);
    long part = Math.clamp(roundUp((long) wanted), MIN_PART, MAX_PART);
    if (part * MIN_BUFFERS > budget) {
      // a heap this small holds no two parts of that size: smaller ones, and perhaps further
      // objects
      part = Math.max(SMALLEST_OF_S3, budget / MIN_BUFFERS / MIB * MIB);
    }
    return part;
  }

  private static long roundUp(long bytes) {
    return (bytes + MIB - 1) / MIB * MIB;
  }

  /** The largest object that this plan makes, in bytes. */
  long maxObjectBytes() {
    return (long) partBytes * maxParts;
  }
}
