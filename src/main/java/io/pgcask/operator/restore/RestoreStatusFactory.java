package io.pgcask.operator.restore;

import io.pgcask.api.v1alpha1.Progress;
import io.pgcask.api.v1alpha1.ProgressBuilder;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.Restore;
import io.pgcask.api.v1alpha1.RestorePhase;
import io.pgcask.api.v1alpha1.RestoreStatus;
import io.pgcask.api.v1alpha1.RestoreStatusBuilder;
import io.pgcask.contract.Result;
import io.pgcask.operator.Quantities;
import io.pgcask.operator.job.RunnerReports;
import io.pgcask.operator.job.Trouble;
import io.pgcask.operator.status.Conditions;
import io.pgcask.operator.status.Samples;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The status of a Restore in each phase, from the one before. Pure. */
final class RestoreStatusFactory {

  private static final int SAMPLES = 20;
  private static final int PLAN_ROWS = 64;

  private RestoreStatusFactory() {}

  /** Waits for something; trouble says for what. */
  static RestoreStatus queued(Restore restore, Trouble waitingFor, Instant now) {
    return unfinished(restore, previous(restore), RestorePhase.QUEUED, waitingFor, now);
  }

  /** Everything is resolved; the Job comes next. */
  static RestoreStatus pending(
      Restore restore, RestoreStatus.Resolved resolved, String jobName, Instant now) {
    var builder = previous(restore).resolved(resolved).jobName(jobName).startTime(now);
    return unfinished(
        restore,
        builder,
        RestorePhase.PENDING,
        new Trouble(Reason.STARTING, "Job %s is being started".formatted(jobName)),
        now);
  }

  /** The Job exists; its UID is what makes this the only run. */
  static RestoreStatus recorded(Restore restore, String jobUid) {
    return previous(restore).jobUid(jobUid).build();
  }

  /** The container does not run yet. */
  static RestoreStatus waiting(Restore restore, Trouble why, Instant now) {
    return unfinished(restore, previous(restore), RestorePhase.PENDING, why, now);
  }

  /** The checks are made, or pg_restore runs: the first progress line tells them apart. */
  static RestoreStatus running(
      Restore restore, String podName, RunnerReports.Summary reports, Instant now) {
    var builder = reported(restore, reports).podName(podName);
    return builder.progress() == null
        ? unfinished(
            restore,
            builder,
            RestorePhase.PLANNING,
            new Trouble(Reason.PLANNING, "the checks before the first write are being made"),
            now)
        : unfinished(
            restore,
            builder,
            RestorePhase.RUNNING,
            new Trouble(Reason.RUNNING, "the restore runs in pod %s".formatted(podName)),
            now);
  }

  /** The Job gives no result, or is to be stopped; its pod must be gone before the end is told. */
  static RestoreStatus verifying(Restore restore, Trouble verdict, Instant now) {
    return unfinished(
        restore, previous(restore).stopTime(now), RestorePhase.VERIFYING, verdict, now);
  }

  /** Adds what the runner has reported to what is known; nothing that was reported is lost. */
  static RestoreStatusBuilder reported(Restore restore, RunnerReports.Summary reports) {
    var status = restore.getStatus();
    var known = status.errors() == null ? null : status.errors().samples();
    var errors = Samples.merge(known, reports.errors(), SAMPLES);
    return previous(restore)
        .plan(Samples.merge(status.plan(), reports.plan(), PLAN_ROWS))
        .progress(reports.progress().or(() -> Optional.ofNullable(status.progress())).orElse(null))
        .warnings(Samples.merge(status.warnings(), reports.warnings(), SAMPLES))
        .errors(errors == null ? null : new RestoreStatus.Errors(errors.size(), errors))
        .logTail(reports.logTail().isEmpty() ? status.logTail() : reports.logTail());
  }

  /**
   * Everything was restored without an error, or with errors that the spec accepts, or all that was
   * asked for was a dry run.
   */
  static RestoreStatus completed(
      Restore restore, RestoreStatusBuilder builder, Result result, Instant now) {
    var message = RestoreWords.completed(restore, result.reason());
    var ended = ended(restore, results(builder, result), now);
    return ended
        .progress(
            Optional.ofNullable(ended.progress())
                .map(progress -> ProgressBuilder.builder(progress).percent(100).build())
                .orElse(null))
        .phase(
            result.reason() == Reason.COMPLETED_WITH_WARNINGS
                ? RestorePhase.COMPLETED_WITH_WARNINGS
                : RestorePhase.COMPLETED)
        .reason(result.reason().word())
        .message(message)
        .conditions(conditions(restore, now).complete(result.reason(), message).list())
        .build();
  }

  /** The runner says why it failed. */
  static RestoreStatus failed(
      Restore restore, RestoreStatusBuilder builder, Result result, Instant now) {
    return failed(
        restore,
        results(builder, result),
        new Trouble(result.reason(), Optional.ofNullable(result.message()).orElse("")),
        now);
  }

  /** It was not restored, or not wholly. */
  static RestoreStatus failed(Restore restore, Trouble trouble, Instant now) {
    return failed(restore, previous(restore), trouble, now);
  }

  /** The same, of a newer generation: an ended Restore whose mutable fields were edited. */
  static RestoreStatus observed(Restore restore) {
    var generation = restore.getMetadata().getGeneration();
    return previous(restore)
        .observedGeneration(generation)
        .conditions(Conditions.ofGeneration(restore.getStatus().conditions(), generation))
        .build();
  }

  private static RestoreStatus failed(
      Restore restore, RestoreStatusBuilder builder, Trouble trouble, Instant now) {
    var message = Conditions.truncate(trouble.message());
    return ended(restore, builder, now)
        .phase(RestorePhase.FAILED)
        .reason(trouble.reason().word())
        .message(message)
        .conditions(conditions(restore, now).failed(trouble.reason(), message).list())
        .build();
  }

  private static RestoreStatusBuilder results(RestoreStatusBuilder builder, Result result) {
    var samples = builder.errors() == null ? null : builder.errors().samples();
    return builder
        .serverVersion(result.serverVersion())
        .toolVersion(result.toolVersion())
        .warningCount(result.warningCount())
        .restored(result.restored())
        .errors(
            result.errorCount() == null
                ? builder.errors()
                : new RestoreStatus.Errors(result.errorCount(), samples));
  }

  private static RestoreStatusBuilder ended(
      Restore restore, RestoreStatusBuilder builder, Instant now) {
    var start = restore.getStatus() == null ? null : restore.getStatus().startTime();
    if (start != null) {
      var duration = Duration.between(start, now);
      builder.durationSeconds(duration.toSeconds()).duration(Quantities.format(duration));
    }
    return builder
        .observedGeneration(restore.getMetadata().getGeneration())
        .source(RestoreWords.source(restore, Optional.ofNullable(builder.resolved())))
        .target(RestoreWords.target(restore))
        .completionTime(now)
        .progress(Optional.ofNullable(builder.progress()).map(Progress::atEnd).orElse(null));
  }

  private static RestoreStatus unfinished(
      Restore restore, RestoreStatusBuilder builder, RestorePhase phase, Trouble why, Instant now) {
    var message = Conditions.truncate(why.message());
    return builder
        .observedGeneration(restore.getMetadata().getGeneration())
        .source(RestoreWords.source(restore, Optional.ofNullable(builder.resolved())))
        .target(RestoreWords.target(restore))
        .phase(phase)
        .reason(why.reason().word())
        .message(message)
        .conditions(conditions(restore, now).unfinished(why.reason(), message).list())
        .build();
  }

  private static Conditions conditions(Restore restore, Instant now) {
    return Conditions.from(
        restore.getStatus() == null ? null : restore.getStatus().conditions(),
        restore.getMetadata().getGeneration(),
        now);
  }

  private static RestoreStatusBuilder previous(Restore restore) {
    return restore.getStatus() == null
        ? RestoreStatusBuilder.builder()
        : RestoreStatusBuilder.builder(restore.getStatus());
  }
}
