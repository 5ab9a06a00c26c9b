package io.pgcask.operator.backup;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupStatus;
import io.pgcask.api.v1alpha1.BackupStatusBuilder;
import io.pgcask.api.v1alpha1.DeletionPolicy;
import io.pgcask.api.v1alpha1.PostgresConnection;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.Verification;
import io.pgcask.api.v1alpha1.VerificationLevel;
import io.pgcask.contract.Result;
import io.pgcask.contract.ResultBuilder;
import io.pgcask.operator.Names;
import io.pgcask.operator.event.Events;
import io.pgcask.operator.event.Lists;
import io.pgcask.operator.job.JobProtocol;
import io.pgcask.operator.job.JobState;
import io.pgcask.operator.job.Next;
import io.pgcask.operator.job.Run;
import io.pgcask.operator.job.RunReconciler;
import io.pgcask.operator.job.RunnerReports;
import io.pgcask.operator.job.Trouble;
import io.pgcask.operator.job.TroubleException;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Optional;

/**
 * Takes a Backup through its phases; {@link RunReconciler} tells the common part of the story.
 *
 * <ul>
 *   <li>Imported: a Job reads what lies in storage; whatever comes of it, nothing is removed.
 *   <li>The Job gave no usable result (Verifying): storage decides. A valid manifest means
 *       Completed; without one, everything that was written is removed.
 *   <li>Deleted with deletionPolicy Delete (Deleting): the data goes first, then the resource.
 *   <li>Expired (Deleting, then Expired): the data goes, the resource stays, unless a schedule made
 *       it.
 *   <li>Not kept by the retention of its schedule (Deleting): the data goes first, then the
 *       resource.
 * </ul>
 *
 * <p>Over 300 lines, since each step of that story is a method of its own here, in its order.
 */
@ControllerConfiguration(
    name = "backup",
    generationAwareEventProcessing = false,
    informer = @Informer(onUpdateFilter = BackupUpdates.class, informerListLimit = Lists.PAGE))
@Singleton
@GradualRetry(maxAttempts = Integer.MAX_VALUE, maxInterval = 60_000)
public class BackupReconciler extends RunReconciler<Backup> {

  private final BackupPlanner planner;
  private final ImportPlanner imports;
  private final BackupData data;
  private final BackupVerification verification;
  private final BackupWriter writer;
  private final BackupRemoval removal;
  private final BackupCommands commands;

  /** Made by the container, and by tests with parts of their own. */
  public BackupReconciler(
      BackupPlanner planner,
      ImportPlanner imports,
      BackupData data,
      BackupVerification verification,
      BackupReaders readers,
      BackupRetirement retirement,
      Events events,
      Parts parts) {
    super(Backup.class, parts);
    this.planner = planner;
    this.imports = imports;
    this.data = data;
    this.verification = verification;
    this.writer = new BackupWriter(parts.writer(), events);
    this.removal = new BackupRemoval(data, readers, writer, retirement, this::letGo);
    this.commands = new BackupCommands(verification, removal, writer);
  }

  @Override
  protected Run run(Backup backup) {
    var spec = backup.getSpec();
    var status =
        Optional.ofNullable(backup.getStatus())
            .orElseGet(() -> BackupStatusBuilder.builder().build());
    return new Run(
        stage(backup, status),
        spec.connectionRef().name(),
        BackupPlanner.deadlines(spec),
        Boolean.TRUE.equals(spec.cancel()),
        status.jobName(),
        status.jobUid(),
        status.podName(),
        status.startTime(),
        status.retryTime(),
        status.stopTime(),
        Run.words(status.reason(), status.message()),
        status.observedGeneration());
  }

  private static Run.Stage stage(Backup backup, BackupStatus status) {
    return switch (status.phase()) {
      case null -> Run.Stage.NEW;
      case QUEUED -> Run.Stage.QUEUED;
      case PENDING, RUNNING -> Run.Stage.STARTED;
      case VERIFYING -> verifyingStage(backup, status);
      case COMPLETED, FAILED, EXPIRED -> Run.Stage.ENDED;
      case DELETING -> Run.Stage.DELETING;
    };
  }

  /** By the runner, or, once the Job was stopped or lost, by us, or by a Job more. */
  private static Run.Stage verifyingStage(Backup backup, BackupStatus status) {
    if (status.stopTime() != null) {
      return Run.Stage.STOPPING;
    }
    return status.verification() != null && isToBeRestored(backup)
        ? Run.Stage.PROVING
        : Run.Stage.STARTED;
  }

  @Override
  protected Optional<Obstacle> obstacle(Backup backup) {
    return BackupPlanner.tooLarge(backup.getSpec()).map(trouble -> new Obstacle(trouble, false));
  }

  @Override
  protected Backup queued(Backup backup, Trouble waitingFor) {
    return write(backup, BackupStatusFactory.queued(backup, waitingFor, now()));
  }

  @Override
  protected boolean needsConnection(Backup backup) {
    return !ImportPlanner.isImport(backup);
  }

  @Override
  protected Backup plan(Backup backup, Optional<PostgresConnection> connection)
      throws TroubleException {
    var imported = ImportPlanner.isImport(backup);
    var unusable =
        imported
            ? imports.unusable(backup, connection, inSameNamespace(backup))
            : planner.unusable(backup, connection.orElseThrow());
    if (unusable.isPresent()) {
      return failed(backup, unusable.get());
    }
    var resolved =
        imported
            ? imports.resolve(backup, connection)
            : planner.resolve(backup, connection.orElseThrow());
    var jobName = Names.job(backup, Integer.toString(Retries.attempt(backup)));
    return write(backup, BackupStatusFactory.pending(backup, resolved, jobName, now()));
  }

  @Override
  protected Job desiredJob(Backup backup, Optional<PostgresConnection> connection)
      throws TroubleException {
    return ImportPlanner.isImport(backup)
        ? imports.job(backup)
        : planner.job(
            backup, connection.orElseThrow(), PreviousBackup.of(backup, onSameConnection(backup)));
  }

  @Override
  protected Backup recorded(Backup backup, String jobUid) {
    return write(backup, BackupStatusFactory.recorded(backup, jobUid));
  }

  @Override
  protected Backup waiting(Backup backup, Trouble why) {
    return write(backup, BackupStatusFactory.waiting(backup, why, now()));
  }

  @Override
  protected Backup running(Backup backup, Pod pod, RunnerReports.Summary reports) {
    var name = pod.getMetadata().getName();
    return write(backup, BackupStatusFactory.running(backup, name, reports, now()));
  }

  @Override
  protected Backup ended(Backup backup, JobState.Ended ended, RunnerReports.Summary reports) {
    var known =
        BackupStatusFactory.reported(backup, reports).podName(ended.pod().getMetadata().getName());
    var result = stoppedFromOutside(ended.result());
    if (result.succeeded()) {
      return succeeded(backup, known, result);
    }
    var failed = BackupStatusFactory.failed(backup, known, result, now());
    // Another pod of the Job, or of an operator that came before, has finished this very backup:
    // storage says how that one ended.
    var overtaken = result.reason() == Reason.ALREADY_RAN;
    var kept = result.reason() == Reason.VERIFICATION_FAILED;
    if (kept) {
      return write(backup, failed);
    }
    var clean = ImportPlanner.isImport(backup) || Boolean.TRUE.equals(result.clean());
    if (clean && !overtaken) {
      return attemptFailed(backup, failed);
    }
    var verdict = new Trouble(result.reason(), failed.message());
    return write(backup, BackupStatusFactory.verifying(backup, known, verdict, now()));
  }

  private static boolean isToBeRestored(Backup backup) {
    return Verification.levelOf(backup.getSpec().verification()) == VerificationLevel.RESTORE;
  }

  /** Storage holds all of it. */
  private Backup succeeded(Backup backup, BackupStatusBuilder known, Result result) {
    return write(
        backup,
        isToBeRestored(backup) && result.verification() != null
            ? VerificationStatusFactory.proving(backup, known.stopTime(null), result, now())
            : BackupStatusFactory.completed(backup, known, result, now()));
  }

  @Override
  protected Next<Backup> prove(Backup backup, boolean cancelled) {
    if (cancelled) {
      verification.giveUp(backup, VerifyCommand.OF_SPEC);
      return proved(backup, VerifyCommand.inconclusive("cancelled before it was restored"));
    }
    return switch (verification.verify(backup, VerifyCommand.OF_SPEC, now())) {
      case BackupVerification.State.Ended ended -> proved(backup, ended.verified());
      case BackupVerification.State.Pending pending -> new Next.Wait<>(JobProtocol.HELPER_POLL);
    };
  }

  private Next<Backup> proved(Backup backup, Result.Verified verified) {
    var written = write(backup, VerificationStatusFactory.proved(backup, verified, now()));
    writer.verified(written, verified.result(), verified.message());
    return new Next.Continue<>(written);
  }

  /**
   * A runner that is told to stop does not know why. If it had been us we would not read its
   * result, so it was somebody who deleted the pod, or drained its node.
   */
  private static Result stoppedFromOutside(Result result) {
    return result.reason() == Reason.CANCELLED
        ? ResultBuilder.builder(result)
            .reason(Reason.POD_EVICTED)
            .message("the pod was deleted, or its node was drained, before the backup had ended")
            .build()
        : result;
  }

  @Override
  protected Backup stopping(Backup backup, Trouble verdict, Instant now) {
    var known = BackupStatusFactory.unchanged(backup);
    return write(backup, BackupStatusFactory.verifying(backup, known, verdict, now));
  }

  @Override
  protected Backup failed(Backup backup, Trouble trouble) {
    return write(backup, BackupStatusFactory.failed(backup, trouble, now()));
  }

  @Override
  protected Backup observed(Backup backup) {
    return write(backup, BackupStatusFactory.observed(backup));
  }

  @Override
  protected Next<Backup> stopped(Backup backup, Run run, boolean waited) {
    if (!run.mayHaveRun()) {
      return fail(backup, run.verdict());
    }
    if (ImportPlanner.isImport(backup)) {
      // it has written nothing, and what it read is not its own to remove
      return new Next.Continue<>(
          attemptFailed(backup, BackupStatusFactory.failed(backup, run.verdict(), now())));
    }
    if (waited) {
      return failLeavingData(backup, run, "storage could not be asked in time");
    }
    return switch (data.settle(backup)) {
      case BackupData.Settled.Complete complete -> {
        var known = BackupStatusFactory.unchanged(backup);
        yield new Next.Continue<>(succeeded(backup, known, complete.result()));
      }
      case BackupData.Settled.WithoutCopies kept -> failKeepingBackup(backup, run, kept.result());
      case BackupData.Settled.Removed removed ->
          new Next.Continue<>(
              attemptFailed(backup, BackupStatusFactory.failed(backup, run.verdict(), now())));
      case BackupData.Settled.LeftBehind left -> failLeavingData(backup, run, left.why());
      case BackupData.Settled.Pending pending -> new Next.Wait<>(JobProtocol.HELPER_POLL);
    };
  }

  @Override
  protected Next<Backup> unstoppable(Backup backup, Run run) {
    if (ImportPlanner.isImport(backup)) {
      return fail(backup, run.verdict());
    }
    return failLeavingData(backup, run, "its pod could not be stopped");
  }

  @Override
  protected boolean deletesData(Backup backup) {
    return BackupPlaces.holdsData(backup)
        && backup.getSpec().deletionPolicy() == DeletionPolicy.DELETE;
  }

  @Override
  protected Next<Backup> command(Backup backup) {
    return commands.next(backup, now());
  }

  @Override
  protected Next<Backup> beginDeletion(Backup backup) {
    return removal.begin(backup, now());
  }

  @Override
  protected Next<Backup> delete(Backup backup) {
    return removal.goOn(backup, now());
  }

  /** Storage holds what was asked for, but for copies of it. */
  private Next<Backup> failKeepingBackup(Backup backup, Run run, Result result) {
    if (!Boolean.TRUE.equals(result.clean())) {
      var copies = BackupPlaces.locations(backup, BackupPlaces.copies(backup));
      writer.leftBehind(backup, copies, result.message());
    }
    return new Next.Continue<>(
        write(
            backup, BackupStatusFactory.failedKeepingBackup(backup, run.verdict(), result, now())));
  }

  /** It has failed and left nothing: that is the end, unless the Backup may try again. */
  private Backup attemptFailed(Backup backup, BackupStatus failed) {
    return write(
        backup,
        Retries.after(backup, failed, now())
            .map(retry -> BackupStatusFactory.retrying(backup, failed, retry, now()))
            .orElse(failed));
  }

  private Next<Backup> failLeavingData(Backup backup, Run run, String why) {
    writer.leftBehind(backup, BackupPlaces.locations(backup), why);
    return new Next.Continue<>(
        write(backup, BackupStatusFactory.failedLeavingData(backup, run.verdict(), why, now())));
  }

  private Backup write(Backup backup, BackupStatus status) {
    return writer.write(backup, status);
  }
}
