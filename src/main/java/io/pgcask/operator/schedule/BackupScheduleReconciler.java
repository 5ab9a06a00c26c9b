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
import io.pgcask.operator.schedule.notification.Notifications;
import io.pgcask.operator.schedule.notification.Outbox;
import io.pgcask.operator.schedule.notification.Overdue;
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
  private final Notifications notifications;
  private final Clock clock;

  /** Made by the container, and by tests with parts of their own. */
  public BackupScheduleReconciler(
      ChildBackups backups,
      StatusWriter writer,
      ScheduleEvents events,
      Notifications notifications,
      Clock clock) {
    this.backups = backups;
    this.writer = writer;
    this.events = events;
    this.notifications = notifications;
    this.clock = clock;
  }

  @Override
  public List<EventSource<?, BackupSchedule>> prepareEventSources(
      EventSourceContext<BackupSchedule> context) {
    return List.of(
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(Backup.class, BackupSchedule.class)
                .withName(BACKUPS)
                .withLabelSelector(Labels.SCHEDULE)
                .withSecondaryToPrimaryMapper(BackupScheduleReconciler::schedule)
                .build(),
            context),
        notifications.attempts());
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
    var outcome = act(schedule, SlotPlanner.plan(schedule, timetable, children, now), context);
    var after = children(context); // with what was created just now
    var suspended = Boolean.TRUE.equals(schedule.getSpec().suspend());
    var status =
        suspended
            ? ScheduleStatusFactory.suspended(schedule, after, outcome, now)
            : ScheduleStatusFactory.scheduled(schedule, timetable, after, outcome, now);
    var outbox = outbox(schedule, after, status, now);
    var written = writer.write(schedule, Notifications.into(schedule, status, outbox, now));
    events.tell(schedule, outcome);
    var attempt = notifications.written(written, outbox, now);
    return switch (outcome) {
      case Outcome.Created created -> new Next.Continue<>(written);
      case Outcome.Declined declined -> new Next.Continue<>(written);
      case Outcome.Skipped skipped -> new Next.Continue<>(written);
      case Outcome.Missed missed -> new Next.Continue<>(written);
      case Outcome.Refused refused -> new Next.Wait<>(AFTER_REFUSAL);
      case Outcome.Quiet quiet -> next(status, attempt, now);
      case Outcome.Waiting waiting -> next(status, attempt, now);
    };
  }

  private static List<Backup> children(Context<BackupSchedule> context) {
    return context.getSecondaryResourcesAsStream(Backup.class).toList();
  }

  private Outcome act(BackupSchedule schedule, Plan plan, Context<BackupSchedule> context) {
    return switch (plan) {
      case Plan.Nothing nothing -> new Outcome.Quiet();
      case Plan.Start start -> create(schedule, start, context);
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

  private Outbox outbox(
      BackupSchedule schedule, List<Backup> children, BackupScheduleStatus status, Instant now) {
    var lastSuccess = Optional.ofNullable(status.lastSuccessfulTime());
    return notifications.step(schedule, children, Overdue.since(schedule, lastSuccess, now));
  }

  /** Whatever comes first: the next slot, or the next attempt to notify. */
  private static Next<BackupSchedule> next(
      BackupScheduleStatus status, Optional<Duration> attempt, Instant now) {
    var slot =
        Optional.ofNullable(status.nextScheduleTime()).map(next -> Duration.between(now, next));
    return Stream.concat(slot.stream(), attempt.stream())
        .min(Comparator.naturalOrder())
        .<Next<BackupSchedule>>map(Next.Wait::new)
        .orElseGet(Next.Done::new);
  }

  private Next<BackupSchedule> invalid(
      BackupSchedule schedule, List<Backup> children, String message, Instant now) {
    var status = ScheduleStatusFactory.invalid(schedule, children, message, now);
    var known =
        Optional.ofNullable(schedule.getStatus())
            .map(BackupScheduleStatus::conditions)
            .orElse(List.of());
    if (!known.containsAll(status.conditions())) {
      events.invalid(schedule, message);
    }
    var outbox = outbox(schedule, children, status, now);
    writer.write(schedule, Notifications.into(schedule, status, outbox, now));
    return next(status, notifications.written(schedule, outbox, now), now);
  }
}
