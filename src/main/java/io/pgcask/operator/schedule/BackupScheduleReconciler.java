package io.pgcask.operator.schedule;

import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.BackupScheduleStatus;
import io.pgcask.operator.Labels;
import io.pgcask.operator.job.Next;
import io.pgcask.operator.job.SpecOrAnnotations;
import io.pgcask.operator.schedule.change.SkipDecision;
import io.pgcask.operator.schedule.change.UnchangedCheck;
import io.pgcask.operator.status.StatusWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Creates a Backup for every slot of a schedule.
 *
 * <p>After a downtime the newest slot that passed is caught up, the others are not. The name of a
 * Backup is a function of schedule and slot, so that a slot is never run twice, however often the
 * operator dies between creating it and writing that down.
 */
@ControllerConfiguration(
    name = "backupschedule",
    generationAwareEventProcessing = false,
    informer = @Informer(onUpdateFilter = SpecOrAnnotations.class))
@GradualRetry(maxAttempts = Integer.MAX_VALUE, maxInterval = 60_000)
public class BackupScheduleReconciler implements Reconciler<BackupSchedule> {

  private static final String BACKUPS = "backups";

  /** How soon to try again what the API server refused. */
  private static final Duration AFTER_REFUSAL = Duration.ofMinutes(1);

  private final ChildBackups backups;
  private final StatusWriter writer;
  private final ScheduleEvents events;
  private final ScheduleChecks checks;
  private final UnchangedCheck unchanged;
  private final ScheduleWakeUps wakeUps;
  private final Clock clock;

  /** Made by the container, and by tests with parts of their own. */
  public BackupScheduleReconciler(
      ChildBackups backups,
      StatusWriter writer,
      ScheduleEvents events,
      ScheduleChecks checks,
      UnchangedCheck unchanged,
      Clock clock) {
    this.backups = backups;
    this.writer = writer;
    this.events = events;
    this.checks = checks;
    this.unchanged = unchanged;
    this.wakeUps = new ScheduleWakeUps(checks);
    this.clock = clock;
  }

  @Override
  public List<EventSource<?, BackupSchedule>> prepareEventSources(
      EventSourceContext<BackupSchedule> context) {
    return List.of(
        wakeUps,
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(Backup.class, BackupSchedule.class)
                .withName(BACKUPS)
                .withLabelSelector(Labels.SCHEDULE)
                .withSecondaryToPrimaryMapper(BackupScheduleReconciler::schedule)
                .build(),
            context));
  }

  private static Set<ResourceID> schedule(Backup backup) {
    return Labels.annotation(backup, Labels.SCHEDULE)
        .map(name -> Set.of(new ResourceID(name, backup.getMetadata().getNamespace())))
        .orElse(Set.of());
  }

  @Override
  public UpdateControl<BackupSchedule> reconcile(
      BackupSchedule schedule, Context<BackupSchedule> context) {
    return schedule.isMarkedForDeletion()
        ? UpdateControl.noUpdate()
        : Next.reconcile(schedule, current -> step(current, context));
  }

  private Next<BackupSchedule> step(BackupSchedule schedule, Context<BackupSchedule> context) {
    var now = clock.instant();
    var children = children(context);
    Timetable timetable;
    try {
      timetable = Timetable.of(schedule);
    } catch (IllegalArgumentException e) {
      return invalid(schedule, children, e.getMessage(), now);
    }
    if (timetable.next(now).isEmpty()) {
      return invalid(
          schedule,
          children,
          "%s does not fire within five years".formatted(schedule.getSpec().schedule()),
          now);
    }
    var plan = SlotPlanner.plan(schedule, timetable, children, now);
    var outcome = act(schedule, timetable, plan, children, context);
    var after = children(context); // with what was created just now
    var suspended = Boolean.TRUE.equals(schedule.getSpec().suspend());
    var status =
        suspended
            ? ScheduleStatusFactory.suspended(schedule, after, outcome, now)
            : ScheduleStatusFactory.scheduled(schedule, timetable, after, outcome, now);
    var found = checks.look(schedule, after, now, wakeUps::wake);
    var written = writer.write(schedule, found.addTo(schedule, status, now));
    events.tell(schedule, outcome);
    checks.act(schedule, found);
    return switch (outcome) {
      case Outcome.Created created -> new Next.Continue<>(written);
      case Outcome.Declined declined -> new Next.Continue<>(written);
      case Outcome.Skipped skipped -> new Next.Continue<>(written);
      case Outcome.Missed missed -> new Next.Continue<>(written);
      case Outcome.Refused refused -> new Next.Wait<>(AFTER_REFUSAL);
      case Outcome.Unchanged skipped -> new Next.Continue<>(written);
      case Outcome.Looking looking -> new Next.Wait<>(Duration.between(now, looking.until()));
      case Outcome.Quiet quiet -> next(status, found, now);
      case Outcome.Waiting waiting -> next(status, found, now);
    };
  }

  private static List<Backup> children(Context<BackupSchedule> context) {
    return context.getSecondaryResourcesAsStream(Backup.class).toList();
  }

  private Outcome act(
      BackupSchedule schedule,
      Timetable timetable,
      Plan plan,
      List<Backup> children,
      Context<BackupSchedule> context) {
    return switch (plan) {
      case Plan.Nothing nothing -> new Outcome.Quiet();
      case Plan.Start start ->
          spared(schedule, timetable, start, children)
              .orElseGet(() -> create(schedule, start, context));
      case Plan.Replace replace -> {
        replace.earlier().stream()
            .filter(backup -> !Boolean.TRUE.equals(backup.getSpec().cancel()))
            .forEach(
                backup -> {
                  backups.cancel(backup);
                  events.replaced(schedule, backup, replace.run());
                });
        yield new Outcome.Waiting(
            replace.run(),
            "waits for %s to end before it creates %s"
                .formatted(
                    replace.earlier().getFirst().getMetadata().getName(), replace.run().name()));
      }
      case Plan.Skip skip ->
          new Outcome.Skipped(
              skip.slot(),
              "Backup %s has not ended".formatted(skip.earlier().getMetadata().getName()),
              skip.missed());
      case Plan.Miss miss -> new Outcome.Missed(miss.slot(), miss.missed());
    };
  }

  /** With skipIfUnchanged: whether the slot is skipped, or it is not known yet. */
  private Optional<Outcome> spared(
      BackupSchedule schedule, Timetable timetable, Plan.Start start, List<Backup> children) {
    var run = start.run();
    var isThere =
        children.stream().anyMatch(child -> child.getMetadata().getName().equals(run.name()));
    if (!Boolean.TRUE.equals(schedule.getSpec().skipIfUnchanged())
        || !(run.cause() instanceof Run.Cause.Slot)
        || isThere) {
      return Optional.empty();
    }
    var begin = timetable.start(run.time());
    return switch (unchanged.ask(schedule, children, run.time(), begin, wakeUps::wake)) {
      case UnchangedCheck.Answer.Pending pending ->
          Optional.of(new Outcome.Looking(run, pending.until()));
      case UnchangedCheck.Answer.Decided(SkipDecision.Skip skip) ->
          Optional.of(new Outcome.Unchanged(run.time(), skip, start.missed()));
      case UnchangedCheck.Answer.Decided(SkipDecision.Run because) -> Optional.empty();
    };
  }

  private Outcome create(
      BackupSchedule schedule, Plan.Start start, Context<BackupSchedule> context) {
    var run = start.run();
    return switch (backups.create(schedule, run)) {
      case ChildBackups.Creation.There there -> {
        remember(schedule, there.backup(), context);
        yield new Outcome.Created(run, start.missed());
      }
      case ChildBackups.Creation.NameTaken taken ->
          givenUp(run, start, "a Backup %s of somebody else exists".formatted(run.name()));
      case ChildBackups.Creation.Refused refused ->
          run.ofTimetable()
              ? new Outcome.Refused(run, refused.why())
              : new Outcome.Declined(run, refused.why());
    };
  }

  private static Outcome givenUp(Run run, Plan.Start start, String why) {
    return run.ofTimetable()
        ? new Outcome.Skipped(run.time(), why, start.missed())
        : new Outcome.Declined(run, why);
  }

  /** The cache learns of it at once: the next step counts it. */
  private static void remember(
      BackupSchedule schedule, Backup created, Context<BackupSchedule> context) {
    var source =
        (InformerEventSource<Backup, BackupSchedule>)
            context.eventSourceRetriever().getEventSourceFor(Backup.class, BACKUPS);
    source.handleRecentResourceCreate(ResourceID.fromResource(created), created);
  }

  /** When the next slot is, or something else is due. */
  private static Next<BackupSchedule> next(
      BackupScheduleStatus status, ScheduleFindings found, Instant now) {
    return Stream.concat(Stream.ofNullable(status.nextScheduleTime()), found.next().stream())
        .min(Comparator.naturalOrder())
        .<Next<BackupSchedule>>map(time -> new Next.Wait<>(Duration.between(now, time)))
        .orElseGet(Next.Done::new);
  }

  private Next<BackupSchedule> invalid(
      BackupSchedule schedule, List<Backup> children, String message, Instant now) {
    var status = ScheduleStatusFactory.invalid(schedule, children, message, now);
    if (!ScheduleEvents.isKnown(schedule, message)) {
      events.invalid(schedule, message);
    }
    var found = checks.look(schedule, children, now, wakeUps::wake);
    writer.write(schedule, found.addTo(schedule, status, now));
    checks.act(schedule, found);
    return next(status, found, now);
  }
}
