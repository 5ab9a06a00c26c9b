package io.pgcask.runner.restore;

import io.pgcask.contract.Manifest;
import io.pgcask.postgres.ClientTools.Client;
import io.pgcask.runner.TaskFailedException;
import io.pgcask.runner.restore.selection.ArchivePart;
import io.pgcask.runner.stored.ArchiveContents;
import io.pgcask.runner.stored.StagedDump;
import io.pgcask.runner.stored.StreamedDump;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What of a dump is restored.
 *
 * @param chosen entries of the archive that pg_restore restores; empty: all
 * @param entries those that are restored by it or around it, also if they are all; empty: they are
 *     not known
 * @param options arguments of pg_restore
 * @param around what is not restored by pg_restore
 */
record RestorePart(
    Optional<Chosen> chosen,
    Optional<ArchivePart> entries,
    List<String> options,
    AroundLoad around) {

  /** What pg_restore does alone. */
  RestorePart(Optional<Chosen> chosen, Optional<ArchivePart> entries, List<String> options) {
    this(chosen, entries, options, AroundLoad.NOTHING);
  }

  /**
   * Entries of an archive.
   *
   * @param contents that they were chosen from
   */
  record Chosen(ArchiveContents contents, ArchivePart entries) {}

  /**
   * Counts the entries that pg_restore restores; empty: they are not known, or cannot be told by
   * name. Each is for one run of it.
   */
  Optional<EntryProgress> progress() {
    return chosen
        .map(Chosen::entries)
        .or(() -> entries)
        .flatMap(part -> EntryProgress.of(part.entries()));
  }

  /** The dump, at its beginning. Files of a directory that are not restored are not read. */
  StreamedDump dump(RestoreSource source, Client client, Path home)
      throws TaskFailedException, IOException, InterruptedException {
    var database = source.database().name();
    if (chosen.isEmpty()) {
      return source.backup().dump(database, client, home);
    }
    var dump = source.backup().dump(database, client, home, chosen.get().entries().dumpIds());
    return chosen.get().contents().compared(dump);
  }

  /**
   * A place on a disk for what of the dump is needed.
   *
   * @param disk a directory
   */
  StagedDump stage(RestoreSource source, Path disk) throws IOException {
    UnaryOperator<InputStream> check =
        chosen.isPresent() ? chosen.get().contents()::compared : UnaryOperator.identity();
    return source.backup().stage(source.database().name(), disk, this::isNeeded, check);
  }

  /** Bytes that are read from storage for it. */
  long storedBytes(RestoreSource source) {
    var dump = source.manifest().dumpOf(source.database().name());
    return StagedDump.needed(dump, this::isNeeded).stream()
        .mapToLong(Manifest.StoredFile::storedBytes)
        .sum();
  }

  private boolean isNeeded(int dumpId) {
    return chosen.isEmpty() || chosen.get().entries().dumpIds().contains(dumpId);
  }

  /**
   * The file for {@code --use-list}, if something was chosen.
   *
   * @param withoutPublicSchema whether the entry of schema public itself is left out
   */
  Optional<Path> list(Path home, boolean withoutPublicSchema) throws IOException {
    if (chosen.isEmpty()) {
      return Optional.empty();
    }
    var lines = chosen.get().entries().lines(withoutPublicSchema);
    return Optional.of(Files.write(home.resolve("list-of-chosen"), lines));
  }
}
