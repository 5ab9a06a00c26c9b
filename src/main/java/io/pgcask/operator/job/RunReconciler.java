package io.pgcask.operator.job;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.CustomResource;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.pgcask.api.v1alpha1.PostgresConnection;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.operator.Labels;
import io.pgcask.operator.Times;
import io.pgcask.operator.connection.Connections;
import io.pgcask.operator.status.StatusWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The life of a resource that runs one Job, once, or one after the other until one does well. What
 * differs between the kinds is below the line; each method above it is one stage and makes at most
 * one write.
 *
 * <pre>
 *   NEW -> QUEUED -> STARTED -> ENDED
 *             ^         |         ^
 *             |         +-> STOPPING (cancelled, too late, or the Job gave no result)
 *             +-------------+ (another attempt)
 * </pre>
 *
 * <p>Over 300 lines, since a stage is understood only beside the others, and a quarter of the lines
 * are what the kinds say and write, each with what it means.
 */
public abstract class RunReconciler<R extends CustomResource<?, ?>> implements Reconciler<R> {

  /** How often a running Job's log is read, and its deadlines are looked at. */
  private static final Duration JOB_POLL = Duration.ofSeconds(5);

  /** How often to look whether what is being stopped is gone. */
  private static final Duration STOP_POLL = Duration.ofSeconds(2);

  /** A pod on a node that does not answer, or a storage that does not, is waited for so long. */
  private static final Duration STOP_LIMIT = Duration.ofMinutes(10);

  private static final Duration QUEUE_POLL = Duration.ofSeconds(3);

  /** What the life of every run needs. */
  public record Parts(
      JobProtocol protocol,
      Connections connections,
      AdmissionQueue queue,
      RunnerReports reports,
      StatusWriter writer,
      Clock clock) {}

  /** What keeps a run from starting. */
  public record Obstacle(Trouble trouble, boolean mayPass) {}

  private final Parts parts;
  private final RunSources<R> sources;

  /** For one kind. */
  protected RunReconciler(Class<R> type, Parts parts) {
    this.parts = parts;
    this.sources =
        new RunSources<>(
            type,
            resource -> run(resource).connection(),
            resource -> run(resource).stage() != Run.Stage.ENDED);
  }

  @Override
  public List<EventSource<?, R>> prepareEventSources(EventSourceContext<R> context) {
    return sources.prepare(context);
  }

  @Override
  public UpdateControl<R> reconcile(R resource, Context<R> context) {
    return Next.reconcile(resource, this::step);
  }

  private Next<R> step(R resource) {
    var run = run(resource);
    return switch (run.stage()) {
      case NEW -> begin(resource);
      case QUEUED -> admit(resource, run);
      case STARTED -> drive(resource, run);
      case STOPPING -> stop(resource, run);
      case PROVING -> prove(resource, run);
      case ENDED -> rest(resource, run);
      case DELETING -> delete(resource);
    };
  }

  private Next<R> begin(R resource) {
    if (resource.isMarkedForDeletion()) {
      return letGo(resource);
    }
    var startedAt = Labels.annotation(resource, Labels.STARTED_AT);
    if (startedAt.isPresent()) {
      return fail(
          resource,
          new Trouble(
              Reason.ALREADY_RAN,
              "it was started at %s and was then created anew without its status; it does not run"
                      .formatted(startedAt.get())
                  + " twice: create another one under a new name"));
    }
    if (!resource.hasFinalizer(Labels.FINALIZER)) {
      return new Next.Continue<>(parts.writer.finalizer(resource, true));
    }
    return new Next.Continue<>(queued(resource, new Trouble(Reason.QUEUED, "waits for its turn")));
  }

  /** Waits for what it needs, then for a place, then fixes what the Job will do. */
  private Next<R> admit(R resource, Run run) {
    if (resource.isMarkedForDeletion() || run.cancelled()) {
      return fail(resource, new Trouble(Reason.CANCELLED, "cancelled before it ran"));
    }
    if (run.pauses(now())) {
      return pause(resource, run);
    }
    var obstacle = obstacle(resource);
    if (obstacle.isPresent() && !obstacle.get().mayPass()) {
      return fail(resource, obstacle.get().trouble());
    }
    var connection = sources.connection(resource);
    var waitingFor =
        obstacle
            .map(Obstacle::trouble)
            .or(
                () ->
                    needsConnection(resource)
                        ? RunSources.notReady(connection, run.connection())
                        : Optional.empty());
    if (waitingFor.isPresent()) {
      parts.queue.release(resource);
      return stayQueued(resource, run, waitingFor.get());
    }
    var unprepared = preparation(resource);
    if (unprepared.isPresent()) {
      parts.queue.release(resource);
      return unprepared.get().mayPass()
          ? stayQueued(resource, run, unprepared.get().trouble())
          : fail(resource, unprepared.get().trouble());
    }
    var limit = RunSources.concurrency(connection);
    var answer = parts.queue.ask(resource, run.connection(), limit, now());
    if (answer instanceof AdmissionQueue.Answer.Queued full) {
      return stayQueued(resource, run, RunSources.inQueue(full));
    }
    try {
      return new Next.Continue<>(plan(resource, connection));
    } catch (TroubleException e) {
      parts.queue.release(resource);
      return stayQueued(resource, run, e.trouble());
    }
  }

  /** An attempt has failed; others have its place until the next one is due. */
  private Next<R> pause(R resource, Run run) {
    parts.queue.release(resource);
    expireJob(resource, run);
    return new Next.Wait<>(Duration.between(now(), run.retryTime()));
  }

  private Next<R> stayQueued(R resource, Run run, Trouble waitingFor) {
    var since = Optional.ofNullable(run.retryTime()).orElseGet(() -> Times.created(resource));
    var passed = run.deadlines().queuePassed(since, waitingFor, now());
    if (passed.isPresent()) {
      return fail(resource, passed.get());
    }
    queued(resource, waitingFor);
    return new Next.Wait<>(QUEUE_POLL);
  }

  /** Makes the Job, lets it run, and follows it to its result. */
  private Next<R> drive(R resource, Run run) {
    parts.queue.hold(resource, run.connection());
    if (resource.isMarkedForDeletion() || run.cancelled()) {
      return stopping(resource, new Trouble(Reason.CANCELLED, "cancelled while it ran"));
    }
    try {
      return switch (parts.protocol.advance(resource, run, () -> desired(resource, run))) {
        case JobProtocol.Step.Record created ->
            new Next.Continue<>(recorded(resource, created.jobUid()));
        case JobProtocol.Step.Started started -> new Next.Wait<>(JOB_POLL);
        case JobProtocol.Step.Missing missing -> stopping(resource, missing.trouble());
        case JobProtocol.Step.Observed observed -> follow(resource, run, observed.state());
      };
    } catch (TroubleException e) {
      return stopping(resource, e.trouble());
    }
  }

  private Next<R> follow(R resource, Run run, JobState state) {
    if (state instanceof JobState.Waiting && run.podName() != null) {
      // Its pod has run and is gone; the Job will say in a moment that it has failed.
      return new Next.Wait<>(STOP_POLL);
    }
    var passed = run.deadlines().passed(run.startTime(), state, now());
    if (passed.isPresent()) {
      return stopping(resource, passed.get());
    }
    return switch (state) {
      case JobState.Suspended suspended -> new Next.Wait<>(JOB_POLL);
      case JobState.Waiting waiting -> {
        waiting(resource, Deadlines.pending(waiting));
        yield new Next.Wait<>(JOB_POLL);
      }
      case JobState.Running running -> {
        running(resource, running.pod(), parts.reports.read(running.pod()));
        yield new Next.Wait<>(JOB_POLL);
      }
      case JobState.Ended ended ->
          new Next.Continue<>(ended(resource, ended, parts.reports.read(ended.pod())));
      case JobState.Lost lost -> stopping(resource, lost.trouble());
    };
  }

  /** When no pod of the Job can write any more, or that has been waited for long enough. */
  private Next<R> stop(R resource, Run run) {
    var waited = !now().isBefore(run.stopTime().plus(STOP_LIMIT));
    if (parts.protocol.stopped(resource, run)) {
      return stopped(resource, run, waited);
    }
    return waited ? unstoppable(resource, run) : new Next.Wait<>(STOP_POLL);
  }

  /** The place on the connection is free for others. */
  private Next<R> prove(R resource, Run run) {
    parts.queue.release(resource);
    expireJob(resource, run);
    return prove(resource, resource.isMarkedForDeletion() || run.cancelled());
  }

  /** It has ended. The Job may go; the finalizer stays only where there is something to delete. */
  private Next<R> rest(R resource, Run run) {
    parts.queue.release(resource);
    expireJob(resource, run);
    var keepsFinalizer = deletesData(resource);
    if (resource.isMarkedForDeletion()) {
      return keepsFinalizer && resource.hasFinalizer(Labels.FINALIZER)
          ? beginDeletion(resource)
          : letGo(resource);
    }
    if (!resource.getMetadata().getGeneration().equals(run.observedGeneration())) {
      return new Next.Continue<>(observed(resource));
    }
    if (resource.hasFinalizer(Labels.FINALIZER) != keepsFinalizer) {
      return new Next.Continue<>(parts.writer.finalizer(resource, keepsFinalizer));
    }
    return command(resource);
  }

  /** The result of the Job is stored, so the Job may go. */
  private void expireJob(R resource, Run run) {
    Optional.ofNullable(run.jobName())
        .flatMap(name -> sources.job(resource, name))
        .ifPresent(parts.protocol::expire);
  }

  /** Nothing is left to do for the resource: Kubernetes may remove it. */
  protected final Next<R> letGo(R resource) {
    parts.queue.release(resource);
    parts.writer.finalizer(resource, false);
    return new Next.Done<>();
  }

  /** Ends the run badly. */
  protected final Next<R> fail(R resource, Trouble trouble) {
    return new Next.Continue<>(failed(resource, trouble));
  }

  /** The resources of this kind on the same connection, for a hint and never for a verdict. */
  protected final Stream<R> onSameConnection(R resource) {
    return sources.onSameConnection(resource);
  }

  /** The resources of this kind in the namespace of one, itself included, likewise. */
  protected final Stream<R> inSameNamespace(R resource) {
    return sources.inSameNamespace(resource);
  }

  /** The time that decisions are made at. */
  protected final Instant now() {
    return parts.clock.instant();
  }

  private Job desired(R resource, Run run) throws TroubleException {
    var connection =
        parts.connections.find(resource.getMetadata().getNamespace(), run.connection());
    if (connection.isEmpty() && needsConnection(resource)) {
      throw new TroubleException(
          Reason.CONNECTION_NOT_FOUND,
          "the PostgresConnection was deleted before the Job was made");
    }
    return desiredJob(resource, connection);
  }

  private Next<R> stopping(R resource, Trouble verdict) {
    return new Next.Continue<>(stopping(resource, verdict, now()));
  }

  // ---- What a kind says of itself. ----

  /** The run that the resource is. */
  protected abstract Run run(R resource);

  /** What keeps it from running now, or for ever, besides its connection. */
  protected Optional<Obstacle> obstacle(R resource) {
    return Optional.empty();
  }

  /**
   * What must be made before it runs and is not there yet. Asked when only a place is missing;
   * makes it, and may need a place on the connection for that.
   */
  protected Optional<Obstacle> preparation(R resource) {
    return Optional.empty();
  }

  /** Whether it talks to the server; else the connection is no more than a name. */
  protected boolean needsConnection(R resource) {
    return true;
  }

  /**
   * Tries what its Job has made.
   *
   * @param cancelled whether nobody waits for that any more
   */
  protected Next<R> prove(R resource, boolean cancelled) {
    throw new IllegalStateException("nothing of this kind is tried");
  }

  /** Carries out what an annotation asks of a resource that has ended. */
  protected Next<R> command(R resource) {
    return new Next.Done<>();
  }

  /** Whether the resource, once ended, has data to delete before it goes. */
  protected boolean deletesData(R resource) {
    return false;
  }

  /**
   * The Job, from what the plan resolved.
   *
   * @param connection never empty if the resource needs one
   */
  protected abstract Job desiredJob(R resource, Optional<PostgresConnection> connection)
      throws TroubleException;

  // ---- What a kind writes: each returns the resource as written. ----

  /** It waits. */
  protected abstract R queued(R resource, Trouble waitingFor);

  /**
   * Everything is resolved and written down and the Job comes next; or it has failed for good.
   *
   * @param connection never empty if the resource needs one
   */
  protected abstract R plan(R resource, Optional<PostgresConnection> connection)
      throws TroubleException;

  /** The Job exists; its UID is what makes this the only run. */
  protected abstract R recorded(R resource, String jobUid);

  /** The container does not run yet. */
  protected abstract R waiting(R resource, Trouble why);

  /** The container runs. */
  protected abstract R running(R resource, Pod pod, RunnerReports.Summary reports);

  /** The runner has said how it ended. */
  protected abstract R ended(R resource, JobState.Ended ended, RunnerReports.Summary reports);

  /** No result of the Job will be used; this is why. */
  protected abstract R stopping(R resource, Trouble verdict, Instant now);

  /** It ended badly. */
  protected abstract R failed(R resource, Trouble trouble);

  /** It ended, and its mutable fields were edited since. */
  protected abstract R observed(R resource);

  // ---- What a kind does after its Job was stopped, and before it goes. ----

  /**
   * No pod of the Job can write any more.
   *
   * @param waited whether so much time has passed that it must come to an end
   */
  protected abstract Next<R> stopped(R resource, Run run, boolean waited);

  /** The pod could not be stopped in time: its node does not answer. */
  protected abstract Next<R> unstoppable(R resource, Run run);

  /** The resource is to go, and has data that goes with it. */
  protected Next<R> beginDeletion(R resource) {
    return letGo(resource);
  }

  /** Goes on with what has begun: deletes the data and lets the resource go. */
  protected Next<R> delete(R resource) {
    return letGo(resource);
  }
}
