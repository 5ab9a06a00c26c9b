package io.pgcask.archive;

import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What of a table of contents tells where the archive must end; all that has to be kept of a large
 * one to follow its archive.
 *
 * @param integerBytes how long an integer is in it, without its sign
 * @param contentsBytes length of the table of contents itself
 * @param entries numbers of the entries with data in the archive's own file
 * @param files names of the files that the data of the others lies in
 */
public record ArchiveShape(
    Archive.Container container,
    int integerBytes,
    long contentsBytes,
    Set<Integer> entries,
    Set<String> files) {

  /** Of an archive. */
  public static ArchiveShape of(Archive archive) {
    return new ArchiveShape(
        archive.container(),
        archive.header().integerBytes(),
        archive.contentsBytes(),
        archive.entries().stream()
            .filter(entry -> isInside(entry.data()))
            .map(ArchiveEntry::dumpId)
            .collect(Collectors.toUnmodifiableSet()),
        archive.entries().stream()
            .flatMap(entry -> file(archive, entry).stream())
            .collect(Collectors.toUnmodifiableSet()));
  }

  /**
   * The file of an entry. In Tar format that of large objects is called otherwise than its entry
   * says: it is the list of their files, one for all of them before 17.
   */
  private static Optional<String> file(Archive archive, ArchiveEntry entry) {
    if (!(entry.data() instanceof DataPlace.File file)) {
      return Optional.empty();
    }
    if (archive.container() != Archive.Container.TAR || !entry.desc().equals("BLOBS")) {
      return Optional.of(file.name());
    }
    return Optional.of(
        archive.header().version().groupsLargeObjects()
            ? "blobs_%d.toc".formatted(entry.dumpId())
            : "blobs.toc");
  }

  private static boolean isInside(DataPlace place) {
    return switch (place) {
      case DataPlace.Offset offset -> true;
      case DataPlace.Unrecorded unrecorded -> true;
      case DataPlace.File file -> false;
      case DataPlace.None none -> false;
    };
  }
}
