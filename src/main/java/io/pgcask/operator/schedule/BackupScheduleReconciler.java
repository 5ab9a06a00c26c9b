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
import io.pgcask.operator.Labels;
import io.pgcask.operator.event.Lists;
import io.pgcask.operator.event.WakeUps;
import io.pgcask.operator.job.Next;
import io.pgcask.operator.job.SpecOrAnnotations;
import io.pgcask.operator.schedule.retention.ChildUpdates;
import io.pgcask.operator.status.StatusWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Creates a Backup for every slot of a schedule, and looks after those that there are.
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

  /**
   * Timers count elapsed time. When the machine was asleep or its clock is put forward, a slot is
   * late by this much at most.
   */
  private static final Duration LONGEST = Duration.ofMinutes(15);

  /**
   * A Backup that was made is written down by a step of its own, queued behind those of other
   * schedules: when many are due in one minute, all Backups are made first.
   */
  private static final Duration BEHIND_THE_OTHERS = Duration.ofMillis(1);

  private final SlotActions slots;
  private final ScheduleCare care;
  private final ScheduleEvents events;
  private final StatusWriter writer;
  private final WakeUps<BackupSchedule> wakeUps;
  private final Clock clock;

  /** Made by the container, and by tests with parts of their own. */
  public BackupScheduleReconciler(
      SlotActions slots,
      ScheduleCare care,
      ScheduleEvents events,
      StatusWriter writer,
      Clock clock) {
    this.slots = slots;
    this.care = care;
    this.events = events;
    this.writer = writer;
    this.wakeUps = new WakeUps<>("checks", care::forget);
    this.clock = clock;
  }

  @Override
  public List<EventSource<?, BackupSchedule>> prepareEventSources(
      EventSourceContext<BackupSchedule> context) {
    return List.of(
        wakeUps,
        care.attempts(),
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(Backup.class, BackupSchedule.class)
                .withName(BACKUPS)
                .withLabelSelector(Labels.SCHEDULE)
                .withInformerListLimit(Lists.PAGE)
                .withOnUpdateFilter(new ChildUpdates())
                .withSecondaryToPrimaryMapper(BackupScheduleReconciler::schedule)
                .build(),
            context));
  }

  private static Set<ResourceID> schedule(Backup backup) {
    return Labels.schedule(backup)
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
    Timetable timetable;
    try {
      timetable = Timetable.of(schedule, now);
    } catch (IllegalArgumentException e) {
      return invalid(schedule, children(context), e.getMessage(), now);
    }
    var children = children(context);
    var history = SlotHistory.of(schedule, timetable, now);
    var plan = SlotPlanner.plan(schedule, history, children, now);
    return switch (slots.act(schedule, timetable, plan, children, new Listener(context))) {
      case Outcome.Begun begun -> new Next.Wait<>(BEHIND_THE_OTHERS);
      case Outcome.Settled outcome -> settle(schedule, history, children, outcome, now);
    };
  }

  private Next<BackupSchedule> settle(
      BackupSchedule schedule,
      SlotHistory history,
      List<Backup> children,
      Outcome.Settled outcome,
      Instant now) {
    var status = ScheduleStatusFactory.of(schedule, history, children, outcome, now);
    var findings = care.look(schedule, history.timetable(), status, children, now, wakeUps::wake);
    var written = writer.write(schedule, findings.addTo(schedule, status, now));
    events.tell(schedule, outcome);
    var next = care.act(schedule, written, findings, now);
    return switch (outcome) {
      case Outcome.Created created -> new Next.Continue<>(written);
      case Outcome.Declined declined -> new Next.Continue<>(written);
      case Outcome.Skipped skipped -> new Next.Continue<>(written);
      case Outcome.Unchanged unchanged -> new Next.Continue<>(written);
      case Outcome.Missed missed -> new Next.Continue<>(written);
      case Outcome.Refused refused -> waitFor(next, afterRefusal(schedule, refused.run()));
      case Outcome.Looking looking ->
          new Next.Wait<>(ScheduleCare.aSecondAtLeast(Duration.between(now, looking.until())));
      case Outcome.Quiet quiet -> waitFor(next);
      case Outcome.Waiting waiting -> waitFor(next);
    };
  }

  private static Next<BackupSchedule> waitFor(Optional<Duration> atMost) {
    return waitFor(atMost, LONGEST);
  }

  private static Next<BackupSchedule> waitFor(Optional<Duration> atMost, Duration longest) {
    return new Next.Wait<>(atMost.filter(time -> time.compareTo(longest) < 0).orElse(longest));
  }

  /**
   * Often enough that a short deadline leaves room for some more attempts. The immediate Backup has
   * no deadline.
   */
  static Duration afterRefusal(BackupSchedule schedule, Run run) {
    return Optional.ofNullable(schedule.getSpec().startingDeadlineSeconds())
        .filter(deadline -> run.cause() instanceof Run.Cause.Slot)
        .map(deadline -> Duration.ofSeconds(deadline).dividedBy(3))
        .filter(time -> time.compareTo(AFTER_REFUSAL) < 0)
        .orElse(AFTER_REFUSAL);
  }

  private Next<BackupSchedule> invalid(
      BackupSchedule schedule, List<Backup> children, String message, Instant now) {
    var status = ScheduleStatusFactory.invalid(schedule, children, message, now);
    var findings = care.lookOnly(schedule, children, now, wakeUps::wake);
    if (!ScheduleEvents.isKnown(schedule, message)) {
      events.invalid(schedule, message);
    }
    var written = writer.write(schedule, findings.addTo(schedule, status, now));
    return waitFor(care.act(schedule, written, findings, now));
  }

  private static List<Backup> children(Context<BackupSchedule> context) {
    return context.getSecondaryResourcesAsStream(Backup.class).toList();
  }

  /** Tells the cache of a new Backup at once, so that the next step counts it. */
  private final class Listener implements SlotActions.Listener {

    private final Context<BackupSchedule> context;

    Listener(Context<BackupSchedule> context) {
      this.context = context;
    }

    @Override
    public void created(Backup backup) {
      var source =
          (InformerEventSource<Backup, BackupSchedule>)
              context.eventSourceRetriever().getEventSourceFor(Backup.class, BACKUPS);
      source.handleRecentResourceCreate(ResourceID.fromResource(backup), backup);
    }

    @Override
    public void wake(BackupSchedule schedule) {
      wakeUps.wake(schedule);
    }
  }
}
