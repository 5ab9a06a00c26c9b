package io.pgcask.operator.schedule.retention;

import static io.pgcask.operator.schedule.ScheduleFixture.backup;
import static io.pgcask.operator.schedule.ScheduleFixture.schedule;
import static io.pgcask.operator.schedule.ScheduleFixture.slot;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupPhase;
import io.pgcask.api.v1alpha1.BackupStatus;
import io.pgcask.api.v1alpha1.BackupStatusBuilder;
import io.pgcask.api.v1alpha1.ResolvedConnection;
import io.pgcask.api.v1alpha1.Storage;
import io.pgcask.operator.Labels;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class StuckRemovalsTest {

  private static final Instant NOW = slot(28);
  private static final Instant LONG_AGO = NOW.minus(Duration.ofHours(3));
  private static final String WORDS =
      "5 removals are under way in pvc://old/prod/, the oldest since 2026-03-27T23:00:00Z,"
          + " and no more begin there; their status says why";

  /** Of the schedule's own, in the volume of that name. */
  private static Backup made(int day, String claim, Consumer<BackupStatusBuilder> more) {
    var storage = new Storage(null, new Storage.PersistentVolumeClaim(claim, "prod"));
    var backup =
        backup(
            day,
            status -> {
              status.resolved(
                  new BackupStatus.Resolved(
                      new ResolvedConnection("shop", "db", 5432, "shop"),
                      null,
                      storage,
                      null,
                      "demo/shop/nightly-0a1b2c3d",
                      "image",
                      null));
              more.accept(status);
            });
    backup.getMetadata().setUid("0a1b2c3d-%d".formatted(day));
    backup.getMetadata().setLabels(Map.of(Labels.SCHEDULE, "nightly"));
    backup.getMetadata().getAnnotations().put(Labels.SCHEDULE, "nightly");
    return backup;
  }

  private static Backup completed(int day, String claim) {
    return made(day, claim, status -> {});
  }

  private static Backup retiring(int day, String claim, Instant since) {
    return made(
        day,
        claim,
        status -> status.phase(BackupPhase.DELETING).reason("Retention").stopTime(since));
  }

  /** So many, one a second, of which the first has begun then. */
  private static Stream<Backup> retiring(int count, Instant since) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(day -> retiring(day, "old", since.plusSeconds(day - 1)));
  }

  private static Optional<String> stuck(Stream<Backup> underWay, Backup... due) {
    return new Room(underWay.toList()).stuck(Stream.of(due), NOW);
  }

  @Test
  void aStorageThatHasDeletedNothingForLongIsNamed() {
    assertThat(stuck(retiring(5, LONG_AGO), completed(10, "old"), completed(11, "old")))
        .contains(WORDS);
  }

  @Test
  void nothingIsSaidWhileThereIsRoomOrTimeOrNothingToDo() {
    assertThat(stuck(retiring(4, LONG_AGO), completed(10, "old"))).as("room").isEmpty();
    assertThat(stuck(retiring(5, NOW.minusSeconds(300)), completed(10, "old")))
        .as("time")
        .isEmpty();
    assertThat(stuck(retiring(5, LONG_AGO))).as("nothing is due").isEmpty();
    assertThat(stuck(retiring(5, LONG_AGO), completed(10, "new")))
        .as("what is due lies elsewhere")
        .isEmpty();
  }

  @Test
  void theScheduleSaysSo() {
    // Given five removals that do not end, and more to remove from the same storage
    var schedule = schedule("retention: {keepLast: 1}");
    var backups =
        Stream.concat(retiring(5, LONG_AGO), Stream.of(completed(10, "old"), completed(20, "new")))
            .toList();
    // no request is made: there is nobody to be asked here
    var enforcer = new RetentionEnforcer(null, null, null, null);

    // When
    var enforced = enforcer.enforce(schedule, backups, ZoneOffset.UTC, Optional.empty(), NOW);

    // Then
    assertThat(enforced.status())
        .hasValueSatisfying(status -> assertThat(status.paused()).isEqualTo(WORDS));
  }
}
