package io.pgcask.runner.verify;

import io.pgcask.api.v1alpha1.DumpFormat;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.VerificationLevel;
import io.pgcask.api.v1alpha1.VerificationResult;
import io.pgcask.contract.Manifest;
import io.pgcask.contract.Result;
import io.pgcask.postgres.ClientTools;
import io.pgcask.postgres.ClientTools.Client;
import io.pgcask.postgres.PostgresException;
import io.pgcask.runner.Cancellation;
import io.pgcask.runner.RunContext;
import io.pgcask.runner.TaskFailedException;
import io.pgcask.runner.WorkDirectory;
import io.pgcask.runner.stored.Decompression;
import io.pgcask.runner.stored.DumpDirectory;
import io.pgcask.runner.stored.DumpEnding;
import io.pgcask.runner.stored.DumpStream;
import io.pgcask.runner.stored.StoredBackup;
import io.pgcask.runner.stored.StreamedDump;
import io.pgcask.runner.tool.FormatNames;
import io.pgcask.runner.tool.ToolLog;
import io.pgcask.runner.tool.ToolProcess;
import io.pgcask.storage.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Verifies one backup. Damaged is said only of what was read and found wrong; whatever else stands
 * in the way makes the verification inconclusive, since it says nothing about the backup.
 */
public final class Verifier {
  /** Name of the result in the backup's directory. */
  public static final String NAME = "verification.json";

  private static final int BUFFER = 256 << 10;

  private final RunContext context;
  private final String path;
  private final VerificationLevel level;
  private final Optional<RestoreVerification> restore;
  private final Instant begun = Instant.now();

  /**
   * Of a backup.
   *
   * @param path of its directory
   * @param level not Restore, which needs a server
   */
  public Verifier(RunContext context, String path, VerificationLevel level) {
    this(context, path, level, Optional.empty());
  }

  /**
   * Of a backup.
   *
   * @param path of its directory
   * @param restore for level Restore
   */
  Verifier(
      RunContext context,
      String path,
      VerificationLevel level,
      Optional<RestoreVerification> restore) {
    this.context = context;
    this.path = path;
    this.level = level;
    this.restore = restore;
  }

  /** Verifies, and leaves the result beside the manifest. Never fails: see the result. */
  public Result.Verified verify(WorkDirectory work) throws InterruptedException {
    var verified = outcome(work);
    try {
      context.store().put(path + "/" + NAME, context.json().pretty(verified));
    } catch (StorageException e) {
      context
          .reporter()
          .warning("the result of the verification cannot be stored: " + e.getMessage());
    }
    return verified;
  }

  private Result.Verified outcome(WorkDirectory work) throws InterruptedException {
    try {
      return switch (level) {
        case HASH -> hash(StoredBackup.read(context, path));
        case PARSE -> parse(work);
        case RESTORE -> restore(work);
      };
    } catch (TaskFailedException e) {
      return verified(isDamage(e.reason()), e.getMessage());
    } catch (StorageException e) {
      return verified(isDamage(e.reason()), e.getMessage());
    } catch (PostgresException | IOException e) {
      return verified(VerificationResult.INCONCLUSIVE, String.valueOf(e.getMessage()));
    }
  }

  /** What is absent or differs is damage; a storage that does not answer is none. */
  private static VerificationResult isDamage(Reason reason) {
    return switch (reason) {
      case CHECKSUM_MISMATCH, STORAGE_NOT_FOUND, MANIFEST_INVALID, VERIFICATION_FAILED ->
          VerificationResult.DAMAGED;
      default -> VerificationResult.INCONCLUSIVE;
    };
  }

  private Result.Verified verified(VerificationResult result, String message) {
    var seconds = Duration.between(begun, Instant.now()).toSeconds();
    return new Result.Verified(level, result, message, seconds);
  }

  /**
   * Reads every object, and compares its size and hash with the manifest's.
   *
   * @throws TaskFailedException if something differs or is absent
   */
  public Result.Verified hash(StoredBackup backup) throws TaskFailedException, StorageException {
    for (var file : backup.manifest().files()) {
      drain(backup, file);
    }
    return verified(
        VerificationResult.PASSED,
        "%d objects are as they were written".formatted(backup.manifest().allObjects().size()));
  }

  private void drain(StoredBackup backup, Manifest.StoredFile file)
      throws TaskFailedException, StorageException {
    var buffer = new byte[BUFFER];
    try (var in = backup.input(file)) {
      while (in.read(buffer) >= 0) {
        context.cancellation().check();
      }
    } catch (StorageException e) {
      throw e;
    } catch (IOException e) {
      throw new StorageException(
          Reason.STORAGE_UNREACHABLE, file.name() + " cannot be read: " + e.getMessage(), e);
    }
  }

  private Result.Verified restore(WorkDirectory work)
      throws TaskFailedException, PostgresException, IOException, InterruptedException {
    if (restore.isEmpty()) {
      return verified(VerificationResult.INCONCLUSIVE, "there is no server to restore into");
    }
    var backup = StoredBackup.read(context, path);
    backup.checkIdentity();
    drainAllButDumps(backup);
    try {
      var restored = restore.get().run(backup);
      var seconds = Duration.between(begun, Instant.now()).toSeconds();
      return new Result.Verified(
          level, restored.result(), restored.message(), seconds, restored.rows());
    } catch (TaskFailedException e) {
      if (e.reason() != Reason.RESTORE_FAILED) {
        throw e;
      }
      // Whether the dump is to blame, or what the server lacks, shows in a dump that can be read.
      parse(work);
      return verified(VerificationResult.INCONCLUSIVE, e.getMessage());
    }
  }

  private void drainAllButDumps(StoredBackup backup) throws TaskFailedException, StorageException {
    for (var file : backup.manifest().files()) {
      if (file.role() != Manifest.Role.DUMP) {
        drain(backup, file);
      }
    }
  }

  private Result.Verified parse(WorkDirectory work)
      throws TaskFailedException, PostgresException, IOException, InterruptedException {
    var backup = StoredBackup.read(context, path);
    var manifest = backup.manifest();
    var client = backup.reader(ClientTools.under(context.environment().clients()), 0);
    backup.checkIdentity();
    drainAllButDumps(backup);
    for (var database : manifest.databases()) {
      var home = Files.createTempDirectory(work.path(), "parse-");
      try (var dump = backup.dump(database.name(), client, home)) {
        if (manifest.format() == DumpFormat.PLAIN) {
          readText((DumpStream) dump, manifest);
        } else {
          readArchive(dump, manifest.format(), client, home);
        }
        dump.verifyRest();
      }
    }
    return verified(
        VerificationResult.PASSED,
        "%d objects are as they were written, and %s"
            .formatted(
                manifest.allObjects().size(),
                manifest.format() == DumpFormat.PLAIN
                    ? "the SQL is whole"
                    : "pg_restore %d has read them".formatted(client.major())));
  }

  private void readText(DumpStream dump, Manifest manifest)
      throws TaskFailedException, IOException {
    var ending = new DumpEnding();
    try (var text = Decompression.of(dump.plain(), manifest.compression().method())) {
      var buffer = new byte[BUFFER];
      for (int count = text.read(buffer); count >= 0; count = text.read(buffer)) {
        context.cancellation().check();
        ending.append(buffer, count);
      }
    } catch (StorageException e) {
      throw e;
    } catch (IOException e) {
      throw new TaskFailedException(
          Reason.VERIFICATION_FAILED, "the dump cannot be decompressed: " + e.getMessage());
    }
    if (!ending.isComplete()) {
      throw new TaskFailedException(
          Reason.VERIFICATION_FAILED, "the dump does not end with pg_dump's closing line");
    }
  }

  private void readArchive(StreamedDump dump, DumpFormat format, Client client, Path home)
      throws TaskFailedException, IOException, InterruptedException {
    var arguments =
        new ArrayList<>(List.of("--file=/dev/null", "--format=" + FormatNames.of(format)));
    if (dump instanceof DumpDirectory directory) {
      arguments.add(directory.directory().toString());
    }
    var log = new ToolLog(home.resolve("log.txt"), warning -> {}, error -> {});
    try (log;
        var tool =
            ToolProcess.start(
                client.program("pg_restore"),
                arguments,
                home,
                ToolProcess.Stdin.WRITE,
                ToolProcess.Stdout.DISCARD,
                log);
        var cancel = context.cancellation().onCancel(tool::kill)) {
      var failure = feed(dump, tool);
      var exit = tool.await();
      if (context.cancellation().cancelled()) {
        throw Cancellation.failure();
      }
      if (failure.isPresent()) {
        throw failure.get();
      }
      dump.verifyRest(); // a wrong hash explains more than what pg_restore stumbled over
      if (!exit.succeeded() || log.errorCount() > 0) {
        throw new TaskFailedException(
            Reason.VERIFICATION_FAILED,
            "pg_restore cannot read the dump: "
                + log.firstError().orElse("it ended with " + exit.code()));
      }
    }
  }

  private static Optional<StorageException> feed(StreamedDump dump, ToolProcess tool) {
    try {
      switch (dump) {
        case DumpStream stream -> copy(stream.plain(), tool);
        case DumpDirectory directory -> directory.feed(tool);
      }
      return Optional.empty();
    } catch (StorageException e) {
      tool.kill();
      return Optional.of(e);
    }
  }

  private static void copy(InputStream input, ToolProcess tool) throws StorageException {
    var buffer = new byte[BUFFER];
    try (var out = tool.stdin()) {
      for (int count = input.read(buffer); count >= 0; count = input.read(buffer)) {
        out.write(buffer, 0, count);
      }
    } catch (StorageException e) {
      throw e;
    } catch (IOException e) {
      // it has ended: its exit code tells why
    }
  }
}
