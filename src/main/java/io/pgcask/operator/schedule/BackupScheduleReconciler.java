package io.pgcask.operator.schedule;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
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
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.operator.Labels;
import io.pgcask.operator.Names;
import io.pgcask.operator.event.Events;
import io.pgcask.operator.job.Next;
import io.pgcask.operator.schedule.ScheduleStatusFactory.Slot;
import io.pgcask.operator.schedule.notification.Notifications;
import io.pgcask.operator.schedule.notification.Overdue;
import io.pgcask.operator.status.StatusWriter;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Creates a Backup for every slot of a schedule.
 *
 * <p>A slot that comes while an earlier Backup has not ended is skipped. After a downtime the
 * newest slot that passed is caught up, the others are not. The name of a Backup is a function of
 * schedule and slot, so that a slot is never run twice.
 */
@ControllerConfiguration(name = "backupschedule")
@GradualRetry(maxAttempts = Integer.MAX_VALUE, maxInterval = 60_000)
public class BackupScheduleReconciler implements Reconciler<BackupSchedule> {

  private final KubernetesClient client;
  private final StatusWriter writer;
  private final Events events;
  private final Notifications notifications;
  private final Clock clock;

  /** Made by the container, and by tests with parts of their own. */
  public BackupScheduleReconciler(
      KubernetesClient client,
      StatusWriter writer,
      Events events,
      Notifications notifications,
      Clock clock) {
    this.client = client;
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
                .withName("backups")
                .withLabelSelector(Labels.SCHEDULE)
                .withSecondaryToPrimaryMapper(
                    backup ->
                        Labels.annotation(backup, Labels.SCHEDULE)
                            .map(
                                name ->
                                    Set.of(
                                        new ResourceID(name, backup.getMetadata().getNamespace())))
                            .orElse(Set.of()))
                .build(),
            context),
        notifications.attempts());
  }

  @Override
  public UpdateControl<BackupSchedule> reconcile(
      BackupSchedule schedule, Context<BackupSchedule> context) {
    if (schedule.isMarkedForDeletion()) {
      return UpdateControl.noUpdate();
    }
    var children = context.getSecondaryResourcesAsStream(Backup.class).toList();
    return Next.reconcile(schedule, current -> tick(current, children));
  }

  private Next<BackupSchedule> tick(BackupSchedule schedule, List<Backup> children) {
    var now = clock.instant();
    var spec = schedule.getSpec();
    CronSchedule cron;
    try {
      cron = CronSchedule.parse(spec.schedule(), spec.timeZone());
    } catch (IllegalArgumentException e) {
      return stalled(schedule, children, e.getMessage(), now);
    }
    if (Boolean.TRUE.equals(spec.suspend())) {
      var passed = cron.latest(now).filter(slot -> slot.isAfter(horizon(schedule)));
      return write(
              schedule,
              children,
              ScheduleStatusFactory.suspended(schedule, children, passed, now),
              now)
          .<Next<BackupSchedule>>map(Next.Wait::new)
          .orElseGet(Next.Done::new);
    }
    var next = cron.next(now);
    if (next.isEmpty()) {
      return stalled(
          schedule, children, "%s never fires in five years".formatted(spec.schedule()), now);
    }
    var due = cron.latest(now).filter(slot -> slot.isAfter(horizon(schedule)));
    var outcome = due.map(slot -> run(schedule, children, slot)).orElseGet(Slot.None::new);
    var status = ScheduleStatusFactory.scheduled(schedule, children, outcome, next.get(), now);
    var untilNext = Duration.between(now, next.get());
    return new Next.Wait<>(
        write(schedule, children, status, now)
            .filter(delay -> delay.compareTo(untilNext) < 0)
            .orElse(untilNext));
  }

  /**
   * Writes a status with what is to be notified, and has that sent.
   *
   * @return when an attempt is due
   */
  private Optional<Duration> write(
      BackupSchedule schedule, List<Backup> children, BackupScheduleStatus status, Instant now) {
    var lastSuccess = Optional.ofNullable(status.lastSuccessfulTime());
    var outbox = notifications.step(schedule, children, Overdue.since(schedule, lastSuccess, now));
    writer.write(schedule, Notifications.into(schedule, status, outbox, now));
    return notifications.written(schedule, outbox, now);
  }

  private Slot run(BackupSchedule schedule, List<Backup> children, Instant slot) {
    var name = Names.scheduledBackup(schedule.getMetadata().getName(), slot);
    var earlier =
        children.stream()
            .filter(child -> !child.getMetadata().getName().equals(name))
            .filter(child -> !ScheduleStatusFactory.hasEnded(child))
            .findFirst();
    if (earlier.isPresent()) {
      events.warning(
          schedule,
          Reason.SLOT_SKIPPED,
          "skipped %s: Backup %s has not ended"
              .formatted(slot, earlier.get().getMetadata().getName()));
      return new Slot.Skipped(slot);
    }
    return create(schedule, name, slot) ? new Slot.Created(slot, name) : new Slot.Skipped(slot);
  }

  /** Creates the slot's Backup, or finds that it exists already and is ours. */
  private boolean create(BackupSchedule schedule, String name, Instant slot) {
    try {
      client.resource(backup(schedule, name, slot)).create();
      events.normal(
          schedule, Reason.BACKUP_CREATED, "created Backup %s for %s".formatted(name, slot));
      return true;
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        throw e;
      }
      var found =
          client
              .resources(Backup.class)
              .inNamespace(schedule.getMetadata().getNamespace())
              .withName(name)
              .get();
      var ours =
          found != null
              && Labels.annotation(found, Labels.SCHEDULE)
                  .filter(schedule.getMetadata().getName()::equals)
                  .isPresent();
      if (!ours) {
        events.warning(
            schedule,
            Reason.SLOT_SKIPPED,
            "skipped %s: a Backup %s of somebody else exists".formatted(slot, name));
      }
      return ours;
    }
  }

  /** No owner reference: deleting a schedule leaves its Backups. */
  private static Backup backup(BackupSchedule schedule, String name, Instant slot) {
    var template = schedule.getSpec().template();
    var labels = new HashMap<String, String>();
    var annotations = new HashMap<String, String>();
    if (template.metadata() != null) {
      labels.putAll(Optional.ofNullable(template.metadata().labels()).orElse(Map.of()));
      annotations.putAll(Optional.ofNullable(template.metadata().annotations()).orElse(Map.of()));
    }
    labels.put(Labels.SCHEDULE, Names.labelValue(schedule.getMetadata().getName()));
    annotations.put(Labels.SCHEDULE, schedule.getMetadata().getName());
    annotations.put(Labels.SCHEDULED_FOR, slot.toString());
    var backup = new Backup();
    backup.setMetadata(
        new ObjectMetaBuilder()
            .withName(name)
            .withNamespace(schedule.getMetadata().getNamespace())
            .withLabels(labels)
            .withAnnotations(annotations)
            .build());
    backup.setSpec(template.spec());
    return backup;
  }

  private Next<BackupSchedule> stalled(
      BackupSchedule schedule, List<Backup> children, String message, Instant now) {
    var status = ScheduleStatusFactory.invalid(schedule, children, message, now);
    var known =
        Optional.ofNullable(schedule.getStatus())
            .map(BackupScheduleStatus::conditions)
            .orElse(List.of());
    if (!known.containsAll(status.conditions())) {
      events.warning(schedule, Reason.INVALID_SCHEDULE, message);
    }
    return write(schedule, children, status, now)
        .<Next<BackupSchedule>>map(Next.Wait::new)
        .orElseGet(Next.Done::new);
  }

  /** Slots up to here are history: those before creation, and those that were run or skipped. */
  private static Instant horizon(BackupSchedule schedule) {
    return Optional.ofNullable(schedule.getStatus())
        .map(BackupScheduleStatus::lastScheduleTime)
        .orElseGet(() -> Instant.parse(schedule.getMetadata().getCreationTimestamp()));
  }
}
