package io.pgcask.operator.schedule.storage;

import static io.pgcask.operator.schedule.ScheduleFixture.schedule;
import static io.pgcask.operator.schedule.ScheduleFixture.slot;
import static io.pgcask.operator.schedule.ScheduleFixture.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.BackupScheduleSpec;
import io.pgcask.api.v1alpha1.BackupSpecBuilder;
import io.pgcask.api.v1alpha1.Condition;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.Storage;
import io.pgcask.operator.schedule.MovableClock;
import io.pgcask.operator.schedule.health.Verdict;
import io.pgcask.operator.schedule.storage.StorageProbes.Known;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class StorageProbesTest {

  private static final Instant NOW = slot(9);

  private static final Verdict GOOD =
      Verdict.yes(Condition.STORAGE_READY, Reason.STORAGE_USABLE, "good");

  private static final Verdict BAD =
      Verdict.no(Condition.STORAGE_READY, Reason.STORAGE_DENIED, "bad");

  private final MovableClock clock = new MovableClock(NOW);
  private final List<BackupSchedule> woken = new CopyOnWriteArrayList<>();
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();
  private final Semaphore go = new Semaphore(0);
  private final Semaphore identities = new Semaphore(100);
  private final AtomicInteger probed = new AtomicInteger();
  private final Map<String, String> secrets = new ConcurrentHashMap<>(Map.of("keys", "1"));
  private final AtomicInteger looked = new AtomicInteger();
  private volatile Verdict finds = GOOD;
  private volatile boolean breaks;

  private final StorageProbes probes =
      new StorageProbes(
          new StorageProber(null, null, null, null) {
            @Override
            StorageIdentity identity(BackupSchedule schedule) {
              var found = breaks ? unusable() : identityOf(schedule).with(secrets);
              looked.incrementAndGet();
              identities.acquireUninterruptibly();
              return found;
            }

            @Override
            Verdict probe(BackupSchedule schedule, Instant now, BooleanSupplier isWanted)
                throws InterruptedException {
              probed.incrementAndGet();
              most.accumulateAndGet(running.incrementAndGet(), Math::max);
              go.acquire();
              running.decrementAndGet();
              if (!isWanted.getAsBoolean()) {
                return StorageProber.unknown("the schedule is gone");
              }
              if (finds == null) {
                throw new IllegalStateException("a bug");
              }
              return finds;
            }
          },
          clock);

  private static StorageIdentity identityOf(BackupSchedule schedule) {
    var plan = ProbePlan.of(schedule, Optional.empty());
    return StorageIdentity.of(schedule, Optional.empty(), plan.storages());
  }

  /** Nothing can be found by it. */
  private static StorageIdentity unusable() {
    var storages =
        new ArrayList<Storage>() {
          @Override
          public int hashCode() {
            throw new NumberFormatException("a bug");
          }
        };
    return new StorageIdentity("demo", false, "", storages, List.of(), Map.of());
  }

  private static Instant whileUp(BackupSchedule schedule) {
    return ProbeTimes.whileUp(NOW, identityOf(schedule).place());
  }

  private static Instant lookAgain(Instant now, BackupSchedule schedule) {
    return ProbeTimes.lookAgain(now, schedule.getMetadata().getUid());
  }

  private static BackupSchedule another(String uid) {
    var schedule = schedule();
    schedule.getMetadata().setUid(uid);
    return schedule;
  }

  private Known look(BackupSchedule schedule) {
    return probes.look(schedule, woken::add);
  }

  /** Looks, and waits until what was found is known. */
  private void looked(BackupSchedule schedule) {
    var before = woken.size();
    look(schedule);
    await().until(() -> woken.size() == before + 1);
  }

  /** Looks, and waits until a probe runs. */
  private void probing(BackupSchedule schedule) {
    var before = probed.get();
    look(schedule);
    await().until(() -> probed.get() == before + 1);
  }

  /** Lets the probe that runs end, and looks again. */
  private Known ended(BackupSchedule schedule) {
    var before = woken.size();
    go.release();
    await().until(() -> woken.size() == before + 1);
    return look(schedule);
  }

  @Test
  void oneThatWasNeverProbedIsProbedAtOnceAndThenAtItsPlace() {
    // Given
    var schedule = schedule();
    var next = whileUp(schedule);

    // When, Then
    probing(schedule);
    assertThat(look(schedule).verdict().reason()).isEqualTo(Reason.STORAGE_NOT_PROBED);
    var known = ended(schedule);
    assertThat(known.verdict()).isEqualTo(GOOD);
    assertThat(known.probedAt()).contains(NOW);
    clock.move(Duration.between(NOW, next));
    probing(schedule);
    assertThat(look(schedule).verdict()).isEqualTo(GOOD);
    assertThat(ended(schedule).probedAt()).contains(next);
    assertThat(probed).hasValue(2);
  }

  @Test
  void aFailureIsLookedAtAgainSoonAndThenMoreSeldom() {
    // Given
    var schedule = schedule();
    finds = BAD;

    // When, Then
    probing(schedule);
    assertThat(ended(schedule))
        .isEqualTo(new Known(BAD, Optional.of(NOW), Optional.of(NOW.plusSeconds(60))));
    clock.move(Duration.ofSeconds(60));
    probing(schedule);
    assertThat(ended(schedule).next()).contains(NOW.plusSeconds(180));
    clock.move(Duration.ofSeconds(120));
    finds = GOOD;
    probing(schedule);
    assertThat(ended(schedule).verdict()).isEqualTo(GOOD);
  }

  @Test
  void aChangeOfTheStorageIsProbedAtOnceAndNoOtherChangeIs() {
    // Given
    var schedule = schedule();
    probing(schedule);
    ended(schedule);

    // When, Then
    look(schedule("suspend: true"));
    assertThat(looked).hasValue(1);
    finds = BAD;
    probing(elsewhere());
    assertThat(look(elsewhere()).verdict()).as("until it is known").isEqualTo(GOOD);
    assertThat(ended(elsewhere()).next()).contains(NOW.plusSeconds(60));
  }

  @Test
  void aChangedSecretIsNoticedWithinMinutes() {
    // Given
    var schedule = schedule();
    probing(schedule);
    var known = ended(schedule);
    var again = lookAgain(NOW, schedule);
    assertThat(known.next()).contains(again);
    assertThat(Duration.between(NOW, again)).isLessThanOrEqualTo(Duration.ofMinutes(5));

    // When nothing has changed, Then
    clock.move(Duration.between(NOW, again));
    look(schedule);
    await().until(() -> looked.get() == 2);
    await().until(() -> look(schedule).next().equals(Optional.of(lookAgain(again, schedule))));
    assertThat(probed).hasValue(1);

    // When
    secrets.put("keys", "2");
    finds = BAD;
    clock.move(Duration.ofMinutes(5));
    probing(schedule);

    // Then
    assertThat(ended(schedule).verdict()).isEqualTo(BAD);
  }

  @Test
  void aScheduleIsNotAskedForWhileItsProbeTakesLong() {
    // Given
    var schedule = schedule();
    probing(schedule);
    assertThat(look(schedule).next()).contains(lookAgain(NOW, schedule));

    // When
    clock.move(Duration.ofMinutes(6));

    // Then
    assertThat(look(schedule).next()).isEmpty();
    assertThat(ended(schedule).verdict()).as("its end wakes the schedule").isEqualTo(GOOD);
    await().until(() -> looked.get() == 2);
  }

  @Test
  void aLookThatTakesLongWakesTheScheduleThoughItFindsNothingNew() {
    // Given
    var schedule = schedule();
    probing(schedule);
    ended(schedule);
    clock.move(Duration.ofMinutes(6));
    identities.drainPermits();
    look(schedule);
    await().until(() -> looked.get() == 2);

    // When
    clock.move(Duration.ofMinutes(6));
    assertThat(look(schedule).next()).isEmpty();
    identities.release(100);

    // Then
    await().until(() -> woken.size() == 2);
    assertThat(probed).hasValue(1);
  }

  @Test
  void schedulesOfOneStorageShareAProbe() {
    // Given
    var one = another("one");
    var two = another("two");
    probing(one);
    looked(two);
    assertThat(look(two).verdict().reason()).isEqualTo(Reason.STORAGE_NOT_PROBED);

    // When
    go.release();
    await().until(() -> woken.size() == 3);

    // Then
    assertThat(woken).extracting(woke -> woke.getMetadata().getUid()).endsWith("one", "two");
    assertThat(look(two).verdict()).isEqualTo(GOOD);
    assertThat(look(two).probedAt()).contains(NOW);
    looked(another("three"));
    assertThat(look(another("three")).verdict()).isEqualTo(GOOD);
    assertThat(probed).hasValue(1);

    // When the one that was probed for is gone
    probes.forget(one);
    clock.move(Duration.between(NOW, whileUp(two)));
    finds = BAD;
    probing(two);
    go.release();

    // Then
    await().until(() -> look(another("three")).verdict().equals(BAD));
    assertThat(probed).hasValue(2);
  }

  @Test
  void aProbeWhoseScheduleIsGoneSaysNothingToTheOthersAndIsMadeForOneOfThem() {
    // Given
    var one = another("one");
    var two = another("two");
    probing(one);
    looked(two);

    // When
    probes.forget(one);
    go.release();
    await().until(() -> woken.stream().filter(two::equals).count() == 2);

    // Then
    assertThat(probed).hasValue(1);
    probing(two);
    assertThat(look(two).probedAt()).as("nothing is known of it").isEmpty();
    go.release();
    await().until(() -> look(two).verdict().equals(GOOD));
  }

  @Test
  void whoeverAppliesAScheduleForAStorageThatWasBadGetsAnAnswerOfNow() {
    // Given
    finds = BAD;
    probing(another("one"));
    ended(another("one"));

    // When
    finds = GOOD;
    probing(another("two"));
    go.release();

    // Then
    await().until(() -> look(another("one")).verdict().equals(GOOD));
  }

  private static BackupSchedule elsewhere() {
    var schedule = schedule();
    var spec = schedule.getSpec();
    var template =
        new BackupScheduleSpec.Template(
            null,
            BackupSpecBuilder.builder(spec.template().spec())
                .storage(new Storage(null, new Storage.PersistentVolumeClaim("other", null)))
                .build());
    assertThat(template.spec()).isNotEqualTo(spec.template().spec());
    return io.fabric8.kubernetes.client.utils.Serialization.unmarshal(
        io.fabric8.kubernetes.client.utils.Serialization.asJson(schedule)
            .replace(
                io.fabric8.kubernetes.client.utils.Serialization.asJson(spec.template()),
                io.fabric8.kubernetes.client.utils.Serialization.asJson(template)),
        BackupSchedule.class);
  }

  @Test
  void anotherOperatorGoesOnFromTheStatus() {
    // Given
    var condition =
        new Condition(Condition.STORAGE_READY, "True", "StorageUsable", "good", 1L, NOW);
    var known =
        with(
            schedule(),
            status ->
                status
                    .observedGeneration(1L)
                    .lastStorageProbeTime(NOW)
                    .conditions(List.of(condition)));

    // When, Then
    assertThat(look(known).verdict()).isEqualTo(GOOD);
    await().until(() -> woken.size() == 1);
    assertThat(look(known).verdict()).isEqualTo(GOOD);
    assertThat(probed).hasValue(0);
    clock.move(Duration.between(NOW, whileUp(known)));
    probing(known);
    ended(known);

    // When its spec has changed meanwhile
    probes.forget(known);
    known.getMetadata().setGeneration(2L);

    // Then
    probing(known);
  }

  @Test
  void aProbeThatBreaksSaysNothingOfTheStorage() {
    finds = null;
    probing(schedule());

    var known = ended(schedule());

    assertThat(known.verdict().status()).isEqualTo("Unknown");
    assertThat(known.verdict().message()).contains("a bug");
    assertThat(known.next()).contains(NOW.plusSeconds(60));
  }

  @Test
  void aLookThatBreaksIsMadeAgain() {
    // Given
    var schedule = schedule();
    breaks = true;
    look(schedule);
    await().until(() -> looked.get() == 1);

    // When
    breaks = false;
    clock.move(Duration.ofMinutes(6));

    // Then
    await()
        .until(
            () -> {
              look(schedule);
              return probed.get() == 1;
            });
    go.release();
    await().until(() -> look(schedule).verdict().equals(GOOD));
  }

  @Test
  void onlyAFewRunAtOnce() {
    for (int i = 0; i < 50; i++) {
      var schedule = another("uid-" + i);
      schedule.getMetadata().setNamespace("ns-" + i);
      look(schedule);
    }
    go.release(50);

    await().until(() -> woken.size() == 50);
    assertThat(most.get()).isBetween(2, 6);
  }
}
