package io.pgcask.archive;

/**
 * How large a table of contents may be.
 *
 * @param entries most entries
 * @param bytes most bytes, of everything together
 */
public record ArchiveLimits(int entries, long bytes) {
  private static final int MOST_ENTRIES = 4_000_000;
  private static final long LEAST_BYTES = 16L << 20;

  /**
   * For a process of this size: a fourth of its heap, since a text takes as much there as in the
   * archive (twice, with characters beyond Latin-1), and an entry some hundred bytes more.
   */
  public static ArchiveLimits ofHeap() {
    return new ArchiveLimits(
        MOST_ENTRIES, Math.max(LEAST_BYTES, Runtime.getRuntime().maxMemory() / 4));
  }
}
