package io.pgcask.operator.schedule.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.NotificationState.FailingReceiver;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.operator.schedule.notification.ReceiverChecks.Found;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ReceiverChecksTest {

  private final BackupSchedule schedule = NightlySchedule.withBoth();
  private final Map<String, String> urls =
      new ConcurrentHashMap<>(Map.of("hook", "https://93.184.216.34/"));
  private final TestSecrets secrets =
      new TestSecrets(name -> Optional.ofNullable(urls.get(name)).map(url -> Map.of("url", url)));
  private final List<Found.Wrong> news = new CopyOnWriteArrayList<>();
  private final AtomicInteger wakes = new AtomicInteger();
  private volatile boolean broken;
  private final ReceiverChecks checks =
      new ReceiverChecks(
          new Endpoints(secrets.reader()),
          new HttpDelivery(
              new CheckedResolver(
                  SystemDefaultDnsResolver.INSTANCE,
                  address -> {
                    if (broken) {
                      throw new IllegalStateException("https://93.184.216.34/tOkEn");
                    }
                    return new AddressCheck(false).refusal(address);
                  }),
              HttpDelivery.Limits.DEFAULT,
              Clock.systemUTC()),
          Clock.systemUTC());

  private boolean failing;

  @AfterEach
  void stop() {
    secrets.close();
  }

  private void ended(Optional<Found.Wrong> isNew) {
    isNew.ifPresent(news::add);
    wakes.incrementAndGet();
  }

  private Found look() {
    var before = wakes.get();
    checks.look(schedule, failing, this::ended);
    await().until(() -> wakes.get() > before);
    return checks.found(schedule);
  }

  @Test
  void whatAPersonMustMendShowsAndIsLookedAtAgainUntilItIsMended() {
    assertThat(checks.found(schedule)).isInstanceOf(Found.Unknown.class);

    assertThat(look())
        .isEqualTo(
            new Found.Wrong(
                Reason.SECRET_MISSING, "Secret beat does not exist in namespace shop; create it"));
    assertThat(checks.look(schedule, false, this::ended))
        .as("when to come back")
        .hasValueSatisfying(
            next -> assertThat(next).isBetween(Duration.ofSeconds(50), Duration.ofMinutes(1)));
    assertThat(wakes).hasValue(1);

    // When it is looked at again
    checks.again(schedule);
    look();
    assertThat(news).as("what is told").hasSize(1);

    // When it is mended, and an attempt has been made
    urls.put("beat", "http://no-such-name.invalid/");
    checks.again(schedule);
    assertThat(look()).as("a name that may be known later").isInstanceOf(Found.Fine.class);
    assertThat(checks.look(schedule, false, this::ended)).isEmpty();
  }

  @Test
  void aSpecIsLookedAtOnceAndAChangedOneAnew() {
    urls.put("beat", "https://[fe80::1]/ping");
    assertThat(look())
        .isInstanceOfSatisfying(
            Found.Wrong.class,
            wrong -> assertThat(wrong.reason()).isEqualTo(Reason.ADDRESS_REFUSED));
    urls.put("beat", "https://93.184.216.34/ping");
    schedule.getMetadata().setGeneration(2L);
    assertThat(look()).isInstanceOf(Found.Fine.class);

    var before = secrets.reads();
    checks.look(schedule, false, this::ended);
    assertThat(secrets.reads()).isEqualTo(before);
    checks.forget(schedule.getMetadata().getUid());
    assertThat(checks.found(schedule)).isInstanceOf(Found.Unknown.class);
  }

  @Test
  void aLookThatBreaksSaysSoWithoutSecretsAndIsMadeAgain() {
    // Given
    urls.put("beat", "https://93.184.216.34/ping");
    broken = true;

    // When, Then
    assertThat(look())
        .isEqualTo(
            new Found.Wrong(
                Reason.INTERNAL,
                "the look at a receiver broke (IllegalStateException); the operator's log says more"));
    broken = false;
    checks.again(schedule);
    assertThat(look()).isInstanceOf(Found.Fine.class);
  }

  private FailingReceiver hook(Reason reason, Instant time) {
    var ref = OutboxPlan.receivers(schedule).getFirst().urlSecretRef();
    return new FailingReceiver(ref, time, reason.word(), "it did not work");
  }

  @Test
  void aReceiverThatCouldNotBeToldIsMendedOnceItsSecretHoldsSomethingElse() {
    // Given
    failing = true;
    urls.put("beat", "https://93.184.216.34/ping");
    var gone = hook(Reason.RECEIVER_REJECTED, Instant.now().minusSeconds(1));
    assertThat(checks.isMended(schedule, gone, Optional.empty())).as("not looked at").isFalse();
    look();
    assertThat(checks.isMended(schedule, gone, Optional.empty())).as("still the same").isFalse();
    assertThat(checks.isMended(schedule, gone, Optional.of("another"))).isTrue();
    assertThat(
            checks.isMended(schedule, hook(Reason.SECRET_MISSING, gone.time()), Optional.empty()))
        .as("it is there now")
        .isTrue();
    assertThat(
            checks.isMended(
                schedule,
                hook(Reason.SECRET_MISSING, Instant.now().plusSeconds(9)),
                Optional.empty()))
        .as("what was seen before the attempt says nothing")
        .isFalse();

    // When
    urls.put("hook", "https://93.184.216.34/other");
    checks.again(schedule);
    look();

    // Then
    assertThat(checks.isMended(schedule, gone, Optional.empty())).isTrue();

    // When it is taken away
    urls.remove("hook");
    checks.again(schedule);
    look();

    // Then
    assertThat(checks.isMended(schedule, gone, Optional.of("another"))).isFalse();
  }
}
