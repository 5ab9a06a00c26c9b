package io.pgcask.archive;

/**
 * How large a table of contents may be.
 *
 * @param entries most entries
 * @param memory most bytes that they may take in memory, by an estimate that is rather too high
 */
public record ArchiveLimits(int entries, long memory) {
  private static final int MOST_ENTRIES = 4_000_000;
  private static final long LEAST_MEMORY = 16L << 20;

  /** For a process of this size: a third of its heap, so that there is room to work with them. */
  public static ArchiveLimits ofHeap() {
    return new ArchiveLimits(
        MOST_ENTRIES, Math.max(LEAST_MEMORY, Runtime.getRuntime().maxMemory() / 3));
  }
}
