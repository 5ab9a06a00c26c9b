package io.pgcask.operator.backup;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupPhase;
import io.pgcask.api.v1alpha1.BackupStatus;
import io.pgcask.api.v1alpha1.BackupStatusBuilder;
import io.pgcask.api.v1alpha1.Progress;
import io.pgcask.api.v1alpha1.ProgressBuilder;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.contract.Result;
import io.pgcask.operator.Quantities;
import io.pgcask.operator.job.RunnerReports;
import io.pgcask.operator.job.Trouble;
import io.pgcask.operator.status.Conditions;
import io.pgcask.operator.status.Samples;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The status of a Backup in each phase, from the one before. Pure. Over 300 lines, since the phases
 * are read side by side: each takes over what the one before has found out.
 */
final class BackupStatusFactory {

  static final int WARNINGS = 20;

  private BackupStatusFactory() {}

  /** Waits for something; trouble says for what. */
  static BackupStatus queued(Backup backup, Trouble waitingFor, Instant now) {
    return unfinished(backup, previous(backup), BackupPhase.QUEUED, waitingFor, now);
  }

  /** The plan is made; the Job comes next. */
  static BackupStatus pending(
      Backup backup, BackupStatus.Resolved resolved, String jobName, Instant now) {
    var builder =
        previous(backup)
            .resolved(resolved)
            .location(resolved.storage().location(resolved.path()))
            .attempt(Retries.attempt(backup))
            .retryTime(null)
            .jobName(jobName)
            .startTime(now);
    return unfinished(
        backup,
        builder,
        BackupPhase.PENDING,
        new Trouble(Reason.STARTING, "Job %s is being started".formatted(jobName)),
        now);
  }

  /** The Job exists; its UID is what makes this the only run. */
  static BackupStatus recorded(Backup backup, String jobUid) {
    return previous(backup).jobUid(jobUid).build();
  }

  /** The container does not run yet. */
  static BackupStatus waiting(Backup backup, Trouble why, Instant now) {
    return unfinished(backup, previous(backup), BackupPhase.PENDING, why, now);
  }

  /** pg_dump runs. */
  static BackupStatus running(
      Backup backup, String podName, RunnerReports.Summary reports, Instant now) {
    var builder = reported(backup, reports).podName(podName);
    return reports.verifying()
        ? unfinished(
            backup,
            builder,
            BackupPhase.VERIFYING,
            new Trouble(Reason.VERIFYING, "pod %s reads the backup again".formatted(podName)),
            now)
        : unfinished(
            backup,
            builder,
            BackupPhase.RUNNING,
            new Trouble(Reason.RUNNING, "pg_dump runs in pod %s".formatted(podName)),
            now);
  }

  /** The Job gives no result; the verdict stands unless storage holds a complete backup. */
  static BackupStatus verifying(
      Backup backup, BackupStatusBuilder builder, Trouble verdict, Instant now) {
    return unfinished(backup, builder.stopTime(now), BackupPhase.VERIFYING, verdict, now);
  }

  /**
   * An attempt failed and another one comes. Of the failed one stay its Job's name, until the next
   * has one, and a warning.
   *
   * @param failed the status that it would have without retries
   */
  static BackupStatus retrying(
      Backup backup, BackupStatus failed, Retries.Retry retry, Instant now) {
    var warning =
        "attempt %d failed: %s: %s"
            .formatted(Retries.attempt(backup), failed.reason(), failed.message());
    var builder =
        BackupStatusBuilder.builder()
            .conditions(previous(backup).conditions())
            .resolved(failed.resolved())
            .location(failed.location())
            .startTime(failed.startTime())
            .attempt(retry.attempt())
            .retryTime(retry.at())
            .jobName(failed.jobName())
            .warnings(Samples.merge(failed.warnings(), List.of(warning), WARNINGS))
            .lastHandled(failed.lastHandled())
            .logTail(failed.logTail());
    return unfinished(
        backup,
        builder,
        BackupPhase.QUEUED,
        new Trouble(
            Reason.RETRYING,
            "%s; attempt %d of %d begins at %s"
                .formatted(warning, retry.attempt(), retry.attempts(), retry.at())),
        now);
  }

  /** What is known so far. */
  static BackupStatusBuilder unchanged(Backup backup) {
    return previous(backup);
  }

  /** Adds what the runner has reported to what is known; nothing that was reported is lost. */
  static BackupStatusBuilder reported(Backup backup, RunnerReports.Summary reports) {
    var status = backup.getStatus();
    return previous(backup)
        .progress(reports.progress().or(() -> Optional.ofNullable(status.progress())).orElse(null))
        .warnings(Samples.merge(status.warnings(), reports.warnings(), WARNINGS))
        .logTail(reports.logTail().isEmpty() ? status.logTail() : reports.logTail());
  }

  /** Every byte is in storage. */
  static BackupStatus completed(
      Backup backup, BackupStatusBuilder builder, Result result, Instant now) {
    var known = results(backup, builder, result, now);
    return completed(
        backup,
        known,
        ended -> ImportPlanner.isImport(backup) ? madeThen(ended, result).importTime(now) : ended,
        now);
  }

  static BackupStatus completed(
      Backup backup,
      BackupStatusBuilder builder,
      UnaryOperator<BackupStatusBuilder> times,
      Instant now) {
    var message = "%s in %s".formatted(builder.size(), backup.getStatus().location());
    var ended = times.apply(ended(backup, builder, now));
    return ended
        .progress(
            Optional.ofNullable(ended.progress())
                .map(progress -> ProgressBuilder.builder(progress).percent(100).build())
                .orElse(null))
        .phase(BackupPhase.COMPLETED)
        .reason(Reason.COMPLETED.word())
        .message(message)
        .conditions(
            VerificationStatusFactory.verified(
                    conditions(backup, now).complete(Reason.COMPLETED, message), builder)
                .list())
        .build();
  }

  /** An imported backup is as old as it is, whenever the record of it was made. */
  private static BackupStatusBuilder madeThen(BackupStatusBuilder ended, Result result) {
    var duration = Duration.between(result.startedAt(), result.completedAt());
    return ended
        .startTime(result.startedAt())
        .completionTime(result.completedAt())
        .durationSeconds(duration.toSeconds())
        .duration(Quantities.format(duration));
  }

  /**
   * Whether storage holds what the resource stands for: a backup, a damaged one, or one that lacks
   * copies.
   */
  static boolean holdsData(BackupStatus status) {
    var lacksCopies =
        status.phase() == BackupPhase.FAILED
            && status.copies() != null
            && !status.copies().isEmpty();
    return status.phase() == BackupPhase.COMPLETED
        || lacksCopies
        || Reason.VERIFICATION_FAILED.word().equals(status.reason());
  }

  /** The runner says why there is no backup. */
  static BackupStatus failed(
      Backup backup, BackupStatusBuilder builder, Result result, Instant now) {
    return failed(
        backup,
        results(backup, builder, result, now),
        new Trouble(result.reason(), Optional.ofNullable(result.message()).orElse("")),
        now);
  }

  /** There is no backup. */
  static BackupStatus failed(Backup backup, Trouble trouble, Instant now) {
    return failed(backup, previous(backup), trouble, now);
  }

  /** The data is being deleted. */
  static BackupStatus deleting(Backup backup, Instant now) {
    return unfinished(
        backup,
        previous(backup),
        BackupPhase.DELETING,
        new Trouble(Reason.DELETING, "deleting " + BackupPlaces.locations(backup)),
        now);
  }

  /** The same, of a newer generation: an ended Backup whose mutable fields were edited. */
  static BackupStatus observed(Backup backup) {
    var generation = backup.getMetadata().getGeneration();
    return previous(backup)
        .observedGeneration(generation)
        .conditions(Conditions.ofGeneration(backup.getStatus().conditions(), generation))
        .build();
  }

  /** A failure before all copies were made; the backup itself is complete and is kept. */
  static BackupStatus failedKeepingBackup(
      Backup backup, Trouble trouble, Result result, Instant now) {
    return failed(
        backup,
        results(backup, previous(backup), result, now),
        new Trouble(trouble.reason(), trouble.message() + "; " + result.message()),
        now);
  }

  /** A failure that leaves, or may leave, something in storage. */
  static BackupStatus failedLeavingData(Backup backup, Trouble trouble, String why, Instant now) {
    var warning =
        "%s may still hold parts of this backup: %s".formatted(BackupPlaces.locations(backup), why);
    var builder =
        previous(backup)
            // first, since of many the last ones find no room
            .warnings(Samples.merge(List.of(warning), warnings(backup), WARNINGS));
    return failed(backup, builder, trouble, now);
  }

  private static List<String> warnings(Backup backup) {
    return Optional.ofNullable(backup.getStatus().warnings()).orElse(List.of());
  }

  static BackupStatus failed(
      Backup backup, BackupStatusBuilder builder, Trouble trouble, Instant now) {
    var message = Conditions.truncate(trouble.message());
    return ended(backup, builder, now)
        .phase(BackupPhase.FAILED)
        .reason(trouble.reason().word())
        .message(message)
        .conditions(
            VerificationStatusFactory.verified(
                    conditions(backup, now).failed(trouble.reason(), message), builder)
                .list())
        .build();
  }

  static BackupStatusBuilder results(
      Backup backup, BackupStatusBuilder builder, Result result, Instant now) {
    return builder
        .verification(VerificationStatusFactory.of(result, now))
        .copies(CopyStatuses.of(backup, result))
        .snapshotTime(result.snapshotAt())
        .sizeBytes(result.sizeBytes())
        .size(result.sizeBytes() == null ? null : Quantities.formatBytes(result.sizeBytes()))
        .databaseSizeBytes(result.databaseSizeBytes())
        .estimatedRows(result.estimatedRows())
        .changeEvidence(result.changeEvidence())
        .databases(result.databases())
        .databaseCount(result.databaseCount())
        .sha256(result.sha256())
        .serverVersion(result.serverVersion())
        .toolVersion(result.toolVersion())
        .warningCount(result.warningCount())
        .partial(result.partial());
  }

  private static BackupStatusBuilder ended(
      Backup backup, BackupStatusBuilder builder, Instant now) {
    var start = backup.getStatus() == null ? null : backup.getStatus().startTime();
    if (start != null) {
      var duration = Duration.between(start, now);
      builder.durationSeconds(duration.toSeconds()).duration(Quantities.format(duration));
    }
    return builder
        .observedGeneration(backup.getMetadata().getGeneration())
        .completionTime(now)
        .progress(Optional.ofNullable(builder.progress()).map(Progress::atEnd).orElse(null));
  }

  static BackupStatus unfinished(
      Backup backup, BackupStatusBuilder builder, BackupPhase phase, Trouble why, Instant now) {
    var message = Conditions.truncate(why.message());
    return builder
        .observedGeneration(backup.getMetadata().getGeneration())
        .phase(phase)
        .reason(why.reason().word())
        .message(message)
        .conditions(conditions(backup, now).unfinished(why.reason(), message).list())
        .build();
  }

  static Conditions conditions(Backup backup, Instant now) {
    return Conditions.from(
        backup.getStatus() == null ? null : backup.getStatus().conditions(),
        backup.getMetadata().getGeneration(),
        now);
  }

  private static BackupStatusBuilder previous(Backup backup) {
    return backup.getStatus() == null
        ? BackupStatusBuilder.builder()
        : BackupStatusBuilder.builder(backup.getStatus());
  }
}
