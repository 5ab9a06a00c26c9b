package io.pgcask.operator.schedule.change;

import static io.pgcask.operator.schedule.ScheduleFixture.backup;
import static io.pgcask.operator.schedule.ScheduleFixture.schedule;
import static io.pgcask.operator.schedule.ScheduleFixture.slot;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.BackupSpecBuilder;
import io.pgcask.api.v1alpha1.ConfigMapKeyRef;
import io.pgcask.api.v1alpha1.DeletionPolicy;
import io.pgcask.api.v1alpha1.DumpFormat;
import io.pgcask.api.v1alpha1.PostgresConnection;
import io.pgcask.api.v1alpha1.ResolvedConnection;
import io.pgcask.api.v1alpha1.SqlSource;
import io.pgcask.api.v1alpha1.Storage;
import io.pgcask.operator.schedule.change.SkipDecision.Run;
import io.pgcask.operator.schedule.change.SkipDecision.Skip;
import io.pgcask.postgres.change.ChangeEvidence;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class SkipRuleTest {

  private static final Instant NOW = slot(9).plusSeconds(3600);
  private static final ResolvedConnection SHOP = new ResolvedConnection("shop", "db", 5432, "shop");

  private static BackupSchedule sparing(String... more) {
    var all = new ArrayList<>(List.of(more));
    all.add("skipIfUnchanged: true");
    if (all.stream().noneMatch(line -> line.startsWith("maxSkip"))) {
      all.add("maxSkip: 7d");
    }
    return schedule(all.toArray(String[]::new));
  }

  /** With another template than the Backup was made of. */
  private static BackupSchedule template(UnaryOperator<BackupSpecBuilder> change) {
    var schedule = sparing();
    var spec = schedule.getSpec().template().spec();
    var other = change.apply(BackupSpecBuilder.builder(spec)).build();
    return Serialization.unmarshal(
        Serialization.asJson(schedule)
            .replace(Serialization.asJson(spec), Serialization.asJson(other)),
        BackupSchedule.class);
  }

  private static Optional<Run> before(BackupSchedule schedule, Backup backup, Instant now) {
    return SkipRule.beforeLooking(schedule, Optional.of(backup), now);
  }

  private static void assertRuns(Optional<Run> decision, String why) {
    assertThat(decision).hasValueSatisfying(run -> assertThat(run.why()).contains(why));
  }

  private static Optional<Run> withTemplate(UnaryOperator<BackupSpecBuilder> change) {
    return before(template(change), backup(9), NOW);
  }

  @Test
  void looksOnlyIfNothingSpeaksForABackupAnyway() {
    assertThat(before(sparing(), backup(9), NOW)).isEmpty();
    assertRuns(SkipRule.beforeLooking(sparing(), Optional.empty(), NOW), "no good Backup");
    assertRuns(before(sparing("maxSkip: 24h"), backup(8), NOW), "older than maxSkip");
    assertRuns(
        before(sparing(), backup(9, status -> status.changeEvidence(null)), NOW), "not known");
    assertRuns(
        before(sparing(), backup(9, status -> status.changeEvidence(Map.of())), NOW), "not known");
  }

  /** The schedule fires once a day; a Backup's snapshot is a minute after its slot. */
  @Test
  void theNewestGoodBackupNeverGetsOlderThanMaxSkip() {
    var weekly = sparing("maxSkip: 7d");
    assertThat(before(weekly, backup(9), slot(15))).isEmpty();
    assertRuns(before(weekly, backup(9), slot(16)), "older than maxSkip");

    var daily = sparing("maxSkip: 24h");
    assertThat(before(daily, backup(9), slot(10).minusSeconds(1))).isEmpty();
    assertRuns(before(daily, backup(9), slot(10)), "older than maxSkip");
  }

  @Test
  void aBackupThatWouldBeGoneAtTheNextSlotDoesNotSpareOne() {
    var goes = backup(9, status -> status.expirationTime(slot(10)));
    var stays = backup(9, status -> status.expirationTime(slot(10).plusSeconds(1)));
    var held = backup(9, status -> status.expirationTime(slot(10)));
    held.setSpec(BackupSpecBuilder.builder(held.getSpec()).hold(true).build());

    assertRuns(before(sparing(), goes, NOW), "expires");
    assertThat(before(sparing(), stays, NOW)).isEmpty();
    assertThat(before(sparing(), held, NOW)).isEmpty();
  }

  @Test
  void onlyABackupOfTheSameTemplateSparesOne() {
    assertRuns(withTemplate(spec -> spec.format(DumpFormat.PLAIN)), "something else");
    assertRuns(withTemplate(spec -> spec.database("other")), "something else");
    assertRuns(withTemplate(spec -> spec.copies(List.of(claim("copy")))), "something else");
    assertThat(
            withTemplate(
                spec ->
                    spec.displayName("Nightly")
                        .deletionPolicy(DeletionPolicy.DELETE)
                        .expiresAfter("7d")
                        .retries(5)
                        .activeDeadline("2h")))
        .isEmpty();
  }

  @Test
  void whatNoCounterTellsOfIsDumped() {
    var sql = new SqlSource(new ConfigMapKeyRef("a", "b"));

    assertRuns(withTemplate(spec -> spec.preSql(sql)), "preSql");
    assertRuns(withTemplate(spec -> spec.postSql(sql)), "preSql");
    assertRuns(withTemplate(spec -> spec.foreignData(List.of("*"))), "foreign");
  }

  private static Storage claim(String name) {
    return new Storage(null, new Storage.PersistentVolumeClaim(name, null));
  }

  private static PostgresConnection connection(String more) {
    return Serialization.unmarshal(
        """
        metadata: {name: shop, namespace: demo}
        spec:
          standard: {host: db, database: shop, user: shop}
        %s
        """
            .formatted(more.indent(2)),
        PostgresConnection.class);
  }

  private static Optional<Run> elsewhere(String connection, ResolvedConnection target) {
    return SkipRule.elsewhere(sparing(), backup(9), connection(connection), target);
  }

  @Test
  void onlyABackupOfTheSameDatabaseInTheSameStorageSparesOne() {
    assertThat(elsewhere("", SHOP)).isEmpty();
    assertRuns(elsewhere("readHost: standby", SHOP), "standby");
    assertRuns(
        elsewhere("", new ResolvedConnection("shop", "db2", 5432, "shop")), "another server");
    assertRuns(elsewhere("", new ResolvedConnection("shop", "db", 5433, "shop")), "another server");
    assertRuns(elsewhere("", new ResolvedConnection("shop", "db", 5432, "x")), "another server");
    var withoutPlan = backup(9, status -> status.resolved(null));
    assertRuns(SkipRule.elsewhere(sparing(), withoutPlan, connection(""), SHOP), "another server");
    var defaulted = template(spec -> spec.storage(null));
    assertRuns(
        SkipRule.elsewhere(
            defaulted,
            backup(9),
            connection("defaultStorage: {persistentVolumeClaim: {claimName: c}}"),
            SHOP),
        "another storage");
    assertThat(
            SkipRule.elsewhere(
                defaulted,
                backup(9),
                connection("defaultStorage: {s3: {bucket: b, credentialsSecretRef: {name: s3}}}"),
                SHOP))
        .isEmpty();
  }

  @Test
  void decidesByWhatIsSeen() {
    // Given
    var backup = backup(9);

    // When, Then
    assertThat(SkipRule.decide(backup, new ChangeEvidence.Known(Map.of("rows", "1")), NOW))
        .isEqualTo(new Skip("nightly-09", NOW));
    assertThat(SkipRule.decide(backup, new ChangeEvidence.Known(Map.of("rows", "2")), NOW))
        .isEqualTo(new Run("rows changed"));
    assertThat(
            SkipRule.decide(
                backup, new ChangeEvidence.Known(Map.of("rows", "1", "roles", "1")), NOW))
        .isInstanceOf(Run.class);
    assertThat(SkipRule.decide(backup, new ChangeEvidence.Unknown("a standby"), NOW))
        .isEqualTo(new Run("a standby"));
  }
}
