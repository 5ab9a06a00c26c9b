package io.pgcask.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupPhase;
import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.PostgresConnection;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.Restore;
import io.pgcask.api.v1alpha1.RestorePhase;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What tools that wait for a resource see, at every version of it: never green before it is, and
 * never for ever in between.
 */
@OnCluster
class ReadinessIT {

  @ConcurrentTest
  void aBackupIsGreenWhenItIsCompletedAndNotBefore(Cluster cluster, Workspace workspace)
      throws Exception {
    // Given
    var shop = TestDatabase.create(cluster.postgres(17), "green", "green", "secret").withSample();
    workspace.connection("shop", shop);
    try (var history = History.of(workspace, Backup.class);
        var lock = shop.connect()) {
      lock.setAutoCommit(false);
      lock.createStatement().execute("LOCK TABLE purchase IN ACCESS EXCLUSIVE MODE");

      // When
      workspace.backup("nightly", "shop", workspace.s3(), "");
      var waited = kubectlWait(workspace, "Complete", "backup/nightly");
      workspace.await(
          Backup.class, "nightly", backup -> backup.getStatus().phase() == BackupPhase.RUNNING);
      assertThat(waited).as("kubectl wait while it runs").isNotDone();
      lock.rollback();

      // Then
      assertThat(waited.join().exitCode()).isZero();
      assertThat(workspace.backup("nightly").getStatus().phase()).isEqualTo(BackupPhase.COMPLETED);
      // reading such a small backup again may be over before anybody looks
      assertThat(history.phases("nightly"))
          .filteredOn(phase -> !phase.equals("Verifying"))
          .containsExactly("Queued", "Pending", "Running", "Completed");
      assertOneShot(history, "nightly", "Completed");
    }
  }

  @ConcurrentTest
  void aRestoreIsGreenWhenItIsCompletedAndNotBefore(Cluster cluster, Workspace workspace) {
    // Given
    var shop = TestDatabase.create(cluster.postgres(17), "green_r", "green_r", "secret");
    shop.withSample();
    workspace.connection("shop", shop);
    try (var history = History.of(workspace, Restore.class)) {

      // When
      workspace.restore("copy", "{backupRef: {name: nightly}}", "shop", "green_copy", "");
      var waited = kubectlWait(workspace, "Complete", "restore/copy");
      workspace.await(
          Restore.class, "copy", restore -> restore.getStatus().phase() == RestorePhase.QUEUED);
      workspace.backup("nightly", "shop", workspace.s3(), "");

      // Then
      assertThat(waited.join().exitCode()).isZero();
      assertThat(workspace.restore("copy").getStatus().phase()).isEqualTo(RestorePhase.COMPLETED);
      assertThat(history.phases("copy")).startsWith("Queued", "Pending").endsWith("Completed");
      assertOneShot(history, "copy", "Completed");
    }
  }

  @ConcurrentTest
  void whatFailsIsRedAndNeverGreen(Cluster cluster, Workspace workspace) {
    // Given
    var shop = TestDatabase.create(cluster.postgres(17), "red", "red", "secret");
    workspace.connection("shop", shop);
    try (var backups = History.of(workspace, Backup.class);
        var restores = History.of(workspace, Restore.class)) {

      // When
      workspace
          .backup("bad", "shop", workspace.s3("no-such-bucket", "s3"), "")
          .restore("bad", "{backupRef: {name: bad}}", "shop", "red_copy", "");
      var backupFailed = kubectlWait(workspace, "Failed", "backup/bad");
      var restoreFailed = kubectlWait(workspace, "Failed", "restore/bad");
      workspace.s3();

      // Then
      assertThat(backupFailed.join().exitCode()).isZero();
      assertThat(restoreFailed.join().exitCode()).isZero();
      workspace.failedBackup("bad", Reason.STORAGE_NOT_FOUND);
      workspace.failedRestore("bad", Reason.BACKUP_NOT_COMPLETED);
      assertOneShot(backups, "bad", "Failed");
      assertOneShot(restores, "bad", "Failed");
    }
  }

  @ConcurrentTest
  void aConnectionIsGreenWhenTheServerWasReached(Cluster cluster, Workspace workspace) {
    // Given
    var shop = TestDatabase.create(cluster.postgres(17), "reach", "reach", "secret");
    try (var history = History.of(workspace, PostgresConnection.class)) {

      // When
      workspace.connection("good", shop);
      workspace.apply(
          """
          apiVersion: pgcask.io/v1alpha1
          kind: PostgresConnection
          metadata: {name: bad}
          spec:
            standard:
              host: %s
              database: reach
              user: reach
              passwordSecretRef: {name: good, key: user}
          """
              .formatted(shop.server().host()));
      workspace.await(
          PostgresConnection.class,
          "bad",
          connection -> connection.getStatus().conditions() != null);

      // Then
      assertThat(kubectlWait(workspace, "Ready", "pgconn/good").join().exitCode()).isZero();
      for (var version : history.versions("good")) {
        assertThat(Kstatus.of(version))
            .isEqualTo(Kstatus.holds(version, "Ready") ? Kstatus.CURRENT : Kstatus.IN_PROGRESS);
      }
      assertThat(Kstatus.of(history.versions("good").getFirst())).isEqualTo(Kstatus.IN_PROGRESS);
      assertThat(history.versions("bad")).map(Kstatus::of).doesNotContain(Kstatus.CURRENT);
      assertThat(Kstatus.of(history.versions("bad").getLast())).isEqualTo(Kstatus.FAILED);
    }
  }

  @ConcurrentTest
  void aChangedConnectionIsNotGreenBeforeItWasProbedAnew(Cluster cluster, Workspace workspace) {
    // Given
    var shop = TestDatabase.create(cluster.postgres(17), "change", "change", "secret");
    workspace.connection("shop", shop);
    try (var history = History.of(workspace, PostgresConnection.class)) {

      // When
      workspace.patchSpec(
          PostgresConnection.class, "shop", "{\"standard\":{\"host\":\"no-such-host.invalid\"}}");
      workspace.await(
          PostgresConnection.class, "shop", connection -> !Workspace.isReady(connection));
      await()
          .untilAsserted(
              () -> assertThat(workspace.eventReasons("shop")).contains("HostUnreachable"));

      // Then
      var changed =
          history.versions("shop").stream()
              .filter(
                  version -> "no-such-host.invalid".equals(version.get("spec", "standard", "host")))
              .toList();
      // A host that cannot be reached may come back by itself.
      assertThat(changed).map(Kstatus::of).isNotEmpty().containsOnly(Kstatus.IN_PROGRESS);
    }
  }

  @ConcurrentTest
  void aScheduleIsGreenWhileItCanFire(Workspace workspace) {
    // Given
    try (var history = History.of(workspace, BackupSchedule.class)) {

      // When
      schedule(workspace, "good", "0 3 1 1 *");
      schedule(workspace, "bad", "0 3 30 2 *");
      kubectlWait(workspace, "Ready", "pgbs/good").join();
      kubectlWait(workspace, "Stalled", "pgbs/bad").join();

      // Then
      assertThat(Kstatus.of(history.versions("good").getFirst())).isEqualTo(Kstatus.IN_PROGRESS);
      assertThat(Kstatus.of(history.versions("good").getLast())).isEqualTo(Kstatus.CURRENT);
      assertThat(history.versions("bad")).map(Kstatus::of).doesNotContain(Kstatus.CURRENT);
      assertThat(Kstatus.of(history.versions("bad").getLast())).isEqualTo(Kstatus.FAILED);
    }
  }

  private static void schedule(Workspace workspace, String name, String cron) {
    workspace.apply(
        """
        apiVersion: pgcask.io/v1alpha1
        kind: BackupSchedule
        metadata: {name: %s}
        spec:
          schedule: "%s"
          template:
            spec:
              connectionRef: {name: shop}
              storage: {persistentVolumeClaim: {claimName: volume}}
        """
            .formatted(name, cron));
  }

  /** Every version of a Backup or Restore, from before the operator saw it until after its end. */
  private static void assertOneShot(History history, String name, String end) {
    var versions = history.versions(name);
    assertThat(versions.getFirst().<Object>get("status", "phase")).isNull();
    for (var version : versions) {
      var phase = version.<String>get("status", "phase");
      var generation = version.getMetadata().getGeneration();
      Object observed = version.get("status", "observedGeneration");
      var seen = observed != null && ((Number) observed).longValue() == generation;
      assertThat(Kstatus.of(version))
          .as("%s, observed %s of %s", phase, observed, generation)
          .isEqualTo(seen && end.equals(phase) ? finalStatus(end) : Kstatus.IN_PROGRESS);
      assertThat(Kstatus.holds(version, "Complete")).isEqualTo("Completed".equals(phase));
      assertThat(Kstatus.holds(version, "Failed")).isEqualTo("Failed".equals(phase));
      if (phase != null) {
        assertThat(List.of("Ready", "Reconciling", "Stalled"))
            .as("exactly one is True in " + phase)
            .filteredOn(type -> Kstatus.holds(version, type))
            .hasSize(1);
      }
    }
    assertThat(Kstatus.of(versions.getLast())).isEqualTo(finalStatus(end));
  }

  private static Kstatus finalStatus(String phase) {
    return phase.equals("Completed") ? Kstatus.CURRENT : Kstatus.FAILED;
  }

  /** As people and scripts do, from before there is anything to see. */
  private static CompletableFuture<Program.Outcome> kubectlWait(
      Workspace workspace, String condition, String resource) {
    return CompletableFuture.supplyAsync(
        () ->
            workspace
                .cluster()
                .kubectl()
                .attempt(
                    "wait",
                    "--namespace=" + workspace.namespace(),
                    "--for=condition=" + condition,
                    "--timeout=90s",
                    resource));
  }
}
