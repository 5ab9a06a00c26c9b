package io.pgcask.operator.restore;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import io.pgcask.api.v1alpha1.PostgresConnection;
import io.pgcask.api.v1alpha1.Restore;
import io.pgcask.api.v1alpha1.RestorePhase;
import io.pgcask.api.v1alpha1.RestoreStatus;
import io.pgcask.api.v1alpha1.RestoreStatusBuilder;
import io.pgcask.operator.Names;
import io.pgcask.operator.event.Events;
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
 * Takes a Restore through its phases; {@link RunReconciler} tells the common part of the story.
 *
 * <p>A Restore runs once, ever: it is not repeated when its Job is deleted, when the operator
 * restarts or when the resource is created anew with its annotations. What it has written to the
 * target is never removed by us; a database that mode Replace leaves beside it may be.
 */
@ControllerConfiguration(name = "restore")
@Singleton
@GradualRetry(maxAttempts = Integer.MAX_VALUE, maxInterval = 60_000)
public class RestoreReconciler extends RunReconciler<Restore> {

  private final RestorePlanner planner;
  private final SafetyBackups safety;
  private final SpareDatabaseKeeper spares;
  private final RestoreWriter writer;

  /** Made by the container, and by tests with parts of their own. */
  public RestoreReconciler(
      RestorePlanner planner,
      SafetyBackups safety,
      SpareDatabaseRemoval removal,
      Events events,
      Parts parts) {
    super(Restore.class, parts);
    this.planner = planner;
    this.safety = safety;
    this.writer = new RestoreWriter(parts.writer(), events);
    this.spares = new SpareDatabaseKeeper(removal, writer);
  }

  @Override
  protected Run run(Restore restore) {
    var spec = restore.getSpec();
    var status =
        Optional.ofNullable(restore.getStatus())
            .orElseGet(() -> RestoreStatusBuilder.builder().build());
    return new Run(
        stage(status.phase()),
        spec.connectionRef().name(),
        RestorePlanner.deadlines(spec),
        Boolean.TRUE.equals(spec.cancel()),
        status.jobName(),
        status.jobUid(),
        status.podName(),
        status.startTime(),
        null,
        status.stopTime(),
        Run.words(status.reason(), status.message()),
        status.observedGeneration());
  }

  private static Run.Stage stage(RestorePhase phase) {
    return switch (phase) {
      case null -> Run.Stage.NEW;
      case QUEUED -> Run.Stage.QUEUED;
      case PENDING, PLANNING, RUNNING -> Run.Stage.STARTED;
      case VERIFYING -> Run.Stage.STOPPING;
      case COMPLETED, COMPLETED_WITH_WARNINGS, FAILED -> Run.Stage.ENDED;
    };
  }

  @Override
  protected Optional<Obstacle> obstacle(Restore restore) {
    var tooLate = RestoreBounds.passed(restore.getSpec(), now());
    if (tooLate.isPresent()) {
      return Optional.of(new Obstacle(tooLate.get(), false));
    }
    return switch (planner.source(restore, now())) {
      case RestorePlanner.Source.Found found -> Optional.empty();
      case RestorePlanner.Source.NotYet notYet ->
          Optional.of(new Obstacle(notYet.waitingFor(), true));
      case RestorePlanner.Source.Unusable unusable ->
          Optional.of(new Obstacle(unusable.trouble(), false));
    };
  }

  @Override
  protected Optional<Obstacle> preparation(Restore restore) {
    return safety.obstacle(restore);
  }

  @Override
  protected Restore queued(Restore restore, Trouble waitingFor) {
    var status = RestoreStatusFactory.queued(restore, waitingFor, now());
    return write(restore, SafetyBackups.named(restore, waitingFor, status));
  }

  @Override
  protected Restore plan(Restore restore, Optional<PostgresConnection> target)
      throws TroubleException {
    var connection = target.orElseThrow();
    var unusable = planner.unusable(restore, connection);
    if (unusable.isPresent()) {
      return failed(restore, unusable.get());
    }
    var resolved = planner.resolve(restore, connection, now());
    var jobName = Names.job(restore, RestorePlanner.TASK);
    var status = RestoreStatusFactory.pending(restore, resolved, jobName, now());
    return write(restore, safety.located(restore, status));
  }

  @Override
  protected Job desiredJob(Restore restore, Optional<PostgresConnection> connection)
      throws TroubleException {
    var tooLate = RestoreBounds.passed(restore.getSpec(), now());
    if (tooLate.isPresent()) {
      throw tooLate.get().asException();
    }
    return planner.job(restore, connection.orElseThrow());
  }

  @Override
  protected Restore recorded(Restore restore, String jobUid) {
    return write(restore, RestoreStatusFactory.recorded(restore, jobUid));
  }

  @Override
  protected Restore waiting(Restore restore, Trouble why) {
    return write(restore, RestoreStatusFactory.waiting(restore, why, now()));
  }

  @Override
  protected Restore running(Restore restore, Pod pod, RunnerReports.Summary reports) {
    var name = pod.getMetadata().getName();
    return write(restore, RestoreStatusFactory.running(restore, name, reports, now()));
  }

  @Override
  protected Restore ended(Restore restore, JobState.Ended ended, RunnerReports.Summary reports) {
    var known =
        RestoreStatusFactory.reported(restore, reports)
            .podName(ended.pod().getMetadata().getName());
    var status =
        ended.result().succeeded()
            ? RestoreStatusFactory.completed(restore, known, ended.result(), now())
            : RestoreStatusFactory.failed(restore, known, ended.result(), now());
    return write(restore, SpareDatabases.reported(restore, status, ended.result()));
  }

  @Override
  protected Restore stopping(Restore restore, Trouble verdict, Instant now) {
    return write(restore, RestoreStatusFactory.verifying(restore, verdict, now));
  }

  @Override
  protected Restore failed(Restore restore, Trouble trouble) {
    return write(restore, RestoreStatusFactory.failed(restore, trouble, now()));
  }

  @Override
  protected Restore observed(Restore restore) {
    return write(restore, RestoreStatusFactory.observed(restore));
  }

  @Override
  protected Next<Restore> stopped(Restore restore, Run run, boolean waited) {
    return run.mayHaveRun() ? lost(restore, run) : fail(restore, run.verdict());
  }

  @Override
  protected Next<Restore> unstoppable(Restore restore, Run run) {
    return lost(restore, run);
  }

  private Next<Restore> lost(Restore restore, Run run) {
    var trouble =
        new Trouble(
            run.verdict().reason(), run.verdict().message() + "; " + RestoreWords.unknown(restore));
    var failed = RestoreStatusFactory.failed(restore, trouble, now());
    return new Next.Continue<>(write(restore, SpareDatabases.lost(restore, failed)));
  }

  @Override
  protected Next<Restore> command(Restore restore) {
    return spares.dropWhatIsDue(restore, now());
  }

  /** The finalizer stays for as long as there is something to drop. */
  @Override
  protected boolean deletesData(Restore restore) {
    return SpareDatabases.toDrop(restore).isPresent();
  }

  @Override
  protected Next<Restore> beginDeletion(Restore restore) {
    spares.part(restore, now());
    return letGo(restore);
  }

  private Restore write(Restore restore, RestoreStatus status) {
    return writer.write(restore, status);
  }
}
