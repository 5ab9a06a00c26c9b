package io.pgcask.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.Condition;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.operator.Labels;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** What a schedule says of its Backups and its storage. */
@OnCluster
class ScheduleHealthIT {

  /** A slot that does not come while a test runs. */
  private static final String NEVER = "0 0 29 2 *";

  private static final String EACH_MINUTE = "* * * * *";

  @ConcurrentTest
  void healthyTellsWhetherAGoodBackupIsYoungEnough(Cluster cluster, Workspace workspace) {
    // Given
    var shop = TestDatabase.create(cluster.postgres(17), "health", "health", "secret").withSample();
    workspace.connection("shop", shop);
    var storage = workspace.s3();
    schedule(workspace, "guarded", NEVER, storage, "maxAgeOfLastSuccess: 1m");

    // When there is never a Backup
    awaitCondition(workspace, "guarded", Condition.HEALTHY, "Unknown", Reason.NO_BACKUP_YET);
    var overdue =
        awaitCondition(
            workspace, "guarded", Condition.HEALTHY, "False", Reason.RECOVERY_POINT_MISSED);

    // Then it says so, and the schedule is Ready all the same
    assertThat(overdue.getStatus().lastSuccessfulTime()).isNull();
    assertThat(condition(overdue, Condition.READY).orElseThrow().holds()).isTrue();
    workspace.awaitEvents("guarded", "RecoveryPointMissed");

    // When there is one
    child(workspace, "guarded", "first", storage);
    var made = workspace.completedBackup("first");

    // Then
    var healthy =
        awaitCondition(workspace, "guarded", Condition.HEALTHY, "True", Reason.RECOVERY_POINT_KEPT);
    assertThat(healthy.getStatus().lastSuccessfulTime())
        .isEqualTo(made.getStatus().completionTime());
    assertThat(healthy.getStatus().recentRuns())
        .singleElement()
        .satisfies(run -> assertThat(run.backup()).isEqualTo("first"));
    assertThat(made.getStatus().estimatedRows()).isNotNull();
    workspace.awaitEvents("guarded", "RecoveryPointKept");

    // When it goes bad in storage and is read again at the slot of the verification
    cluster.s3().damage(made.getStatus().resolved().path() + "/1/health.dump");
    workspace.patchSpec(
        BackupSchedule.class,
        "guarded",
        "{\"maxAgeOfLastSuccess\":\"4w\",\"verification\":{\"schedule\":\"%s\",\"level\":\"Parse\"}}"
            .formatted(EACH_MINUTE));

    // Then it does not count any more
    var damaged =
        awaitCondition(workspace, "guarded", Condition.HEALTHY, "False", Reason.BACKUP_DAMAGED);
    assertThat(damaged.getStatus().lastSuccessfulTime()).isNull();
    assertThat(damaged.getStatus().damaged()).containsExactly("first");
    var asked =
        Labels.annotation(workspace.get(Backup.class, "first"), Labels.VERIFY).orElseThrow();
    assertThat(asked).matches("Parse/20..-..-..T..:..:00Z");
    workspace.awaitEvents("guarded", "BackupDamaged");
    var slot = Instant.parse(asked.substring("Parse/".length()));
    await(
        workspace,
        "guarded",
        found ->
            Optional.ofNullable(found.getStatus().lastVerificationTime())
                .filter(done -> !done.isBefore(slot))
                .isPresent());
  }

  @ConcurrentTest
  void storageIsTriedOutBeforeTheNight(Cluster cluster, Workspace workspace) {
    // Given
    var shop = TestDatabase.create(cluster.postgres(17), "probed", "probed", "secret");
    workspace.connection("shop", shop, "defaultStorage: " + workspace.s3());

    // When
    schedule(workspace, "bucket", NEVER, "", "");
    schedule(workspace, "disk", NEVER, workspace.volume("volume"), "");

    // Then it can be used, and nothing stays
    var usable =
        awaitCondition(workspace, "bucket", Condition.STORAGE_READY, "True", Reason.STORAGE_USABLE);
    assertThat(usable.getStatus().lastStorageProbeTime()).isNotNull();
    assertThat(cluster.s3().keys(workspace.namespace())).isEmpty();
    awaitCondition(workspace, "disk", Condition.STORAGE_READY, "True", Reason.STORAGE_USABLE);
    assertThat(workspace.filesOn("volume")).isEmpty();

    // When the bucket is another one, which does not exist
    patchStorage(workspace, workspace.s3("missing-" + workspace.namespace().hashCode(), "s3"));

    // Then
    awaitCondition(workspace, "bucket", Condition.STORAGE_READY, "False", Reason.STORAGE_NOT_FOUND);
    workspace.awaitEvents("bucket", "StorageNotFound");

    // When the keys are wrong
    workspace.secret("keys", Map.of("accessKeyId", "nobody", "secretAccessKey", "wrong"));
    patchStorage(workspace, workspace.s3(S3Server.BUCKET, "keys"));

    // Then
    awaitCondition(workspace, "bucket", Condition.STORAGE_READY, "False", Reason.STORAGE_DENIED);

    // When they are mended, without a change of the schedule
    cluster
        .client()
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName("keys")
                .withNamespace(workspace.namespace())
                .endMetadata()
                .withStringData(
                    Map.of(
                        "accessKeyId",
                        cluster.s3().accessKey(),
                        "secretAccessKey",
                        cluster.s3().secretKey()))
                .build())
        .update();

    // Then it is noticed
    awaitCondition(workspace, "bucket", Condition.STORAGE_READY, "True", Reason.STORAGE_USABLE);
    workspace.awaitEvents("bucket", "StorageUsable");
  }

  @ConcurrentTest
  void aSlotIsSkippedAsLongAsNothingChanges(Cluster cluster, Workspace workspace) {
    // Given: another server, since a new role of a test beside this one is a change
    var shop =
        TestDatabase.create(cluster.postgres(16), "unchanged", "unchanged", "secret")
            .execute("CREATE TABLE orders (id int); INSERT INTO orders VALUES (1)");
    workspace.connection("shop", shop);
    var storage = workspace.s3();
    child(workspace, "sparing", "first", storage);
    var first = workspace.completedBackup("first");
    assertThat(first.getStatus().changeEvidence()).isNotEmpty().hasSizeLessThanOrEqualTo(16);

    // When
    schedule(
        workspace,
        "sparing",
        EACH_MINUTE,
        storage,
        "skipIfUnchanged: true\nmaxAgeOfLastSuccess: 1d");

    // Then
    var skipped = await(workspace, "sparing", found -> found.getStatus().skippedRuns() != null);
    assertThat(skipped.getStatus().unchangedSinceBackup()).isNotNull();
    assertThat(skipped.getStatus().lastUnchangedTime()).isNotNull();
    workspace.awaitEvents("sparing", "Unchanged");
    var before = backups(workspace).size();

    // When
    shop.execute("INSERT INTO orders VALUES (2)");

    // Then
    await(workspace, "sparing", found -> backups(workspace).size() > before);
  }

  private static List<Backup> backups(Workspace workspace) {
    return workspace
        .cluster()
        .client()
        .resources(Backup.class)
        .inNamespace(workspace.namespace())
        .list()
        .getItems();
  }

  private static void schedule(
      Workspace workspace, String name, String cron, String storage, String more) {
    workspace.apply(
        """
        apiVersion: pgcask.io/v1alpha1
        kind: BackupSchedule
        metadata: {name: %s}
        spec:
          schedule: "%s"
          template:
            spec: {connectionRef: {name: shop}%s}
        %s
        """
            .formatted(
                name, cron, storage.isEmpty() ? "" : ", storage: " + storage, more.indent(2)));
  }

  /** As the schedule makes one, without waiting for a slot. */
  private static void child(Workspace workspace, String schedule, String name, String storage) {
    workspace.apply(
        """
        apiVersion: pgcask.io/v1alpha1
        kind: Backup
        metadata:
          name: %1$s
          labels: {pgcask.io/schedule: %2$s}
          annotations: {pgcask.io/schedule: %2$s}
        spec: {connectionRef: {name: shop}, storage: %3$s}
        """
            .formatted(name, schedule, storage));
  }

  private static void patchStorage(Workspace workspace, String storage) {
    workspace.patchSpec(
        BackupSchedule.class,
        "bucket",
        "{\"template\":{\"spec\":%s}}"
            .formatted(
                Serialization.asJson(Serialization.unmarshal("storage: " + storage, Map.class))));
  }

  private static BackupSchedule awaitCondition(
      Workspace workspace, String name, String type, String status, Reason reason) {
    return await(
        workspace,
        name,
        found ->
            condition(found, type)
                .filter(condition -> condition.status().equals(status))
                .filter(condition -> condition.reason().equals(reason.word()))
                .isPresent());
  }

  private static BackupSchedule await(
      Workspace workspace, String name, Predicate<BackupSchedule> condition) {
    return workspace.await(
        BackupSchedule.class, name, found -> found.getStatus() != null && condition.test(found));
  }

  private static Optional<Condition> condition(BackupSchedule schedule, String type) {
    return Optional.ofNullable(schedule.getStatus().conditions()).orElse(List.of()).stream()
        .filter(condition -> condition.type().equals(type))
        .findFirst();
  }
}
