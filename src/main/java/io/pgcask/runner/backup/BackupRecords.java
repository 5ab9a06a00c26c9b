package io.pgcask.runner.backup;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.contract.Manifest;
import io.pgcask.contract.Result;
import io.pgcask.contract.ResultBuilder;
import io.pgcask.contract.Task;
import io.pgcask.postgres.SafeText;
import io.pgcask.postgres.change.ChangeEvidence;
import io.pgcask.runner.age.Recipients;
import io.pgcask.runner.report.Redactor;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The manifest and the result of dumps that succeeded.
 *
 * @param dumped at least one database
 * @param evidence what tells later whether the database has changed; empty: not known, or not asked
 */
record BackupRecords(
    Task.Backup task,
    Instant startedAt,
    List<DatabaseDump.Dumped> dumped,
    String toolVersion,
    Optional<Recipients> recipients,
    Optional<ChangeEvidence.Known> evidence) {

  Manifest manifest(List<Manifest.StoredFile> files, List<String> warnings, Redactor redactor) {
    var server = dumped.getFirst().preflight().server();
    var plan = dumped.getFirst().preflight().plan();
    return new Manifest(
        Manifest.SCHEMA_VERSION,
        new Manifest.Source(task.namespace(), task.name(), task.uid(), task.connectionName()),
        task.attempt(),
        startedAt,
        Instant.now(),
        server.version(),
        server.versionNum(),
        toolVersion,
        plan.client().major(),
        DumpOption.format(task.spec()),
        plan.compression(),
        recipients.map(all -> new Manifest.Encrypted("age", all.keys())).orElse(null),
        dumped.stream().map(this::database).toList(),
        files,
        // they may name objects; the encrypted log has them
        recipients.isPresent()
            ? List.of()
            : warnings.stream()
                .map(text -> SafeText.shorten(redactor.withoutValues(text), 1000))
                .toList(),
        partial());
  }

  private Manifest.DumpedDatabase database(DatabaseDump.Dumped one) {
    var preflight = one.preflight();
    return new Manifest.DumpedDatabase(
        recipients.isPresent()
            ? Manifest.withoutSecrets(preflight.database())
            : preflight.database(),
        one.snapshot().at(),
        one.snapshot().lsn().orElse(null),
        preflight.databaseSizeBytes(),
        preflight.tables(),
        preflight.rowEstimate());
  }

  Result completed(Manifest manifest, int warningCount, Result.Verified verification) {
    return ResultBuilder.builder()
        .succeeded(true)
        .reason(Reason.COMPLETED)
        .message("dumped %s with pg_dump %s".formatted(what(), toolVersion))
        .sizeBytes(manifest.storedBytes())
        .databaseSizeBytes(manifest.databaseSizeBytes())
        .estimatedRows(manifest.rowEstimate())
        .changeEvidence(evidence.map(ChangeEvidence.Known::parts).orElse(null))
        .databases(manifest.databaseNames())
        .databaseCount(dumped.size())
        .sha256(manifest.sha256())
        .serverVersion(manifest.serverVersion())
        .toolVersion(toolVersion)
        .warningCount(warningCount)
        .partial(partial())
        .snapshotAt(manifest.snapshotAt())
        .verification(verification)
        .build();
  }

  private String what() {
    return dumped.size() == 1 ? dumped.getFirst().name() : "%d databases".formatted(dumped.size());
  }

  private List<String> partial() {
    var lacking =
        dumped.stream()
            .flatMap(one -> one.preflight().partial().stream())
            .distinct()
            .map(Preflight::word)
            .toList();
    return lacking.isEmpty() ? null : lacking;
  }
}
