package io.pgcask.runner.backup;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.contract.Manifest;
import io.pgcask.contract.Result;
import io.pgcask.contract.ResultBuilder;
import io.pgcask.contract.Task;
import io.pgcask.postgres.SafeText;
import io.pgcask.runner.age.Recipients;
import io.pgcask.runner.report.Redactor;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The manifest and the result of a dump that succeeded. */
record BackupRecords(
    Task.Backup task,
    Instant startedAt,
    Preflight preflight,
    SnapshotKeeper.Snapshot snapshot,
    String toolVersion,
    Optional<Recipients> recipients) {

  Manifest manifest(List<Manifest.StoredFile> files, List<String> warnings, Redactor redactor) {
    return new Manifest(
        Manifest.SCHEMA_VERSION,
        new Manifest.Source(task.namespace(), task.name(), task.uid(), task.connectionName()),
        task.attempt(),
        startedAt,
        Instant.now(),
        preflight.server().version(),
        preflight.server().versionNum(),
        toolVersion,
        preflight.plan().client().major(),
        DumpOption.format(task.spec()),
        preflight.plan().compression(),
        recipients.map(all -> new Manifest.Encrypted("age", all.keys())).orElse(null),
        List.of(
            new Manifest.DumpedDatabase(
                recipients.isPresent()
                    ? Manifest.withoutSecrets(preflight.database())
                    : preflight.database(),
                snapshot.at(),
                snapshot.lsn().orElse(null),
                preflight.databaseSizeBytes(),
                preflight.tables(),
                preflight.rowEstimate())),
        files,
        // they may name objects; the encrypted log has them
        recipients.isPresent()
            ? List.of()
            : warnings.stream()
                .map(text -> SafeText.shorten(redactor.withoutValues(text), 1000))
                .toList());
  }

  Result completed(Manifest manifest, int warningCount, Result.Verified verification) {
    return ResultBuilder.builder()
        .succeeded(true)
        .reason(Reason.COMPLETED)
        .message("dumped %s with pg_dump %s".formatted(preflight.database().name(), toolVersion))
        .sizeBytes(manifest.storedBytes())
        .databaseSizeBytes(manifest.databaseSizeBytes())
        .sha256(manifest.sha256())
        .serverVersion(preflight.server().version())
        .toolVersion(toolVersion)
        .warningCount(warningCount)
        .partial(partial())
        .verification(verification)
        .build();
  }

  private List<String> partial() {
    return preflight.partial().isEmpty()
        ? null
        : preflight.partial().stream().map(Preflight::word).toList();
  }
}
