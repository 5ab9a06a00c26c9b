package io.pgcask.operator.schedule.health;

import static io.pgcask.operator.schedule.ScheduleFixture.backup;
import static io.pgcask.operator.schedule.ScheduleFixture.damaged;
import static io.pgcask.operator.schedule.ScheduleFixture.failed;
import static io.pgcask.operator.schedule.ScheduleFixture.schedule;
import static io.pgcask.operator.schedule.ScheduleFixture.slot;
import static io.pgcask.operator.schedule.ScheduleFixture.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupPhase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class ScheduleHealthPropertyTest {

  /** What a Backup of a day has come to. */
  private enum Kind {
    GOOD,
    FAILED,
    DAMAGED,
    PARTIAL,
    EXPIRED,
    RUNNING;

    Backup of(int day) {
      return switch (this) {
        case GOOD -> backup(day);
        case FAILED -> failed(day);
        case DAMAGED -> damaged(day);
        case PARTIAL -> backup(day, status -> status.partial(List.of("RowSecurity")));
        case EXPIRED -> backup(day, status -> status.phase(BackupPhase.EXPIRED));
        case RUNNING ->
            backup(day, status -> status.phase(BackupPhase.RUNNING).completionTime(null));
      };
    }
  }

  private static List<Backup> children(List<Kind> kinds) {
    var children = new ArrayList<Backup>();
    for (int i = 0; i < kinds.size(); i++) {
      children.add(kinds.get(i).of(i + 1));
    }
    return children;
  }

  @Property(tries = 500)
  void isTrueOnlyIfAGoodOneIsYoungEnoughAndFlipsWhenItSays(
      @ForAll @Size(max = 20) List<Kind> kinds,
      @ForAll @IntRange(min = 1, max = 600) int hours,
      @ForAll @IntRange(min = 1, max = 900) int nowHours) {
    // Given
    var now = slot(1).plus(Duration.ofHours(nowHours));
    var children =
        children(kinds).stream().filter(one -> !GoodBackups.ended(one).isAfter(now)).toList();
    var schedule = schedule("maxAgeOfLastSuccess: %dh".formatted(hours));

    // When
    var health = ScheduleHealth.of(schedule, children, now);

    // Then
    var young =
        children.stream()
            .filter(GoodBackups::isGood)
            .anyMatch(
                one -> GoodBackups.dataTime(one, now).plus(Duration.ofHours(hours)).isAfter(now));
    assertThat(health.healthy().status().equals("True")).isEqualTo(young);
    assertThat(health.changesAt().isPresent())
        .isEqualTo(!health.healthy().status().equals("False"));
    health
        .changesAt()
        .ifPresent(
            at -> {
              assertThat(at).isAfter(now);
              assertThat(
                      ScheduleHealth.of(schedule, children, at.minusSeconds(1)).healthy().status())
                  .isEqualTo(health.healthy().status());
              assertThat(ScheduleHealth.of(schedule, children, at).healthy().status())
                  .isEqualTo("False");
            });
  }

  @Property(tries = 300)
  void dependsNeitherOnTheOrderNorOnHowOftenItIsComputed(
      @ForAll @Size(max = 20) List<Kind> kinds, @ForAll long seed, @ForAll boolean objective) {
    // Given
    var schedule = objective ? schedule("maxAgeOfLastSuccess: 2d") : schedule();
    var children = children(kinds);
    var shuffled = new ArrayList<>(children);
    Collections.shuffle(shuffled, new Random(seed));

    // When
    var first = ScheduleHealth.of(schedule, children, slot(21));
    with(schedule, first::addTo);
    var second = ScheduleHealth.of(schedule, shuffled, slot(21));

    // Then
    assertThat(second).isEqualTo(first);
  }

  /** Failed ones are removed by and by, as failedHistoryLimit does it; the count goes on. */
  @Property(tries = 300)
  void countsEachFailureOnceHoweverManyAreKept(
      @ForAll @Size(min = 1, max = 25) List<Boolean> succeeded,
      @ForAll @IntRange(min = 1, max = 4) int kept) {
    // Given
    var schedule = schedule();
    var children = new ArrayList<Backup>();
    int expected = 0;
    for (int i = 0; i < succeeded.size(); i++) {
      children.add(succeeded.get(i) ? backup(i + 1) : failed(i + 1));
      expected = succeeded.get(i) ? 0 : expected + 1;
      if (children.size() > kept) {
        children.removeFirst();
      }

      // When
      var health = ScheduleHealth.of(schedule, children, slot(28));
      with(schedule, health::addTo);

      // Then
      assertThat(health.consecutiveFailures()).isEqualTo(expected);
    }
  }
}
