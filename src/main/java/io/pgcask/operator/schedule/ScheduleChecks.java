package io.pgcask.operator.schedule;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.operator.Labels;
import io.pgcask.operator.Refusals;
import io.pgcask.operator.event.Events;
import io.pgcask.operator.schedule.change.UnchangedCheck;
import io.pgcask.operator.schedule.health.ScheduleHealth;
import io.pgcask.operator.schedule.storage.StorageProbes;
import io.pgcask.operator.schedule.verification.VerificationPlan;
import io.pgcask.operator.status.StatusWriter;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/** What is looked after for a schedule beside its slots: health, storage, verification. */
@ApplicationScoped
public class ScheduleChecks {

  private final StorageProbes storage;
  private final UnchangedCheck unchanged;
  private final StatusWriter writer;
  private final Events events;

  /** Made by the container, and by tests with parts of their own. */
  public ScheduleChecks(
      StorageProbes storage, UnchangedCheck unchanged, StatusWriter writer, Events events) {
    this.storage = storage;
    this.unchanged = unchanged;
    this.writer = writer;
    this.events = events;
  }

  /**
   * Looks. Starts a probe of the storage if one is due.
   *
   * @param wake called, on another thread, when there is news of it
   */
  public ScheduleFindings look(
      BackupSchedule schedule, List<Backup> children, Instant now, Consumer<BackupSchedule> wake) {
    return new ScheduleFindings(
        ScheduleHealth.of(schedule, children, now),
        storage.look(schedule, wake),
        VerificationPlan.of(schedule, children, now));
  }

  /**
   * Does what was found necessary, and tells what is new. To be called once the status is written.
   *
   * @param before as it was when it was looked at
   * @param written as it is now
   */
  public void act(BackupSchedule before, BackupSchedule written, ScheduleFindings found) {
    for (var news : found.news(before, written)) {
      if (news.warning()) {
        events.warning(before, news.reason(), news.message());
      } else {
        events.normal(before, news.reason(), news.message());
      }
    }
    found.verification().ask().ifPresent(ask -> ask(before, ask));
  }

  /** What the API server refuses is asked again later, and stands in the way of nothing else. */
  private void ask(BackupSchedule schedule, VerificationPlan.Ask ask) {
    try {
      writer.annotate(ask.backup(), Labels.VERIFY, ask.value());
    } catch (KubernetesClientException e) {
      if (!Refusals.isAnswer(e)) {
        throw e;
      }
      events.warning(
          schedule,
          Reason.VERIFICATION_INCONCLUSIVE,
          "Backup %s cannot be asked to verify itself: %s"
              .formatted(ask.backup().getMetadata().getName(), Refusals.words(e)));
    }
  }

  /** A schedule is gone. */
  public void forget(BackupSchedule schedule) {
    storage.forget(schedule);
    unchanged.forget(schedule);
  }
}
