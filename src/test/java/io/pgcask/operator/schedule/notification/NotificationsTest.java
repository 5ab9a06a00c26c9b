package io.pgcask.operator.schedule.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.BackupScheduleStatusBuilder;
import io.pgcask.api.v1alpha1.Condition;
import io.pgcask.api.v1alpha1.PendingDelivery;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.operator.event.Events;
import io.pgcask.operator.schedule.notification.ReceiverChecks.Found;
import io.pgcask.operator.schedule.notification.TestReceiver.Request;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The steps of a reconciler, with receivers on this machine and a status in memory. */
@Timeout(60)
class NotificationsTest {

  private final List<Backup> children = new ArrayList<>();
  private final List<String> events = new CopyOnWriteArrayList<>();
  private final AtomicInteger wakes = new AtomicInteger();
  private BackupSchedule stored = NightlySchedule.withBoth();
  private Instant now = Instant.now();
  private volatile String path = "/";
  private TestReceiver receiver;
  private TestSecrets secrets;
  private Notifications notifications;
  private ReceiverChecks checks;

  @BeforeEach
  void start() throws IOException {
    receiver = TestReceiver.http();
    secrets =
        new TestSecrets(
            name -> {
              var url = receiver.url("127.0.0.1", "") + path + name;
              return Optional.of(Map.of("url", url, "key", url));
            });
    restart();
  }

  @AfterEach
  void stop() {
    secrets.close();
    receiver.close();
  }

  /** An operator that knows what is in the status and nothing else. */
  private void restart() {
    var client = new KubernetesClientBuilder().build();
    InstantSource told = () -> now;
    var clock = told.withZone(ZoneOffset.UTC);
    var endpoints = new Endpoints(secrets.reader());
    var http =
        new HttpDelivery(
            new CheckedResolver(SystemDefaultDnsResolver.INSTANCE, address -> Optional.empty()),
            HttpDelivery.Limits.DEFAULT,
            Clock.systemUTC());
    checks = new ReceiverChecks(endpoints, http, Clock.systemUTC());
    notifications =
        new Notifications(
            new Deliveries(endpoints, http, clock),
            checks,
            new Events(client, Clock.systemUTC()) {
              @Override
              public void warning(HasMetadata about, Reason reason, String message) {
                events.add(reason.word() + " " + message);
              }
            });
    notifications.attempts().setEventHandler(event -> wakes.incrementAndGet());
    notifications.attempts().start();
  }

  /** What the reconciler does when it is called. */
  private Optional<Duration> reconcile() {
    var outbox =
        notifications.step(
            stored, children, NightlySchedule.health(children, Optional.empty(), now), now);
    var status =
        Optional.ofNullable(stored.getStatus())
            .orElseGet(() -> BackupScheduleStatusBuilder.builder().conditions(List.of()).build());
    stored = NightlySchedule.withStatus(stored, Notifications.into(stored, status, outbox, now));
    return notifications.written(stored, outbox, now);
  }

  /** Until nothing runs and nothing is due any more. */
  private Optional<Duration> settle() {
    while (true) {
      var before = wakes.get();
      var next = reconcile();
      if (wakes.get() == before && isCalm()) {
        return next;
      }
      await().until(() -> wakes.get() > before || isCalm());
    }
  }

  private boolean isCalm() {
    var hasLooked =
        OutboxPlan.receivers(stored).isEmpty() || !(checks.found(stored) instanceof Found.Unknown);
    return hasLooked
        && pending().stream()
            .noneMatch(
                delivery -> delivery.nextAttempt() == null || !delivery.nextAttempt().isAfter(now));
  }

  private List<PendingDelivery> pending() {
    return Optional.ofNullable(stored.getStatus().pendingDeliveries()).orElse(List.of());
  }

  private List<String> targets() {
    return receiver.requests().stream().map(Request::target).toList();
  }

  private Condition ready() {
    return stored.getStatus().conditions().getFirst();
  }

  @Test
  void whatHappensIsToldAndTheStatusIsEmptyAfterwards() {
    assertThat(settle()).isEmpty();
    assertThat(ready().holds()).isTrue();

    children.add(NightlySchedule.failed("bad", now));
    children.add(NightlySchedule.completed("good", now.plusSeconds(60)));
    assertThat(settle()).isEmpty();

    assertThat(pending()).isEmpty();
    assertThat(targets()).containsExactlyInAnyOrder("/hook", "/hook", "/hook", "/beat");
    assertThat(events).isEmpty();
  }

  @Test
  void whatCouldNotBeToldWaitsForTheNextOperator() {
    settle();
    receiver.answering(503);
    children.add(NightlySchedule.failed("bad", now));
    var next = settle();
    assertThat(next).hasValueSatisfying(delay -> assertThat(delay).isPositive());
    assertThat(pending())
        .singleElement()
        .satisfies(delivery -> assertThat(delivery.attempts()).isEqualTo(1));
    assertThat(ready().reason()).isEqualTo("ReceiverUnreachable");

    // When another operator comes, before it is due and when it is
    receiver.answering(200);
    restart();
    settle();
    assertThat(targets()).hasSize(1);
    now = now.plus(next.orElseThrow());
    settle();

    assertThat(targets()).hasSize(2);
    assertThat(
            receiver.requests().stream()
                .map(request -> request.headers().get("webhook-id"))
                .distinct())
        .hasSize(1);
    assertThat(pending()).isEmpty();
    assertThat(ready().holds()).isTrue();
  }

  @Test
  void whatAClockThatWasAheadHasPutOffIsDue() {
    settle();
    receiver.answering(503);
    var real = now;
    now = now.plus(Duration.ofDays(300));
    children.add(NightlySchedule.failed("bad", now));
    settle();
    assertThat(pending().getFirst().nextAttempt()).isAfter(now);

    // When it is put right, and the operator restarts
    now = real;
    receiver.answering(200);
    restart();
    settle();

    assertThat(pending()).isEmpty();
    assertThat(targets()).hasSize(2);
  }

  @Test
  void whoRefusesIsToldOfAndGivenUp() {
    settle();
    receiver.answering(404);
    children.add(NightlySchedule.failed("bad", now));
    for (int i = 0; i < 3; i++) {
      settle();
      now = now.plus(Duration.ofMinutes(5));
    }
    assertThat(targets()).hasSize(3);
    assertThat(pending()).isEmpty();
    assertThat(stored.getStatus().droppedDeliveries()).isEqualTo(1);
    assertThat(events)
        .satisfiesExactly(
            first -> assertThat(first).startsWith("ReceiverRejected").contains("404"),
            last -> assertThat(last).startsWith("NotificationDropped").contains("3 attempts"));
    assertThat(events.toString() + stored.getStatus()).doesNotContain("/hook");
    assertThat(ready().holds()).as("as long as it was told nothing").isFalse();
  }

  @Test
  void whatCannotWorkIsToldBeforeAnythingHappensAndNotAtEveryTurn() {
    path = " no URL";
    settle();
    assertThat(ready().reason()).isEqualTo("InvalidReceiver");
    children.add(NightlySchedule.failed("bad", now));
    settle();
    for (int i = 0; i < 3; i++) {
      reconcile();
    }
    assertThat(events)
        .as("of the look, and of the first attempt")
        .hasSize(2)
        .allMatch(event -> event.startsWith("InvalidReceiver key url of Secret hook"));

    // When it is mended, what waited is told
    path = "/";
    now = now.plusSeconds(60);
    await()
        .until(
            () -> {
              settle();
              return ready().holds();
            });
    assertThat(targets()).containsExactly("/hook");
  }

  @Test
  void withoutReceiversNothingIsDone() {
    stored = NightlySchedule.with("[]");
    children.add(NightlySchedule.failed("bad", now));
    assertThat(settle()).isEmpty();
    assertThat(stored.getStatus().notified()).isNull();
    assertThat(stored.getStatus().conditions()).isEmpty();
  }
}
