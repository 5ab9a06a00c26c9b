package io.pgcask.operator.schedule.retention;

import static io.pgcask.operator.schedule.ScheduleFixture.backup;
import static io.pgcask.operator.schedule.ScheduleFixture.schedule;
import static io.pgcask.operator.schedule.ScheduleFixture.slot;
import static io.pgcask.operator.schedule.retention.Candidates.rules;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupScope;
import io.pgcask.api.v1alpha1.BackupSpecBuilder;
import io.pgcask.api.v1alpha1.BackupStatus;
import io.pgcask.api.v1alpha1.Location;
import io.pgcask.api.v1alpha1.ResolvedConnection;
import io.pgcask.operator.Labels;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The fixture's template names no database. */
class NextPlanTest {

  private static final Instant NOW = slot(9).plusSeconds(7200);

  private static Backup made(int day, String database, Consumer<BackupSpecBuilder> change) {
    var backup =
        backup(
            day,
            status ->
                status.resolved(
                    new BackupStatus.Resolved(
                        new ResolvedConnection("shop", "db", 5432, database),
                        null,
                        null,
                        null,
                        null,
                        null,
                        null)));
    var spec = BackupSpecBuilder.builder(backup.getSpec());
    change.accept(spec);
    backup.setSpec(spec.build());
    return backup;
  }

  private static Backup named(int day, String database) {
    return made(day, database, spec -> spec.database(database));
  }

  private static List<String> next(Backup... own) {
    return next(rules(spec -> spec.keepLast(1)), List.of(own), slot(10), NOW);
  }

  @Test
  void theNextOneIsOfTheDatabaseThatTheConnectionSaid() {
    assertThat(next(made(8, "shop", spec -> {}), named(9, "blog"))).containsExactly("nightly-08");
  }

  @Test
  void aBackupOfAWholeServerTellsTheConnectionsDatabaseToo() {
    assertThat(next(named(8, "shop"), made(9, "shop", spec -> spec.scope(BackupScope.SERVER))))
        .containsExactly("nightly-08");
  }

  @Test
  void asLongAsAllHaveNamedTheirsItIsTakenForTheSameAsThatOfTheLast() {
    assertThat(next(named(8, "shop"), named(9, "shop")))
        .containsExactly("nightly-08", "nightly-09");
    assertThat(next(named(8, "blog"), named(9, "shop"))).containsExactly("nightly-09");
  }

  @Test
  void whatWasImportedTellsNothingOfTheConnection() {
    var imported =
        made(9, "elsewhere", spec -> spec.imported(new Location(spec.storage(), "place")));

    assertThat(next(named(8, "shop"), imported)).containsExactly("nightly-08");
  }

  @Test
  void theSlotTellsThePeriodAlsoIfTheBackupIsMadeAfterMidnight() {
    // Given one each day at 23:50, made some minutes later, and one that was asked for
    var own =
        List.of(of("2026-03-07T23:50:00Z"), of("2026-03-08T23:50:00Z"), of("2026-03-09T22:50:00Z"));

    // When
    var next =
        next(
            rules(spec -> spec.keepDaily(2)),
            own,
            Instant.parse("2026-03-09T23:50:00Z"),
            Instant.parse("2026-03-10T00:01:00Z"));

    // Then the new one is of the ninth, as it will be
    assertThat(next).containsExactly("2026-03-07T23:50:00Z", "2026-03-09T22:50:00Z");
  }

  @Test
  void whatIsTooOldNowIsTooOldAlsoIfTheSlotHasPassed() {
    var own = List.of(of("2026-03-08T23:55:00Z"), of("2026-03-09T22:50:00Z"));

    var next =
        next(
            rules(spec -> spec.maxAge("24h")),
            own,
            Instant.parse("2026-03-09T23:50:00Z"),
            Instant.parse("2026-03-10T00:01:00Z"));

    assertThat(next).containsExactly("2026-03-08T23:55:00Z");
  }

  /** Of the slot at that time, which is its name, too. */
  private static Backup of(String slot) {
    var backup = made(1, "shop", spec -> {});
    backup.getMetadata().setName(slot);
    backup.getMetadata().setCreationTimestamp(slot);
    backup.getMetadata().getAnnotations().put(Labels.SCHEDULED_FOR, slot);
    return backup;
  }

  private static List<String> next(
      RetentionRules rules, List<Backup> own, Instant slot, Instant now) {
    var candidates = own.stream().map(one -> Candidate.of(one, false)).toList();
    return NextPlan.of(schedule(), own, rules, ZoneOffset.UTC, candidates, Optional.of(slot), now)
        .expected()
        .stream()
        .map(removal -> removal.candidate().name())
        .toList();
  }
}
