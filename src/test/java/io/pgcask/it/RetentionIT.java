package io.pgcask.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupPhase;
import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.Restore;
import io.pgcask.api.v1alpha1.RetentionStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What a schedule's retention does to real backups in a real bucket and on a real volume. The slots
 * of the Backups are in the past, as the schedule would have written them.
 */
@OnCluster
class RetentionIT {

  /** More than the writes of a removal from where it has begun. */
  private static final int STEPS = 6;

  private static final String NOTHING_SUCH = "include: {tables: [no_such_table]}";

  @AfterEach
  void oneOperator(Cluster cluster) {
    cluster.operator().scale(1);
  }

  @Test
  void removesDataBeforeTheResourceAndNothingWhileItFails(Cluster cluster, Workspace workspace) {
    // Given what a schedule has made: good ones, one on a volume, one held, and failures
    var s3 = cluster.s3();
    var shop = TestDatabase.create(cluster.postgres(17), "kept", "kept", "secret").withSample();
    workspace.connection("shop", shop, "maxConcurrentJobs: 6");
    workspace.service("s3", s3.host(), 9000);
    var bucket = workspace.s3().replaceFirst("endpoint: \"[^\"]+\"", "endpoint: 'http://s3:9000'");
    made(workspace, "volume-1", "2026-01-01", workspace.volume("volume"), "deletionPolicy: Retain");
    made(workspace, "night-2", "2026-01-02", bucket, "hold: true");
    made(workspace, "night-3", "2026-01-03", bucket, "");
    made(workspace, "night-4", "2026-01-04", bucket, "");
    made(workspace, "night-5", "2026-01-05", bucket, "");
    for (var day : List.of("1", "2")) {
      made(workspace, "failed-" + day, "2026-01-0" + day, bucket, NOTHING_SUCH);
    }
    workspace.backup("by-hand", "shop", bucket, "");
    for (var name : List.of("volume-1", "night-2", "night-3", "night-4", "night-5", "by-hand")) {
      workspace.completedBackup(name);
    }
    workspace.failedBackup("failed-1", Reason.INVALID_OPTIONS);
    workspace.failedBackup("failed-2", Reason.INVALID_OPTIONS);
    var third = path(workspace, "night-3");

    // When storage is away, and the operator restarts in between
    workspace.service("s3", s3.host(), 9000, 1);
    workspace.apply(
        """
        apiVersion: pgcask.io/v1alpha1
        kind: BackupSchedule
        metadata: {name: nightly}
        spec:
          schedule: "0 3 1 1 *"
          retention: {keepLast: 2, failedHistoryLimit: 1}
          template: {spec: {connectionRef: {name: shop}, storage: %s}}
        """
            .formatted(bucket));
    workspace.awaitGone(Backup.class, "failed-1");
    workspace.awaitGone(Backup.class, "volume-1");
    var going =
        workspace.await(Backup.class, "night-3", backup -> phase(backup) == BackupPhase.DELETING);
    cluster.operator().restart();

    // Then the resource is there as long as the data
    assertThat(going.getStatus().reason()).isEqualTo(Reason.RETENTION.word());
    assertThat(going.getStatus().message()).contains("no rule keeps it (keepLast 2)");
    assertThat(workspace.filesOn("volume")).isEmpty();
    assertThat(s3.keys(third)).hasSize(Workspace.FILES_OF_A_BACKUP);
    assertThat(phase(workspace.backup("night-3"))).isEqualTo(BackupPhase.DELETING);

    // When storage is back
    workspace.service("s3", s3.host(), 9000);

    // Then it goes, and what is held, counts, or is nobody's schedule's stays
    workspace.awaitGone(Backup.class, "night-3");
    assertThat(s3.keys(third)).isEmpty();
    for (var name : List.of("night-2", "night-4", "night-5", "by-hand")) {
      assertThat(phase(workspace.backup(name))).as(name).isEqualTo(BackupPhase.COMPLETED);
      assertThat(s3.keys(path(workspace, name))).hasSize(Workspace.FILES_OF_A_BACKUP);
    }
    assertThat(workspace.backup("failed-2")).isNotNull();
    var status = awaitRetention(workspace, found -> Objects.equals(found.retained(), 3));
    assertThat(status.paused()).isNull();
    assertThat(status.removed()).isEqualTo(3);
    assertThat(status.nextRemovals()).isEqualTo(1);
    assertThat(status.next().getFirst().backup()).isEqualTo("night-4");
    workspace.awaitEvents("nightly", "Retention", "Retention", "Retention");
    workspace.awaitEvents("night-3", "Retention", "DataDeleted");

    // When the newest attempt fails, and less is to be kept
    made(workspace, "failed-6", "2026-01-06", bucket, NOTHING_SUCH);
    workspace.failedBackup("failed-6", Reason.INVALID_OPTIONS);
    workspace.awaitGone(Backup.class, "failed-2");
    workspace.patchSpec(
        BackupSchedule.class, "nightly", "{\"retention\":{\"keepLast\":1,\"maxAge\":\"1d\"}}");

    // Then nothing good goes, and the status says why and what else would
    status = awaitRetention(workspace, found -> Objects.equals(found.nextRemovals(), 2));
    assertThat(status.paused()).contains("failed-6").contains("failed (InvalidOptions)");
    assertThat(status.next())
        .extracting(RetentionStatus.Removal::backup)
        .containsExactly("night-4", "night-5");
    assertThat(phase(workspace.backup("night-4"))).isEqualTo(BackupPhase.COMPLETED);

    // When one succeeds while a Restore waits to read an old one
    workspace.restore("reader", "{backupRef: {name: night-5}}", "no-such", "kept_copy", "");
    made(workspace, "night-7", "2026-01-07", bucket, "");
    workspace.completedBackup("night-7");

    // Then retention goes on, but for that one
    workspace.awaitGone(Backup.class, "night-4");
    status = awaitRetention(workspace, found -> found.paused() == null);
    assertThat(phase(workspace.backup("night-5"))).isEqualTo(BackupPhase.COMPLETED);
    workspace.delete(Restore.class, "reader");
    workspace.awaitGone(Backup.class, "night-5");

    // When nobody holds it any more
    workspace.patchSpec(Backup.class, "night-2", "{\"hold\":false}");

    // Then it goes, and the last good one stays, though it is far older than maxAge
    workspace.awaitGone(Backup.class, "night-2");
    assertThat(phase(workspace.backup("night-7"))).isEqualTo(BackupPhase.COMPLETED);
    assertThat(s3.keys(workspace.namespace())).hasSize(2 * Workspace.FILES_OF_A_BACKUP);
  }

  @Test
  void whatCannotBeDeletedIsRememberedAndWhatExpiresIsNot(Cluster cluster, Workspace workspace) {
    // Given
    var shop = TestDatabase.create(cluster.postgres(17), "kept_b", "kept_b", "secret");
    workspace.connection("shop", shop.withSample(), "maxConcurrentJobs: 4");
    var bucket = workspace.s3();
    workspace.secret(
        "other",
        java.util.Map.of(
            "accessKeyId", cluster.s3().accessKey(),
            "secretAccessKey", cluster.s3().secretKey()));
    made(workspace, "expires", "2026-01-01", bucket, "expiresAfter: 1m");
    made(workspace, "night-1", "2026-01-02", workspace.s3(S3Server.BUCKET, "other"), "");
    made(workspace, "night-2", "2026-01-03", bucket, "");
    for (var name : List.of("expires", "night-1", "night-2")) {
      workspace.completedBackup(name);
    }
    cluster.client().secrets().inNamespace(workspace.namespace()).withName("other").delete();

    // When
    workspace.apply(
        """
        apiVersion: pgcask.io/v1alpha1
        kind: BackupSchedule
        metadata: {name: nightly}
        spec:
          schedule: "0 3 1 1 *"
          suspend: true
          retention: {keepLast: 2}
          template: {spec: {connectionRef: {name: shop}, storage: %s}}
        """
            .formatted(bucket));

    // Then while it is suspended it says what it would remove
    var status = awaitRetention(workspace, found -> Objects.equals(found.nextRemovals(), 1));
    assertThat(status.paused()).startsWith("spec.suspend is true");
    assertThat(status.next().getFirst().backup()).isEqualTo("expires");

    // Then expiresAfter of a Backup goes its own way, and leaves no record of what a schedule made
    workspace.awaitGone(Backup.class, "expires");

    // When
    workspace.patchSpec(
        BackupSchedule.class, "nightly", "{\"suspend\":false,\"retention\":{\"keepLast\":1}}");

    // Then the record of what may still be there stays
    var left =
        workspace.await(Backup.class, "night-1", backup -> phase(backup) == BackupPhase.EXPIRED);
    assertThat(left.getStatus().reason()).isEqualTo(Reason.DATA_LEFT_BEHIND.word());
    assertThat(left.getStatus().message()).contains("may still hold data").contains("other");
    workspace.awaitEvents("night-1", "Retention", "DataLeftBehind");
    assertThat(cluster.s3().keys(path(workspace, "night-1"))).isNotEmpty();
    awaitRetention(workspace, found -> Objects.equals(found.retained(), 1));
    assertThat(workspace.backup("night-1")).isNotNull();
  }

  @Test
  void anOperatorThatDiesBetweenTwoStepsLosesNoResourceBeforeItsData(
      Cluster cluster, Workspace workspace) {
    // Given some that retention has begun to remove
    var shop = TestDatabase.create(cluster.postgres(17), "kept_c", "kept_c", "secret");
    workspace.connection("shop", shop.withSample(), "maxConcurrentJobs: 4");
    var names = IntStream.range(0, STEPS).mapToObj(step -> "after-" + step).toList();
    names.forEach(name -> made(workspace, name, "2026-01-01", workspace.s3(), ""));
    names.forEach(workspace::completedBackup);
    var paths = names.stream().collect(Collectors.toMap(n -> n, n -> path(workspace, n)));
    cluster.operator().scale(0);
    names.forEach(name -> begun(workspace, name));

    // When each goes on with an operator that dies after one write more than the one before
    var died = new ArrayList<Boolean>();
    for (var name : names) {
      var power = Power.after(died.size());
      try (var operator = InProcessOperator.start(workspace, name, power)) {
        await(name).until(() -> power.isOff() || workspace.backup(name) == null);
      }
      died.add(power.isOff());

      // Then what is in the bucket has its resource
      assertThat(workspace.backup(name) != null || cluster.s3().keys(paths.get(name)).isEmpty())
          .as("%s: %s", name, power.written())
          .isTrue();
    }
    assertThat(died).as("the last one has died of nothing").startsWith(true, true, true);
    assertThat(died.getLast()).isFalse();

    // Then another operator ends what was begun
    cluster.operator().scale(1);
    names.forEach(name -> workspace.awaitGone(Backup.class, name));
    assertThat(cluster.s3().keys(workspace.namespace())).isEmpty();
  }

  /** As retention begins. */
  private static void begun(Workspace workspace, String name) {
    workspace
        .cluster()
        .client()
        .resources(Backup.class)
        .inNamespace(workspace.namespace())
        .withName(name)
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"metadata\":{\"labels\":{\"%s\":\"%s\"}}}".formatted(InProcessOperator.LABEL, name));
    workspace
        .cluster()
        .client()
        .resources(Backup.class)
        .inNamespace(workspace.namespace())
        .withName(name)
        .subresource("status")
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"status\":{\"phase\":\"Deleting\",\"reason\":\"Retention\",\"stopTime\":\"%s\"}}"
                .formatted(Instant.now()));
  }

  private static BackupPhase phase(Backup backup) {
    return backup.getStatus().phase();
  }

  private static String path(Workspace workspace, String name) {
    return workspace.backup(name).getStatus().resolved().path();
  }

  private static RetentionStatus awaitRetention(
      Workspace workspace, Predicate<RetentionStatus> condition) {
    return await()
        .until(
            () -> workspace.get(BackupSchedule.class, "nightly").getStatus().retention(),
            found -> found != null && condition.test(found));
  }

  /** As the schedule called nightly makes one for a slot at three o'clock. */
  private static void made(
      Workspace workspace, String name, String day, String storage, String more) {
    workspace.apply(
        """
        apiVersion: pgcask.io/v1alpha1
        kind: Backup
        metadata:
          name: %s
          labels: {pgcask.io/schedule: nightly}
          annotations: {pgcask.io/schedule: nightly, pgcask.io/scheduled-for: "%sT03:00:00Z"}
        spec:
          connectionRef: {name: shop}
          storage: %s
        %s
        """
            .formatted(name, day, storage, more.indent(2)));
  }
}
