package io.pgcask.runner.restore;

import io.pgcask.postgres.ClientTools.Client;
import io.pgcask.runner.TaskFailedException;
import io.pgcask.runner.restore.selection.ArchivePart;
import io.pgcask.runner.stored.ArchiveContents;
import io.pgcask.runner.stored.StoredDump;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What of a dump is restored.
 *
 * @param chosen entries of the archive; empty: all
 * @param options arguments of pg_restore
 */
record RestorePart(Optional<Chosen> chosen, List<String> options) {

  /**
   * Entries of an archive.
   *
   * @param contents that they were chosen from
   */
  record Chosen(ArchiveContents contents, ArchivePart entries) {}

  /** The dump, at its beginning. Files of a directory that are not restored are not read. */
  StoredDump dump(RestoreSource source, Client client, Path home)
      throws TaskFailedException, IOException, InterruptedException {
    var database = source.database().name();
    if (chosen.isEmpty()) {
      return source.backup().dump(database, client, home);
    }
    var dump = source.backup().dump(database, client, home, chosen.get().entries().dumpIds());
    return chosen.get().contents().compared(dump);
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
