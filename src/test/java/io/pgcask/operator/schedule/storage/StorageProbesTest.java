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
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
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
  private volatile Verdict finds = GOOD;

  private final StorageProbes probes =
      new StorageProbes(
          new StorageProber(null, null, null, null) {
            @Override
            Verdict probe(BackupSchedule schedule, Instant now) throws InterruptedException {
              most.accumulateAndGet(running.incrementAndGet(), Math::max);
              go.acquire();
              running.decrementAndGet();
              if (finds == null) {
                throw new IllegalStateException("a bug");
              }
              return finds;
            }
          },
          clock);

  private Known look(BackupSchedule schedule) {
    return probes.look(schedule, woken::add);
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

    // When, Then
    var running = look(schedule);
    assertThat(running.verdict().reason()).isEqualTo(Reason.STORAGE_NOT_PROBED);
    assertThat(running.next()).isEmpty();
    assertThat(look(schedule)).isEqualTo(running);
    var next = ProbeTimes.whileUp(NOW, schedule.getMetadata().getUid());
    assertThat(ended(schedule)).isEqualTo(new Known(GOOD, Optional.of(NOW), Optional.of(next)));
    clock.move(Duration.between(NOW, next));
    assertThat(look(schedule)).isEqualTo(new Known(GOOD, Optional.of(NOW), Optional.empty()));
    assertThat(ended(schedule).probedAt()).contains(next);
  }

  @Test
  void aFailureIsLookedAtAgainSoonAndThenMoreSeldom() {
    // Given
    var schedule = schedule();
    finds = BAD;

    // When, Then
    look(schedule);
    assertThat(ended(schedule))
        .isEqualTo(new Known(BAD, Optional.of(NOW), Optional.of(NOW.plusSeconds(60))));
    clock.move(Duration.ofSeconds(60));
    look(schedule);
    assertThat(ended(schedule).next()).contains(NOW.plusSeconds(180));
    clock.move(Duration.ofSeconds(120));
    finds = GOOD;
    look(schedule);
    assertThat(ended(schedule).verdict()).isEqualTo(GOOD);
  }

  @Test
  void aChangeOfTheStorageIsProbedAtOnceAndNoOtherChangeIs() {
    // Given
    var schedule = schedule();
    look(schedule);
    ended(schedule);

    // When, Then
    assertThat(look(schedule("suspend: true")).next()).isPresent();
    assertThat(look(elsewhere()).next()).isEmpty();
    finds = BAD;
    assertThat(ended(elsewhere()).next()).contains(NOW.plusSeconds(60));
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
    assertThat(look(known).next()).contains(ProbeTimes.whileUp(NOW, known.getMetadata().getUid()));

    // When its spec has changed meanwhile
    probes.forget(known);
    known.getMetadata().setGeneration(2L);

    // Then
    assertThat(look(known).next()).isEmpty();
  }

  @Test
  void aProbeThatBreaksSaysNothingOfTheStorage() {
    finds = null;
    look(schedule());

    var known = ended(schedule());

    assertThat(known.verdict().status()).isEqualTo("Unknown");
    assertThat(known.verdict().message()).contains("a bug");
    assertThat(known.next()).contains(NOW.plusSeconds(60));
  }

  @Test
  void onlyAFewRunAtOnce() {
    for (int i = 0; i < 50; i++) {
      var schedule = schedule();
      schedule.getMetadata().setUid("uid-" + i);
      look(schedule);
    }
    go.release(50);

    await().until(() -> woken.size() == 50);
    assertThat(most.get()).isBetween(2, 6);
  }
}
