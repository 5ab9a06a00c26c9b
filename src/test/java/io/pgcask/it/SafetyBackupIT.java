package io.pgcask.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.DeletionPolicy;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.Restore;
import io.pgcask.api.v1alpha1.RestorePhase;
import io.pgcask.contract.ReplacementNames;
import io.pgcask.operator.Labels;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * What a Restore over an existing database leaves to go back to, and for how long: its safety
 * Backup, the old database of mode Replace, and nothing that is unfinished.
 */
@OnCluster
class SafetyBackupIT {

  private static final String NIGHTLY = "{backupRef: {name: nightly}}";

  private static String over(TestDatabase database, String mode, Instant notAfter) {
    return """
    mode: %s
    confirm: %s
    notAfter: "%s"
    """
        .formatted(mode, database.name(), notAfter.truncatedTo(ChronoUnit.SECONDS));
  }

  private static Instant inTime() {
    return Instant.now().plus(Duration.ofHours(1));
  }

  /** A connection with one place and a storage, and a backup to restore. */
  private static TestDatabase shop(Cluster cluster, Workspace workspace, String name) {
    var shop = TestDatabase.create(cluster.postgres(17), name, name, "secret").withSample();
    workspace.connection(
        "shop", shop, "maxConcurrentJobs: 1\ndefaultStorage: " + workspace.s3() + "\n");
    workspace.backup("nightly", "shop", workspace.s3(), "");
    workspace.completedBackup("nightly");
    return shop;
  }

  private static Backup safetyBackup(Workspace workspace, Restore restore) {
    return workspace.backup(restore.getStatus().safetyBackup().name());
  }

  private static Restore awaitReason(Workspace workspace, String name, Reason reason) {
    return workspace.await(
        Restore.class, name, found -> reason.word().equals(found.getStatus().reason()));
  }

  @ConcurrentTest
  void theTargetIsSavedBeforeItIsWrittenTo(Cluster cluster, Workspace workspace) throws Exception {
    // Given a database in which people have worked since, and a connection that runs one at a time
    var shop = shop(cluster, workspace, "saved");
    var before = shop.contents();
    shop.execute("CREATE TABLE since AS SELECT 1 AS i");
    var since = shop.contents();
    var storage = "safetyBackup: {storage: %s}\n".formatted(workspace.volume("safe"));

    // When it is cleaned
    workspace.restore(
        "clean", NIGHTLY, "shop", shop.name(), over(shop, "Clean", inTime()) + storage);
    var clean = workspace.completedRestore("clean");

    // Then there was a whole Backup before, which is on its own
    var saved = workspace.completedBackup(clean.getStatus().safetyBackup().name());
    assertThat(saved.getStatus().completionTime()).isBeforeOrEqualTo(clean.getStatus().startTime());
    assertThat(clean.getStatus().safetyBackup().location())
        .isEqualTo(saved.getStatus().location())
        .startsWith("pvc://safe/");
    assertThat(saved.getSpec().deletionPolicy()).isEqualTo(DeletionPolicy.RETAIN);
    assertThat(saved.getMetadata().getOwnerReferences()).isEmpty();
    assertThat(Labels.annotation(saved, Labels.RESTORE)).contains("clean");
    workspace.awaitEvents("clean", "BackupCreated", "WaitingForSafetyBackup");

    // When it is replaced, with the storage of the connection, and for a minute
    workspace.delete(Restore.class, "clean");
    workspace.restore(
        "replace",
        NIGHTLY,
        "shop",
        shop.name(),
        over(shop, "Replace", inTime()) + "safetyBackup: {}\nkeepOld: 1m\n");
    var replaced = workspace.completedRestore("replace");
    assertThat(shop.contents()).containsExactlyEntriesOf(before);
    assertThat(replaced.getStatus().safetyBackup().location()).startsWith("s3://backups/");
    var kept = replaced.getStatus().keptDatabase();
    assertThat(kept.name())
        .isEqualTo(ReplacementNames.of(shop.name(), replaced.getMetadata().getUid()).kept());
    assertThat(kept.dropTime())
        .isEqualTo(replaced.getStatus().completionTime().plus(Duration.ofMinutes(1)));
    assertThat(shop.server().has(kept.name())).isTrue();

    // Then what was saved can be had again, whatever has become of the Restore
    workspace.awaitGone(Restore.class, "clean");
    workspace.restore(
        "back",
        "{backupRef: {name: %s}}".formatted(saved.getMetadata().getName()),
        "shop",
        "back",
        "");
    workspace.completedRestore("back");
    assertThat(shop.sibling("back").contents()).containsExactlyEntriesOf(since);

    // and the old database goes when its minute is over
    var dropped =
        workspace.await(
            Restore.class,
            "replace",
            found -> found.getStatus().keptDatabase().droppedTime() != null);
    assertThat(dropped.getStatus().keptDatabase().droppedTime()).isAfterOrEqualTo(kept.dropTime());
    assertThat(dropped.getStatus().phase()).isEqualTo(RestorePhase.COMPLETED);
    assertThat(shop.server().has(kept.name())).isFalse();
    assertThat(shop.contents()).containsExactlyEntriesOf(before);
    workspace.awaitEvents("replace", "DatabaseDropped");
    workspace.await(Restore.class, "replace", found -> !found.hasFinalizer(Labels.FINALIZER));
  }

  @ConcurrentTest
  void withoutACompleteSafetyBackupNothingIsWritten(Cluster cluster, Workspace workspace)
      throws Exception {
    // Given
    var shop = shop(cluster, workspace, "unsaved");
    shop.execute("CREATE TABLE since AS SELECT 1 AS i");
    var since = shop.contents();
    var nowhere = "safetyBackup: {storage: %s}\n".formatted(workspace.s3("no-such-bucket", "s3"));

    // When it cannot be made
    workspace.restore(
        "failed", NIGHTLY, "shop", shop.name(), over(shop, "Replace", inTime()) + nowhere);
    var failed = workspace.failedRestore("failed", Reason.SAFETY_BACKUP_FAILED);

    // Then the Restore says why
    var backup = safetyBackup(workspace, failed);
    assertThat(failed.getStatus().message())
        .contains(backup.getMetadata().getName(), backup.getStatus().message());
    assertThat(failed.getStatus().jobName()).as("no Job was made").isNull();

    // When it is not there in time, is not waited for any more, or is deleted
    try (var lock = shop.connect()) {
      lock.setAutoCommit(false);
      lock.createStatement().execute("LOCK TABLE purchase IN ACCESS EXCLUSIVE MODE");
      var safe = "safetyBackup: {}\n";
      workspace.restore(
          "late",
          NIGHTLY,
          "shop",
          shop.name(),
          over(shop, "Clean", Instant.now().plusSeconds(30)) + safe);
      awaitReason(workspace, "late", Reason.WAITING_FOR_SAFETY_BACKUP);
      workspace
          .restore("cancelled", NIGHTLY, "shop", shop.name(), over(shop, "Clean", inTime()) + safe)
          .restore("bereft", NIGHTLY, "shop", shop.name(), over(shop, "Clean", inTime()) + safe);
      awaitReason(workspace, "cancelled", Reason.WAITING_FOR_SAFETY_BACKUP);
      var bereft = awaitReason(workspace, "bereft", Reason.WAITING_FOR_SAFETY_BACKUP);
      workspace.patchSpec(Restore.class, "cancelled", "{\"cancel\":true}");
      workspace.delete(Backup.class, bereft.getStatus().safetyBackup().name());

      workspace.failedRestore("cancelled", Reason.CANCELLED);
      workspace.failedRestore("bereft", Reason.SAFETY_BACKUP_FAILED);
      workspace.failedRestore("late", Reason.EXPIRED);
      lock.rollback();
    }

    // Then the database is as it was, and the Backups are Backups like any other
    workspace.completedBackup(
        safetyBackup(workspace, workspace.restore("late")).getMetadata().getName());
    workspace.completedBackup(
        safetyBackup(workspace, workspace.restore("cancelled")).getMetadata().getName());
    assertThat(shop.contents()).containsExactlyEntriesOf(since);
    assertThat(workspace.jobs())
        .as("no Job of a Restore")
        .noneMatch(job -> Labels.label(job, Labels.KIND).equals(Optional.of("Restore")));
  }

  @ConcurrentTest
  void theOldDatabaseOfADeletedRestoreStays(Cluster cluster, Workspace workspace) throws Exception {
    // Given a namespace that takes no more Backups for now
    var shop = shop(cluster, workspace, "stays");
    workspace.apply(
        """
        apiVersion: v1
        kind: ResourceQuota
        metadata: {name: no-more}
        spec: {hard: {count/backups.pgcask.io: "0"}}
        """);
    workspace.restore(
        "replace",
        NIGHTLY,
        "shop",
        shop.name(),
        over(shop, "Replace", inTime()) + "keepOld: 1h\nsafetyBackup: {}\n");
    var refused = awaitReason(workspace, "replace", Reason.SAFETY_BACKUP_FAILED);
    assertThat(refused.getStatus().phase()).isEqualTo(RestorePhase.QUEUED);
    assertThat(refused.getStatus().message()).contains("cannot be created", "quota");
    workspace.delete(ResourceQuota.class, "no-more");
    var kept = workspace.completedRestore("replace").getStatus().keptDatabase().name();

    // When
    workspace.delete(Restore.class, "replace");
    workspace.awaitGone(Restore.class, "replace");

    // Then
    workspace.awaitEvents("replace", "DatabaseNotDropped");
    assertThat(shop.server().has(kept)).isTrue();
  }

  @ConcurrentTest
  void theUnfinishedDatabaseOfAKilledRunnerIsDropped(Cluster cluster, Workspace workspace)
      throws Exception {
    // Given a Restore that fills its new database, and cannot rename it for a visitor in it
    assumeTrue(cluster.node().isPresent(), "the node is not ours");
    var shop =
        TestDatabase.create(cluster.postgres(17), "halfway", "halfway", "secret").withBulk(20);
    workspace.connection("shop", shop);
    workspace.backup("nightly", "shop", workspace.s3(), "");
    workspace.completedBackup("nightly");
    shop.execute("CREATE TABLE since AS SELECT 1 AS i");
    var since = shop.contents();
    workspace.restore("killed", NIGHTLY, "shop", shop.name(), over(shop, "Replace", inTime()));
    var names =
        ReplacementNames.of(shop.name(), workspace.restore("killed").getMetadata().getUid());
    awaitMark(shop.server(), names.temporary());
    try (var visitor = shop.server().superuser(names.temporary())) {
      var job = workspace.restore("killed").getStatus().jobName();
      var runner =
          workspace.pods().stream()
              .filter(pod -> pod.getMetadata().getName().startsWith(job))
              .findFirst()
              .orElseThrow();

      // When
      cluster.node().orElseThrow().kill("RunnerMain", runner);

      // Then it is Failed, and the new database stays for as long as somebody is in it
      workspace.failedRestore("killed", Reason.RESULT_LOST);
      var waiting =
          workspace.await(
              Restore.class,
              "killed",
              found ->
                  found.getStatus().temporaryDatabase() != null
                      && found.getStatus().temporaryDatabase().retryTime() != null);
      assertThat(waiting.getStatus().temporaryDatabase().message()).contains("others use it");
      assertThat(shop.server().has(names.temporary())).isTrue();
      assertThat(visitor.isValid(5)).as("nobody is thrown out").isTrue();
    }

    // Then it goes, and the old one is as it was
    var cleaned =
        workspace.await(
            Restore.class,
            "killed",
            found -> found.getStatus().temporaryDatabase().droppedTime() != null);
    assertThat(cleaned.getStatus().temporaryDatabase().name()).isEqualTo(names.temporary());
    assertThat(cleaned.getStatus().keptDatabase()).isNull();
    assertThat(shop.server().has(names.temporary())).isFalse();
    assertThat(shop.server().has(names.kept())).isFalse();
    assertThat(shop.contents()).containsExactlyEntriesOf(since);
    workspace.awaitEvents("killed", "DatabaseNotDropped", "DatabaseDropped");
  }

  /** The database is there, and says that it is unfinished. */
  private static void awaitMark(PostgresServer server, String database) throws SQLException {
    try (var session = server.superuser("postgres");
        var query =
            session.prepareStatement(
                "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = ?")) {
      query.setString(1, database);
      await(database)
          .atMost(Duration.ofMinutes(2))
          .pollInterval(Duration.ofMillis(20))
          .until(
              () -> {
                try (var row = query.executeQuery()) {
                  return row.next() && row.getString(1) != null;
                }
              });
    }
  }
}
