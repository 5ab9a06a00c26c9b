package io.pgcask.operator.schedule.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.PendingDelivery;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DeliveriesTest {

  private static final Instant NIGHT = Instant.parse("2026-11-26T02:31:00Z");

  private final BackupSchedule schedule = NightlySchedule.withBoth();
  private final AtomicInteger wakes = new AtomicInteger();
  private TestReceiver receiver;
  private TestSecrets secrets;
  private Deliveries deliveries;

  @BeforeEach
  void start() throws IOException {
    receiver = TestReceiver.http();
    secrets =
        new TestSecrets(
            name -> {
              var url = receiver.url("127.0.0.1", "/" + name).toString();
              return Optional.of(Map.of("url", url, "key", url));
            });
    deliveries = deliveries(address -> Optional.empty());
  }

  @AfterEach
  void stop() {
    secrets.close();
    receiver.close();
  }

  private Deliveries deliveries(Function<InetAddress, Optional<String>> addresses) {
    return new Deliveries(
        new Endpoints(secrets.reader()),
        new HttpDelivery(
            new CheckedResolver(SystemDefaultDnsResolver.INSTANCE, addresses),
            HttpDelivery.Limits.DEFAULT,
            Clock.systemUTC()),
        Clock.systemUTC());
  }

  private List<PendingDelivery> pending() {
    var first =
        Happenings.since(
            schedule, List.of(), NightlySchedule.health(List.of(), Optional.empty(), NIGHT), NIGHT);
    var known =
        NightlySchedule.after(
            schedule, OutboxPlan.of(schedule, first, List.of(), failing -> false));
    var children =
        List.of(
            NightlySchedule.failed("x", NIGHT),
            NightlySchedule.completed("y", NIGHT.plusSeconds(9)));
    return OutboxPlan.of(
            known,
            Happenings.since(
                known, children, NightlySchedule.health(children, Optional.empty(), NIGHT), NIGHT),
            List.of(),
            failing -> false)
        .pending();
  }

  private void start(PendingDelivery delivery) {
    deliveries.start(
        schedule,
        OutboxPlan.receiver(schedule, delivery).orElseThrow(),
        delivery,
        wakes::incrementAndGet);
  }

  @Test
  void anAttemptRunsOnceAndIsRememberedUntilTheStatusShowsIt() {
    var hook = pending().getFirst();

    start(hook);
    await().until(() -> wakes.get() == 1);
    assertThat(deliveries.ended(schedule))
        .singleElement()
        .satisfies(
            ended -> {
              assertThat(ended.attempt()).isInstanceOf(Attempt.Delivered.class);
              assertThat(ended.number()).isEqualTo(1);
              assertThat(ended.isNewsOf(hook)).isTrue();
            });

    // When a reconciler still believes that it is due
    start(hook);
    await().until(() -> wakes.get() == 2);
    assertThat(receiver.requests()).hasSize(1);

    deliveries.forget(schedule.getMetadata().getUid());
    assertThat(deliveries.ended(schedule)).isEmpty();
  }

  @Test
  void oneAtATimeForAReceiverAndOthersBesideIt() throws InterruptedException {
    var release = new CountDownLatch(1);
    receiver.answering(
        exchange -> {
          try {
            release.await(30, TimeUnit.SECONDS);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          exchange.sendResponseHeaders(204, -1);
        });
    var hooks = pending().stream().filter(one -> one.event() != null).toList();
    var beat = pending().stream().filter(one -> one.event() == null).findFirst().orElseThrow();

    start(hooks.get(0));
    start(hooks.get(1));
    start(beat);
    await().until(() -> receiver.requests().size() == 2);
    assertThat(deliveries.runs(schedule, hooks.get(1))).isTrue();
    release.countDown();
    await().until(() -> wakes.get() == 2);

    assertThat(receiver.requests())
        .extracting(request -> request.method() + " " + request.target())
        .containsExactlyInAnyOrder("POST /hook", "GET /beat");
    assertThat(deliveries.runs(schedule, hooks.get(1))).isFalse();
  }

  @Test
  void whatIsSentIsAboutTheBackupAndNoUrlIsInWhatIsSaid() {
    receiver.answering(500);
    start(pending().getFirst());
    await().until(() -> wakes.get() == 1);

    assertThat(receiver.requests().getFirst().content())
        .asString(StandardCharsets.UTF_8)
        .contains("io.pgcask.backup.failed");
    assertThat(deliveries.ended(schedule).toString()).doesNotContain("/hook").contains("500");
  }

  /** Else it would be made again at once, over and over. */
  @Test
  void anAttemptThatTakesAllMemoryIsAnAttempt() {
    deliveries =
        deliveries(
            address -> {
              throw new OutOfMemoryError("in /hook");
            });
    var hook = pending().getFirst();
    start(hook);
    await().until(() -> wakes.get() == 1);
    assertThat(deliveries.ended(schedule))
        .singleElement()
        .satisfies(ended -> assertThat(ended.isNewsOf(hook)).isTrue());
    assertThat(deliveries.ended(schedule).toString()).contains("INTERNAL").doesNotContain("/hook");
  }

  @Test
  void theAddressesOfTheOperatorItselfAreRefused() {
    deliveries = deliveries(new AddressCheck(true)::refusal);
    start(pending().getFirst());
    await().until(() -> wakes.get() == 1);
    assertThat(deliveries.ended(schedule).toString()).contains("ADDRESS_REFUSED");
    assertThat(receiver.requests()).isEmpty();
  }
}
