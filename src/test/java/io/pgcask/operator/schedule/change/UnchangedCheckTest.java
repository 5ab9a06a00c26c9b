package io.pgcask.operator.schedule.change;

import static io.pgcask.operator.schedule.ScheduleFixture.backup;
import static io.pgcask.operator.schedule.ScheduleFixture.damaged;
import static io.pgcask.operator.schedule.ScheduleFixture.schedule;
import static io.pgcask.operator.schedule.ScheduleFixture.slot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.operator.schedule.MovableClock;
import io.pgcask.operator.schedule.change.SkipDecision.Run;
import io.pgcask.operator.schedule.change.SkipDecision.Skip;
import io.pgcask.operator.schedule.change.UnchangedCheck.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class UnchangedCheckTest {

  private static final Instant SLOT = slot(9).plusSeconds(3600);

  private final MovableClock clock = new MovableClock(SLOT);
  private final AtomicInteger looks = new AtomicInteger();
  private final CountDownLatch answer = new CountDownLatch(1);
  private final List<BackupSchedule> woken = new CopyOnWriteArrayList<>();
  private final BackupSchedule schedule = schedule("skipIfUnchanged: true");

  /** A server that answers when it is told to. */
  private final DatabaseLook slow =
      new DatabaseLook(null, null, clock) {
        @Override
        SkipDecision since(BackupSchedule asking, Backup backup) {
          looks.incrementAndGet();
          try {
            answer.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          return new Skip(backup.getMetadata().getName(), clock.instant());
        }
      };

  private final UnchangedCheck check = new UnchangedCheck(slow, clock);

  private Answer ask(Instant slot) {
    return check.ask(schedule, List.of(backup(8), backup(9)), slot, slot, woken::add);
  }

  @Test
  void looksOnceForASlotAndSaysWhenItIsDone() {
    // When
    var first = ask(SLOT);
    clock.move(Duration.ofSeconds(5));
    var second = ask(SLOT);
    answer.countDown();
    await().until(() -> !woken.isEmpty());

    // Then
    assertThat(first).isEqualTo(new Answer.Pending(SLOT.plus(Duration.ofMinutes(2))));
    assertThat(second).isEqualTo(first);
    assertThat(ask(SLOT))
        .isEqualTo(new Answer.Decided(new Skip("nightly-09", SLOT.plusSeconds(5))));
    assertThat(looks).hasValue(1);
    assertThat(woken).containsExactly(schedule);
  }

  @Test
  void aLookThatTakesTooLongSpeaksForABackup() {
    // Given
    ask(SLOT);

    // When
    clock.move(Duration.ofMinutes(2));

    // Then
    assertThat(ask(SLOT))
        .isEqualTo(new Answer.Decided(new Run("the database could not be looked at in time")));
    answer.countDown();
  }

  @Test
  void whatWasSeenForAnotherSlotOrLongAgoSaysNothing() {
    // Given
    answer.countDown();
    ask(SLOT);
    await().until(() -> woken.size() == 1);

    // When, Then
    assertThat(ask(SLOT.plusSeconds(60))).isInstanceOf(Answer.Pending.class);
    await().until(() -> woken.size() == 2);
    clock.move(Duration.ofSeconds(61));
    assertThat(ask(SLOT.plusSeconds(60))).isInstanceOf(Answer.Pending.class);
  }

  @Test
  void aLookForABackupThatIsNoLongerGoodSaysNothing() {
    // Given
    var patient = schedule("skipIfUnchanged: true", "maxSkip: 7d");
    answer.countDown();
    check.ask(patient, List.of(backup(8), backup(9)), SLOT, SLOT, woken::add);
    await().until(() -> woken.size() == 1);

    // When, Then
    assertThat(check.ask(patient, List.of(backup(8), damaged(9)), SLOT, SLOT, woken::add))
        .isInstanceOf(Answer.Pending.class);
  }

  @Test
  void doesNotLookWhereABackupIsMadeAnyway() {
    assertThat(check.ask(schedule, List.of(), SLOT, SLOT, woken::add))
        .isInstanceOfSatisfying(
            Answer.Decided.class,
            decided -> assertThat(decided.decision()).isInstanceOf(Run.class));
    assertThat(looks).hasValue(0);
  }

  @Test
  void aLookThatBreaksSpeaksForABackup() {
    // Given
    var broken =
        new UnchangedCheck(
            new DatabaseLook(null, null, clock) {
              @Override
              SkipDecision since(BackupSchedule asking, Backup backup) {
                throw new IllegalStateException("a bug");
              }
            },
            clock);

    // When
    broken.ask(schedule, List.of(backup(9)), SLOT, SLOT, woken::add);
    await().until(() -> !woken.isEmpty());

    // Then
    assertThat(broken.ask(schedule, List.of(backup(9)), SLOT, SLOT, woken::add))
        .isInstanceOfSatisfying(
            Answer.Decided.class,
            decided -> assertThat(((Run) decided.decision()).why()).contains("a bug"));
  }

  @Test
  void aLookEndsBeforeTheStartingDeadline() {
    // Given
    var brief = schedule("skipIfUnchanged: true", "startingDeadlineSeconds: 30");

    // When, Then
    var now = SLOT.plusSeconds(10);
    clock.move(Duration.ofSeconds(10));
    assertThat(check.ask(brief, List.of(backup(9)), SLOT, SLOT, woken::add))
        .isEqualTo(new Answer.Pending(now.plusSeconds(15)));
    clock.move(Duration.ofSeconds(15));
    assertThat(check.ask(brief, List.of(backup(9)), SLOT, SLOT, woken::add))
        .isInstanceOf(Answer.Decided.class);
    answer.countDown();
  }
}
