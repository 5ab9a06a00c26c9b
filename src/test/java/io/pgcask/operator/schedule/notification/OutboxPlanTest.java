package io.pgcask.operator.schedule.notification;

import static io.pgcask.operator.schedule.notification.NightlySchedule.completed;
import static io.pgcask.operator.schedule.notification.NightlySchedule.failed;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.Condition;
import io.pgcask.api.v1alpha1.NotificationEvent;
import io.pgcask.api.v1alpha1.NotificationState.FailingReceiver;
import io.pgcask.api.v1alpha1.PendingDelivery;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.operator.schedule.notification.Attempt.Delivered;
import io.pgcask.operator.schedule.notification.Attempt.Failed;
import io.pgcask.operator.schedule.notification.Attempt.Kind;
import io.pgcask.operator.schedule.notification.ReceiverChecks.Found;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class OutboxPlanTest {

  private static final Instant NIGHT = Instant.parse("2026-11-26T02:31:00Z");
  private static final Instant LATER = NIGHT.plus(Duration.ofDays(1));
  private static final Failed DOWN =
      new Failed(Kind.TRANSIENT, Reason.RECEIVER_UNREACHABLE, "https://h refuses the connection");
  private static final Failed GONE =
      new Failed(Kind.REFUSED, Reason.RECEIVER_REJECTED, "https://h answered 404");
  private static final Failed NO_SECRET =
      new Failed(Kind.CONFIGURATION, Reason.SECRET_MISSING, "Secret hook does not exist");

  private BackupSchedule schedule = NightlySchedule.withBoth();
  private final List<Backup> children = new ArrayList<>();
  private Predicate<FailingReceiver> mended = failing -> false;

  private Outbox step(Ended... ended) {
    var outbox =
        OutboxPlan.of(
                schedule,
                Happenings.since(
                    schedule,
                    children,
                    NightlySchedule.health(children, Optional.empty(), LATER),
                    LATER),
                List.of(ended),
                mended)
            .with(new Found.Fine());
    schedule = NightlySchedule.after(schedule, outbox);
    return outbox;
  }

  private static Ended ended(PendingDelivery delivery, int number, Instant time, Attempt attempt) {
    return new Ended(delivery.id(), delivery.urlSecretRef(), number, time, attempt);
  }

  private Condition ready() {
    return schedule.getStatus().conditions().stream()
        .filter(condition -> condition.type().equals(Condition.NOTIFICATIONS_READY))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void eachReceiverGetsWhatItAskedFor() {
    schedule =
        NightlySchedule.with(
            "[{webhook: {urlSecretRef: {name: a, key: url}}}, {webhook: {urlSecretRef: {name: b,"
                + " key: url}}, events: [Completed]}, {heartbeat: {urlSecretRef: {name: c, key:"
                + " url}}}]");
    step();
    children.add(failed("x", NIGHT));
    children.add(completed("y", NIGHT.plusSeconds(60)));

    assertThat(step().pending())
        .extracting(delivery -> delivery.urlSecretRef().name() + " " + delivery.event())
        .containsExactly("a FAILED", "b COMPLETED", "a RECOVERED", "c null");
  }

  @Test
  void twoEntriesWithOneUrlAreOneReceiver() {
    var entry = "{webhook: {urlSecretRef: {name: a, key: url}}}";
    schedule = NightlySchedule.with("[%s, %s]".formatted(entry, entry));
    step();
    children.add(failed("x", NIGHT));
    assertThat(step().pending()).hasSize(1);
  }

  @Test
  void whatWasDeliveredGoesAndWhatWasNotIsTriedAgainLater() {
    step();
    children.add(failed("x", NIGHT));
    var delivery = step().pending().getFirst();
    assertThat(delivery.attempts()).isNull();

    var failed = step(ended(delivery, 1, NIGHT, DOWN));
    assertThat(failed.pending())
        .singleElement()
        .satisfies(
            again -> {
              assertThat(again.attempts()).isEqualTo(1);
              assertThat(again.nextAttempt())
                  .isBetween(NIGHT.plusSeconds(8), NIGHT.plusSeconds(12));
            });
    assertThat(failed.news()).as("it may pass").isEmpty();
    assertThat(ready())
        .satisfies(
            condition -> {
              assertThat(condition.status()).isEqualTo("False");
              assertThat(condition.reason()).isEqualTo("ReceiverUnreachable");
              assertThat(condition.message()).contains("hook", "refuses the connection");
            });

    // what the status shows already changes nothing
    assertThat(step(ended(delivery, 1, NIGHT, DOWN)).pending()).isEqualTo(failed.pending());

    var delivered = step(ended(delivery, 2, NIGHT.plusSeconds(10), new Delivered()));
    assertThat(delivered.pending()).isEmpty();
    assertThat(delivered.dropped()).isZero();
    assertThat(ready().holds()).isTrue();
  }

  @Test
  void anOlderCopyOfTheStatusIsBroughtUpToDateByWhatIsRemembered() {
    step();
    children.add(failed("x", NIGHT));
    var delivery = step().pending().getFirst();

    var outbox =
        step(
            ended(delivery, 1, NIGHT, DOWN),
            ended(delivery, 2, NIGHT.plusSeconds(10), new Delivered()));

    assertThat(outbox.pending()).isEmpty();
  }

  @Test
  void whatAPersonMustMendIsToldAtOnceAndTriedForADay() {
    step();
    children.add(failed("x", NIGHT));
    var delivery = step().pending().getFirst();

    var first = step(ended(delivery, 1, NIGHT, NO_SECRET));
    assertThat(first.news())
        .singleElement()
        .satisfies(news -> assertThat(news.reason()).isEqualTo(Reason.SECRET_MISSING));
    assertThat(step(ended(delivery, 2, NIGHT, NO_SECRET)).news()).isEmpty();
    assertThat(step(ended(delivery, 29, NIGHT.plus(Duration.ofHours(23)), NO_SECRET)).pending())
        .hasSize(1);

    var last = step(ended(delivery, 30, NIGHT.plus(Duration.ofHours(24)), NO_SECRET));
    assertThat(last.pending()).isEmpty();
    assertThat(last.dropped()).isEqualTo(1);
    assertThat(last.news())
        .singleElement()
        .satisfies(
            news -> {
              assertThat(news.reason()).isEqualTo(Reason.NOTIFICATION_DROPPED);
              assertThat(news.message())
                  .contains("Failed", "Secret hook", "30 attempts", "does not exist");
            });
    assertThat(ready().holds()).as("until it is told something").isFalse();
  }

  @Test
  void whoRefusesIsAskedThreeTimes() {
    step();
    children.add(failed("x", NIGHT));
    var delivery = step().pending().getFirst();

    assertThat(step(ended(delivery, 1, NIGHT, GONE)).news()).hasSize(1);
    assertThat(step(ended(delivery, 2, NIGHT, GONE)).pending()).hasSize(1);
    assertThat(step(ended(delivery, 3, NIGHT, GONE)).pending()).isEmpty();
    assertThat(schedule.getStatus().droppedDeliveries()).isEqualTo(1);
  }

  @Test
  void ofHeartbeatsOnlyTheNewestIsKept() {
    step();
    for (int i = 0; i < 5; i++) {
      children.add(completed("b-" + i, NIGHT.plusSeconds(i)));
      step();
    }
    assertThat(schedule.getStatus().pendingDeliveries())
        .filteredOn(delivery -> delivery.event() == null)
        .singleElement()
        .satisfies(beat -> assertThat(beat.backup()).isEqualTo("b-4"));
  }

  @Test
  void anEntryThatIsTakenOutIsToldNothingMore() {
    step();
    children.add(failed("x", NIGHT));
    step();
    schedule =
        NightlySchedule.withStatus(
            NightlySchedule.with("[{heartbeat: {urlSecretRef: {name: beat, key: url}}}]"),
            schedule.getStatus());
    var outbox = step();
    assertThat(outbox.pending()).isEmpty();
    assertThat(outbox.dropped()).isZero();
  }

  @Test
  void theOldestSuccessesMakeRoomFirstAndAreCounted() {
    step();
    for (int i = 0; i < 30; i++) {
      children.add(completed("good-" + i, NIGHT.plusSeconds(i)));
      children.add(failed("bad-" + i, NIGHT.plusSeconds(i).plusMillis(500)));
    }
    var outbox = step();

    assertThat(outbox.pending()).hasSize(OutboxPlan.MAX);
    assertThat(outbox.pending())
        .extracting(PendingDelivery::event)
        .doesNotContain(NotificationEvent.COMPLETED)
        .contains(NotificationEvent.FAILED)
        .as("the heartbeat")
        .containsNull();
    assertThat(outbox.pending().getLast().backup()).isEqualTo("good-29");
    // 30 good, 30 bad, 29 recoveries and a heartbeat
    assertThat(outbox.dropped()).isEqualTo(90 - OutboxPlan.MAX);
    assertThat(outbox.news())
        .hasSize(90 - OutboxPlan.MAX)
        .allMatch(news -> news.reason() == Reason.NOTIFICATION_DROPPED);
  }

  /** Beside the longest preview of retention and all else that a status may hold. */
  @Test
  void aFullOutboxFitsIntoAStatus() {
    step();
    for (int i = 0; i < 40; i++) {
      var backup = failed("b-" + "x".repeat(60) + i, NIGHT.plusSeconds(i));
      var status = backup.getStatus();
      backup.setStatus(
          io.pgcask.api.v1alpha1.BackupStatusBuilder.builder(status)
              .message("m".repeat(2000))
              .location("s3://" + "l".repeat(400))
              .build());
      children.add(backup);
    }
    step();
    assertThat(schedule.getStatus().pendingDeliveries()).hasSize(OutboxPlan.MAX);
    assertThat(Serialization.asJson(schedule.getStatus()).getBytes(StandardCharsets.UTF_8).length)
        .isLessThan(17 * 1024);
  }

  @Test
  void withoutReceiversNothingIsKept() {
    step();
    children.add(failed("x", NIGHT));
    step();
    assertThat(Notifications.into(schedule, schedule.getStatus(), Outbox.none(3), NIGHT))
        .satisfies(
            status -> {
              assertThat(status.pendingDeliveries()).isNull();
              assertThat(status.notified()).isNull();
              assertThat(status.droppedDeliveries()).isEqualTo(3);
              assertThat(status.conditions()).isEmpty();
            });
  }

  @Test
  void aReceiverThatIsMendedIsReadyAndToldAtOnce() {
    // Given
    step();
    children.add(failed("x", NIGHT));
    var delivery = step().pending().getFirst();
    step(ended(delivery, 1, NIGHT.plusSeconds(1), NO_SECRET));
    var waiting = step().pending().getFirst();
    assertThat(waiting.nextAttempt()).isNotNull();
    assertThat(ready().status()).isEqualTo("False");

    // When
    mended = failing -> failing.urlSecretRef().equals(delivery.urlSecretRef());
    var outbox = step();

    // Then
    assertThat(outbox.pending().getFirst().nextAttempt()).isNull();
    assertThat(outbox.pending().getFirst().attempts()).isEqualTo(1);
    assertThat(ready().status()).isEqualTo("True");

    // When it fails again, though it is another one
    mended = failing -> failing.time().isBefore(NIGHT.plusSeconds(2));
    step(ended(waiting, 2, NIGHT.plusSeconds(3), DOWN));

    // Then
    assertThat(step().pending().getFirst().nextAttempt()).isNotNull();
    assertThat(ready().status()).isEqualTo("False");
  }
}
