package io.pgcask.runner.restore;

import io.pgcask.api.v1alpha1.DumpFormat;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.archive.Archive;
import io.pgcask.archive.ArchiveException;
import io.pgcask.archive.ArchiveLimits;
import io.pgcask.archive.ArchiveReader;
import io.pgcask.postgres.ClientTools.Client;
import io.pgcask.postgres.ConnectionSettings;
import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.SafeText;
import io.pgcask.postgres.Sessions;
import io.pgcask.runner.TaskFailedException;
import io.pgcask.runner.stored.Decompression;
import io.pgcask.runner.stored.DumpDirectory;
import io.pgcask.runner.stored.DumpStream;
import io.pgcask.storage.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

/**
 * What is asked of a dump before mode Clean lets it drop anything. All of it is read and its hash
 * compared: pg_restore commits when it has the last row, which is before the end of the file tells
 * whether the rows were the right ones.
 */
final class CleanCheck {
  private static final String DUMP = "dump";
  private static final int MAX_NAMES = 300;

  private final RestorePlan plan;
  private final RestoreSource source;
  private final ConnectionSettings settings;
  private final String applicationName;

  /**
   * Of a dump and the database that it is to be restored into.
   *
   * @param applicationName of the session that looks into the database
   */
  CleanCheck(
      RestorePlan plan, RestoreSource source, ConnectionSettings settings, String applicationName) {
    this.plan = plan;
    this.source = source;
    this.settings = settings;
    this.applicationName = applicationName;
  }

  /**
   * Makes the checks.
   *
   * @param home an empty directory for what has to lie on disk
   * @throws TaskFailedException if one has failed
   */
  void run(Client client, Path home)
      throws TaskFailedException, PostgresException, InterruptedException {
    try {
      if (source.manifest().format() == DumpFormat.PLAIN) {
        checkScript(client, home);
      } else {
        checkDependents(readArchive(client, home));
      }
    } catch (StorageException e) {
      plan.failed(DUMP, e.reason(), e.getMessage());
    } catch (IOException e) {
      plan.failed(
          DUMP,
          Reason.RESTORE_FAILED,
          "the dump cannot be read: " + String.valueOf(e.getMessage()));
    } catch (ArchiveException e) {
      plan.failed(DUMP, Reason.RESTORE_FAILED, e.getMessage());
    }
    plan.mustHavePassed();
    plan.passed(
        DUMP,
        isHashed()
            ? "every byte of the dump is as it was written"
            : "the dump was read to its end, and is whole");
  }

  private boolean isHashed() {
    return source.manifest().dumpOf(source.database().name()).stream()
        .flatMap(file -> file.objects().stream())
        .allMatch(object -> object.sha256() != null);
  }

  private void checkScript(Client client, Path home)
      throws TaskFailedException, IOException, InterruptedException {
    CleanScript script;
    try (var dump = (DumpStream) source.backup().dump(source.database().name(), client, home);
        var sql = Decompression.of(dump.plain(), source.manifest().compression().method())) {
      script = CleanScript.read(sql);
      dump.verifyRest();
    }
    if (!script.drops()) {
      plan.failed(
          DUMP,
          Reason.INVALID_OPTIONS,
          "the Plain backup drops nothing, since it was taken without options.clean: restore it in mode"
              + " Replace or CreateNew");
    } else if (script.commits()) {
      plan.failed(
          DUMP,
          Reason.INVALID_OPTIONS,
          "the Plain backup holds large objects, for which it commits on its way, and mode Clean is one"
              + " transaction: restore it in mode Replace or CreateNew");
    }
  }

  private Archive readArchive(Client client, Path home)
      throws TaskFailedException, IOException, InterruptedException, ArchiveException {
    var name = source.database().name();
    try (var dump = source.backup().dump(name, client, home)) {
      return switch (dump) {
        case DumpStream stream -> {
          var archive = ArchiveReader.read(stream.plain(), ArchiveLimits.ofHeap());
          stream.verifyRest();
          yield archive;
        }
        case DumpDirectory directory -> {
          for (var file : source.manifest().dumpOf(name)) {
            source.backup().readWhole(file);
          }
          try (var contents = Files.newInputStream(directory.directory().resolve("toc.dat"))) {
            yield ArchiveReader.read(contents, ArchiveLimits.ofHeap());
          }
        }
      };
    }
  }

  private void checkDependents(Archive archive) throws PostgresException {
    try (var session = Sessions.open(settings, applicationName)) {
      var dependents = new CleanDependents(session, archive);
      var found = dependents.found();
      if (found.isEmpty()) {
        plan.passed("dependents", "nothing outside the backup depends on what will be dropped");
      } else {
        plan.failed(
            "dependents",
            Reason.DEPENDENT_OBJECTS,
            "what the backup does not hold depends on what would be dropped: %s; drop it yourself, or use"
                    .formatted(shown(found))
                + " mode Replace");
      }
      var partitions = dependents.partitions();
      if (!partitions.isEmpty()) {
        plan.warning(
            "partitions",
            "the backup does not hold these partitions, which are dropped with their tables: "
                + shown(partitions));
      }
    } catch (SQLException e) {
      throw Sessions.failure(e);
    }
  }

  private static String shown(List<String> names) {
    return SafeText.shorten(String.join(", ", names), MAX_NAMES);
  }
}
