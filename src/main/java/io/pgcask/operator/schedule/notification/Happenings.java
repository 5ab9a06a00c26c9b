package io.pgcask.operator.schedule.notification;

import static java.util.stream.Collectors.toSet;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.BackupScheduleStatus;
import io.pgcask.api.v1alpha1.Condition;
import io.pgcask.api.v1alpha1.NotificationEvent;
import io.pgcask.api.v1alpha1.NotificationState;
import io.pgcask.api.v1alpha1.NotificationStateBuilder;
import io.pgcask.api.v1alpha1.PendingDelivery;
import io.pgcask.api.v1alpha1.PendingDeliveryBuilder;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.operator.schedule.WrongClock;
import io.pgcask.operator.schedule.health.ScheduleHealth;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What has happened to the Backups of a schedule since the state in its status. Pure: from the same
 * status and the same Backups follow the same events with the same identities.
 *
 * <p>The state holds the newest {@value #SEEN_MAX} outcomes by identity, and not only a time: an
 * operator that comes back finds outcomes in any order.
 *
 * @param events in the order in which they happened
 * @param heartbeat the newest good Backup that is new
 * @param state what the next look starts from
 */
record Happenings(
    List<PendingDelivery> events, Optional<PendingDelivery> heartbeat, NotificationState state) {

  static final int SEEN_MAX = 32;

  /** Of each delivery in a status, which shall stay under 32 KiB. */
  private static final int TEXT_MAX = 200;

  /**
   * The look at a schedule.
   *
   * @param children its Backups
   * @param health what these Backups say
   */
  static Happenings since(
      BackupSchedule schedule, List<Backup> children, ScheduleHealth health, Instant now) {
    var outcomes =
        children.stream()
            .map(backup -> Outcome.of(backup, now))
            .flatMap(Optional::stream)
            .sorted(Outcome.BY_TIME)
            .toList();
    return Optional.ofNullable(schedule.getStatus())
        .map(BackupScheduleStatus::notified)
        .map(state -> new Look(schedule, outcomes, state, health, now).look())
        .orElseGet(() -> first(schedule, outcomes, health, now));
  }

  /** Everything that has happened before there was a receiver is history. */
  private static Happenings first(
      BackupSchedule schedule, List<Outcome> outcomes, ScheduleHealth health, Instant now) {
    var nothing = NotificationStateBuilder.builder().build();
    var after = new Look(schedule, outcomes, nothing, health, now).look().state();
    return new Happenings(List.of(), Optional.empty(), after);
  }

  /** One look, which goes through the new outcomes in their order. */
  private static final class Look {
    private final BackupSchedule schedule;
    private final List<Outcome> outcomes;
    private final NotificationState before;
    private final Optional<Instant> until;
    private final ScheduleHealth health;
    private final Instant now;
    private final Set<String> seenBefore;
    private final List<PendingDelivery> events = new ArrayList<>();
    private Optional<PendingDelivery> heartbeat = Optional.empty();
    private int failures;
    private Optional<Instant> overdueTold;

    Look(
        BackupSchedule schedule,
        List<Outcome> outcomes,
        NotificationState before,
        ScheduleHealth health,
        Instant now) {
      this.schedule = schedule;
      this.outcomes = outcomes;
      this.before = before;
      this.until = Optional.ofNullable(before.until()).map(time -> WrongClock.notAhead(time, now));
      this.health = health;
      this.now = now;
      this.seenBefore = Set.copyOf(Optional.ofNullable(before.seen()).orElse(List.of()));
      this.failures = Optional.ofNullable(before.failures()).orElse(0);
      this.overdueTold = Optional.ofNullable(before.overdueSince());
    }

    Happenings look() {
      var seen = new LinkedHashSet<>(Optional.ofNullable(before.seen()).orElse(List.of()));
      outcomes.stream()
          .filter(outcome -> until.isEmpty() || outcome.time().isAfter(until.get()))
          .filter(outcome -> seen.add(outcome.id(uid())))
          .toList()
          .forEach(this::happened);
      overdue();
      return new Happenings(List.copyOf(events), heartbeat, state(seen));
    }

    private void happened(Outcome outcome) {
      switch (outcome.kind()) {
        case GOOD -> good(outcome);
        case PARTIAL -> events.add(of(outcome, NotificationEvent.COMPLETED, outcome.id(uid())));
        case FAILED, DAMAGED -> failed(outcome);
      }
    }

    private void good(Outcome outcome) {
      // one that is seen late mends nothing that failed after it
      var failedSince =
          (int) countedSince(outcome.time()).filter(other -> other.kind().isBad()).count();
      // nor one that took longer than maxAgeOfLastSuccess: it is too old when it ends
      var recovered =
          failedSince == 0
              && health.overdueSince().isEmpty()
              && (failures > 0 || overdueTold.isPresent());
      failures = Math.min(failures, failedSince);
      events.add(of(outcome, NotificationEvent.COMPLETED, outcome.id(uid())));
      if (recovered) {
        overdueTold = Optional.empty();
        events.add(
            of(
                outcome,
                NotificationEvent.RECOVERED,
                EventId.of(
                    uid(), NotificationEvent.RECOVERED, outcome.backup().getMetadata().getUid())));
      }
      var beat =
          of(outcome, null, EventId.heartbeat(uid(), outcome.backup().getMetadata().getUid()));
      heartbeat = Optional.of(beat);
    }

    private void failed(Outcome outcome) {
      var isNewest =
          countedSince(outcome.time()).noneMatch(other -> other.kind() == Outcome.Kind.GOOD);
      // one that is seen late, behind a good one, is told, but nothing has to recover from it
      failures = isNewest ? failures + 1 : failures;
      events.add(of(outcome, NotificationEvent.FAILED, outcome.id(uid())));
    }

    /** Outcomes behind that time that were looked at before. */
    private Stream<Outcome> countedSince(Instant time) {
      return outcomes.stream()
          .filter(outcome -> outcome.time().isAfter(time))
          .filter(outcome -> seenBefore.contains(outcome.id(uid())));
    }

    /**
     * While it lasts it is one time of being overdue, also if its beginning is computed anew. It
     * may end without a Backup: nothing has changed since the last one, or maxAgeOfLastSuccess was
     * raised.
     */
    private void overdue() {
      var since = health.overdueSince();
      if (since.isPresent() && overdueTold.isEmpty()) {
        events.add(
            ofSchedule(
                NotificationEvent.OVERDUE,
                since.get(),
                Reason.OVERDUE,
                health
                    .lastSuccessfulTime()
                    .map(time -> "the newest good Backup ended at " + time)
                    .orElse("there is no good Backup")));
        overdueTold = since;
      } else if (overdueTold.isPresent()
          && failures == 0
          && health.healthy().reason() == Reason.RECOVERY_POINT_KEPT) {
        events.add(
            ofSchedule(
                NotificationEvent.RECOVERED,
                now,
                Reason.RECOVERY_POINT_KEPT,
                "the newest good Backup is young enough again"));
        overdueTold = Optional.empty();
      }
    }

    /**
     * Its identity is made of what was known before, too: a schedule can be overdue since the same
     * time twice, if a Backup is deleted or maxAgeOfLastSuccess is changed in between.
     */
    private PendingDelivery ofSchedule(
        NotificationEvent event, Instant time, Reason reason, String message) {
      var newest = Optional.ofNullable(before.seen()).orElse(List.of()).stream();
      var subject =
          "%s %s %s"
              .formatted(
                  overdueTold.orElse(time), newest.reduce("", (a, b) -> b), healthyOrNotSince());
      return common(PendingDeliveryBuilder.builder(), event, time)
          .id(EventId.of(uid(), event, subject))
          .connection(schedule.getSpec().template().spec().connectionRef().name())
          .reason(reason.word())
          .message(message)
          .lastSuccessfulTime(health.lastSuccessfulTime().orElse(null))
          .build();
    }

    private String healthyOrNotSince() {
      return Optional.ofNullable(schedule.getStatus())
          .map(BackupScheduleStatus::conditions)
          .orElse(List.of())
          .stream()
          .filter(condition -> condition.type().equals(Condition.HEALTHY))
          .map(Condition::lastTransitionTime)
          .map(String::valueOf)
          .findFirst()
          .orElse("");
    }

    private PendingDelivery of(Outcome outcome, NotificationEvent event, String id) {
      var backup = outcome.backup();
      var status = backup.getStatus();
      return common(PendingDeliveryBuilder.builder(), event, outcome.time())
          .id(id)
          .backup(backup.getMetadata().getName())
          .connection(backup.getSpec().connectionRef().name())
          .phase(status.phase())
          .reason(outcome.reason())
          .message(shorten(outcome.message()))
          .location(
              Optional.ofNullable(status.location())
                  .filter(location -> location.length() <= TEXT_MAX)
                  .orElse(null))
          .sizeBytes(status.sizeBytes())
          .durationSeconds(status.durationSeconds())
          .build();
    }

    private PendingDeliveryBuilder common(
        PendingDeliveryBuilder builder, NotificationEvent event, Instant time) {
      return builder
          .event(event)
          .time(time)
          .consecutiveFailures(failures)
          .lastSuccessfulTime(lastSuccess(time).orElse(null));
    }

    private Optional<Instant> lastSuccess(Instant notAfter) {
      return outcomes.stream()
          .filter(outcome -> outcome.kind() == Outcome.Kind.GOOD)
          .map(Outcome::time)
          .filter(time -> !time.isAfter(notAfter))
          .max(Comparator.naturalOrder())
          .or(() -> health.lastSuccessfulTime().filter(time -> !time.isAfter(notAfter)));
    }

    /**
     * What has no room becomes history, the oldest first; last what a clock that was ahead has
     * written, or everything up to then would be history, too.
     */
    private NotificationState state(LinkedHashSet<String> seen) {
      var history = until.orElse(null);
      var ahead =
          outcomes.stream()
              .filter(outcome -> outcome.isAhead(now))
              .map(outcome -> outcome.id(uid()))
              .collect(toSet());
      var ids = seen.stream().sorted(Comparator.comparing(ahead::contains)).toList();
      var room = Math.max(0, ids.size() - SEEN_MAX);
      var dropped = Set.copyOf(ids.subList(0, room));
      for (var outcome : outcomes) {
        if (dropped.contains(outcome.id(uid()))
            && (history == null || outcome.time().isAfter(history))) {
          history = outcome.time();
        }
      }
      return NotificationStateBuilder.builder(before)
          .until(history)
          .seen(List.copyOf(ids.subList(room, ids.size())))
          .failures(failures)
          .overdueSince(overdueTold.orElse(null))
          .build();
    }

    private String uid() {
      return schedule.getMetadata().getUid();
    }
  }

  static String shorten(String text) {
    return text.length() <= TEXT_MAX ? text : text.substring(0, TEXT_MAX - 1) + "…";
  }
}
