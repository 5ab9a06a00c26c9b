package io.pgcask.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupPhase;
import io.pgcask.api.v1alpha1.Condition;
import io.pgcask.api.v1alpha1.PostgresConnection;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.Restore;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;

/** Bad input and sudden death: each ends in the right phase, says why, and leaves nothing. */
@OnCluster
class FailureIT {

  /** A database whose dump takes a while. */
  private static TestDatabase bulk;

  @BeforeAll
  static void bulk(Cluster cluster) {
    bulk = TestDatabase.create(cluster.postgres(17), "bulk", "bulk", "secret").withBulk(100);
  }

  // --- bad input ---

  @ConcurrentTest
  void aConnectionThatCannotBeUsedSaysWhyAndItsBackupEnds(Cluster cluster, Workspace workspace) {
    // Given
    var shop = TestDatabase.create(cluster.postgres(17), "input", "input", "right");
    workspace.connection("good", shop);
    workspace.secret("secrets", Map.of("wrong", "wrong", "control", "a\u0007b"));
    var wrong = "passwordSecretRef: {name: secrets, key: wrong}";
    standard(workspace, "wrong-password", shop.server().host(), "input", wrong);
    standard(workspace, "no-host", "no-such-host.invalid", "input", wrong);
    standard(workspace, "closed-port", cluster.s3().host(), "input", wrong);
    standard(
        workspace,
        "no-secret",
        shop.server().host(),
        "input",
        "passwordSecretRef: {name: no-such-secret, key: password}");
    standard(
        workspace,
        "no-key",
        shop.server().host(),
        "input",
        "passwordSecretRef: {name: good, key: no-such-key}");
    standard(
        workspace,
        "control",
        shop.server().host(),
        "input",
        "passwordSecretRef: {name: secrets, key: control}");
    var expected =
        Map.of(
            "wrong-password", Reason.AUTHENTICATION_FAILED,
            "no-host", Reason.HOST_UNREACHABLE,
            "closed-port", Reason.HOST_UNREACHABLE,
            "no-secret", Reason.SECRET_MISSING,
            "no-key", Reason.SECRET_KEY_MISSING,
            "control", Reason.INVALID_SECRET);

    // When
    expected
        .keySet()
        .forEach(name -> workspace.backup(name, name, workspace.s3(), "queueDeadline: 1m"));
    workspace.backup("no-connection", "no-such-connection", workspace.s3(), "queueDeadline: 1m");
    workspace.backup(
        "no-storage-secret", "good", workspace.s3("backups", "none"), "queueDeadline: 1m");
    workspace.restore(
        "no-backup",
        "{backupRef: {name: no-such-backup}}",
        "good",
        "input_copy",
        "queueDeadline: 1m");

    // Then
    expected.forEach(
        (name, reason) -> {
          var ready = notReady(workspace, name);
          assertThat(ready.reason()).as(name + ": " + ready.message()).isEqualTo(reason.word());
          var message =
              workspace.failedBackup(name, Reason.CONNECTION_NOT_READY).getStatus().message();
          assertThat(message).contains(reason.word()).doesNotContain("wrong\"");
        });
    workspace.failedBackup("no-connection", Reason.CONNECTION_NOT_FOUND);
    workspace.failedBackup("no-storage-secret", Reason.SECRET_MISSING);
    workspace.failedRestore("no-backup", Reason.BACKUP_NOT_FOUND);
    assertThat(workspace.jobs()).as("no Job was made").isEmpty();
  }

  @ConcurrentTest
  void aConnectionHealsWhenItsSecretComes(Cluster cluster, Workspace workspace) {
    // Given
    var shop = TestDatabase.create(cluster.postgres(17), "heals", "heals", "secret");
    standard(
        workspace,
        "shop",
        shop.server().host(),
        "heals",
        "passwordSecretRef: {name: shop, key: password}",
        "probeIntervalSeconds: 10");
    workspace.backup("nightly", "shop", workspace.s3(), "");
    assertThat(notReady(workspace, "shop").reason()).isEqualTo(Reason.SECRET_MISSING.word());

    // When
    workspace.secret("shop", Map.of("password", "secret\n"));

    // Then
    workspace.completedBackup("nightly");
  }

  @ConcurrentTest
  void whatIsWrongWithTheDatabaseOrTheStorageIsSaid(Cluster cluster, Workspace workspace) {
    // Given
    var shop = TestDatabase.create(cluster.postgres(17), "bad", "bad", "secret").withSample();
    workspace.connection("shop", shop, "maxConcurrentJobs: 10");
    workspace.secret("denied", Map.of("accessKeyId", "pgcask", "secretAccessKey", "wrong"));
    workspace.secret("unknown", Map.of("accessKeyId", "nobody", "secretAccessKey", "wrong"));
    var bucket = workspace.s3();
    var closed = bucket.replace(":9000", ":9001");
    shop.executeAsSuperuser(
        "CREATE TABLE hidden AS SELECT 1 AS x; REVOKE ALL ON hidden FROM PUBLIC");

    // When
    workspace
        .backup("no-database", "shop", bucket, "database: no such database")
        .backup("not-readable", "shop", bucket, "")
        .backup("no-bucket", "shop", workspace.s3("no-such-bucket", "s3"), "database: postgres")
        .backup("denied", "shop", workspace.s3("backups", "denied"), "database: postgres")
        .backup("unknown", "shop", workspace.s3("backups", "unknown"), "database: postgres")
        .backup("closed", "shop", closed, "database: postgres\nretries: 0")
        .backup(
            "no-claim",
            "shop",
            "{persistentVolumeClaim: {claimName: no-such-claim}}",
            "database: postgres\npendingDeadlineSeconds: 10");

    // Then
    assertThat(
            workspace.failedBackup("no-database", Reason.DATABASE_NOT_FOUND).getStatus().message())
        .contains("no such database");
    assertThat(
            workspace.failedBackup("not-readable", Reason.PERMISSION_DENIED).getStatus().message())
        .contains("hidden");
    assertThat(workspace.failedBackup("no-bucket", Reason.STORAGE_NOT_FOUND).getStatus().message())
        .contains("no-such-bucket");
    workspace.failedBackup("denied", Reason.STORAGE_DENIED);
    workspace.failedBackup("unknown", Reason.STORAGE_DENIED);
    workspace.failedBackup("closed", Reason.STORAGE_UNREACHABLE);
    assertThat(workspace.failedBackup("no-claim", Reason.UNSCHEDULABLE).getStatus().message())
        .contains("no-such-claim");
    assertNothingLeft(workspace);
  }

  @ConcurrentTest
  void aRestoreThatCannotBeDoneSaysWhyAndWritesNothing(Cluster cluster, Workspace workspace)
      throws Exception {
    // Given
    var server = cluster.postgres(17);
    var shop = TestDatabase.create(server, "target", "target", "secret").withSample();
    workspace.connection("shop", shop, "maxConcurrentJobs: 10");
    workspace.backup("nightly", "shop", workspace.s3(), "");
    var nightly = workspace.completedBackup("nightly");
    var full = shop.createSibling("full").execute("CREATE TABLE precious AS SELECT 1 AS x");
    // One of its own: two restores into one database would lock each other out.
    shop.createSibling("filled").execute("CREATE TABLE precious AS SELECT 1 AS x");
    var poor = TestDatabase.create(server, "poor", "poor", "secret");
    poor.executeAsSuperuser("ALTER ROLE poor NOCREATEDB");
    workspace.connection("poor", poor);
    var before = full.contents();
    var source = "{backupRef: {name: nightly}}";

    // When
    workspace
        .restore("exists", source, "shop", "full", "mode: CreateNew")
        .restore("not-empty", source, "shop", "filled", "mode: IntoEmpty")
        .restore("absent", source, "shop", "absent", "mode: IntoEmpty")
        .restore("no-right", source, "poor", "poor_copy", "mode: CreateNew")
        .restore(
            "nothing-there",
            "{location: {path: no/such/backup, storage: %s}}".formatted(workspace.s3()),
            "shop",
            "nothing",
            "")
        .restore(
            "above-the-backup",
            "{location: {path: %s/shop, storage: %s}}"
                .formatted(workspace.namespace(), workspace.s3()),
            "shop",
            "nothing",
            "");

    // Then
    workspace.failedRestore("exists", Reason.DATABASE_EXISTS);
    workspace.failedRestore("not-empty", Reason.DATABASE_NOT_EMPTY);
    workspace.failedRestore("absent", Reason.DATABASE_NOT_FOUND);
    workspace.failedRestore("no-right", Reason.PERMISSION_DENIED);
    workspace.failedRestore("nothing-there", Reason.STORAGE_NOT_FOUND);
    workspace.failedRestore("above-the-backup", Reason.STORAGE_NOT_FOUND);
    assertThat(full.contents()).containsExactlyEntriesOf(before);
    for (var name : List.of("absent", "poor_copy", "nothing")) {
      assertThat(server.has(name)).as(name).isFalse();
    }
    assertThat(cluster.s3().keys(nightly.getStatus().resolved().path()))
        .hasSize(Workspace.FILES_OF_A_BACKUP);
  }

  @ConcurrentTest
  void strangeNamesAndPasswordsWork(Cluster cluster, Workspace workspace) {
    // Given
    var punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ ";
    var shop =
        TestDatabase.create(
                cluster.postgres(17),
                "we\"ird 'n\\ame =ü🐘 %s $(x)",
                "rö le' \"x\"=\\ 🔑",
                punctuation)
            .withSample();
    var before = shop.contents();
    var longName =
        "n".repeat(63) + "." + "o".repeat(63) + "." + "p".repeat(63) + ".".concat("q".repeat(61));
    assertThat(longName).hasSize(253);
    workspace.connection(longName, shop);
    var copy = "çopy \"of\" 'x' \\ " + "ü".repeat(20);

    // When
    workspace
        .backup(longName, longName, workspace.s3(), "displayName: 'Nachtlauf 🌙'")
        .backup("plain", longName, workspace.volume("volume"), "format: Plain")
        .restore(longName, "{backupRef: {name: %s}}".formatted(longName), longName, copy, "")
        .restore("plain", "{backupRef: {name: plain}}", longName, "plain copy", "");

    // Then
    workspace.completedRestore(longName);
    workspace.completedRestore("plain");
    assertThat(shop.sibling(copy).contents()).containsExactlyEntriesOf(before);
    assertThat(shop.sibling("plain copy").contents()).containsExactlyEntriesOf(before);
    assertThat(workspace.jobs())
        .extracting(job -> job.getMetadata().getName())
        .allSatisfy(name -> assertThat(name).hasSizeLessThanOrEqualTo(63));
    assertThat(workspace.get(Backup.class, longName).getStatus().logTail())
        .doesNotContain(punctuation);
  }

  @ConcurrentTest
  void connectionStringsWork(Cluster cluster, Workspace workspace) {
    // Given
    var password = "p@ss:w/rd?&=%#'\\ \"x\"";
    var shop = TestDatabase.create(cluster.postgres(17), "string db", "string user", password);
    shop.withSample();
    var uri =
        "postgresql://string%%20user:%s@%s:5432/string%%20db?sslmode=require&connect_timeout=5"
            .formatted(
                URLEncoder.encode(password, StandardCharsets.UTF_8).replace("+", "%20"),
                shop.server().host());
    var keywords =
        "host = %s port=5432 dbname='string db' user='string user' password='%s'"
            .formatted(shop.server().host(), password.replace("\\", "\\\\").replace("'", "\\'"));
    workspace.secret(
        "strings", Map.of("uri", uri, "keywords", keywords + "\n", "file", uri + "&passfile=/x"));

    // When
    for (var key : List.of("uri", "keywords", "file")) {
      workspace.apply(
          """
          apiVersion: pgcask.io/v1alpha1
          kind: PostgresConnection
          metadata: {name: %1$s}
          spec:
            connectionString: {secretRef: {name: strings, key: %1$s}}
          """
              .formatted(key));
    }
    workspace
        .backup("uri", "uri", workspace.s3(), "")
        .backup("keywords", "keywords", workspace.s3(), "format: Plain");

    // Then
    workspace.completedBackup("uri");
    workspace.completedBackup("keywords");
    var refused = notReady(workspace, "file");
    assertThat(refused.reason()).isEqualTo(Reason.INVALID_CONNECTION_STRING.word());
    assertThat(refused.message()).contains("passfile").doesNotContain(password);
  }

  @ConcurrentTest
  void aCertificateIsCheckedAsAsked(Cluster cluster, Workspace workspace) {
    // Given
    var shop = TestDatabase.create(cluster.postgres(17), "tls", "tls", "secret").withSample();
    workspace.secret("ca", Map.of("ca.crt", shop.server().certificate()));
    workspace.secret("other-ca", Map.of("ca.crt", cluster.postgres(16).certificate()));
    var secret = "passwordSecretRef: {name: shop, key: password}";
    workspace.secret("shop", Map.of("password", "secret"));

    // When
    var host = shop.server().host();
    standard(
        workspace, "good", host, "tls", secret, "tls: {mode: verify-ca, caSecretRef: {name: ca}}");
    standard(
        workspace,
        "other-name",
        host,
        "tls",
        secret,
        "tls: {mode: verify-full, caSecretRef: {name: ca}}");
    standard(
        workspace,
        "other-ca",
        host,
        "tls",
        secret,
        "tls: {mode: verify-ca, caSecretRef: {name: other-ca}}");
    workspace.backup("nightly", "good", workspace.s3(), "");

    // Then
    workspace.completedBackup("nightly");
    assertThat(workspace.get(PostgresConnection.class, "good").getStatus().tlsInUse()).isTrue();
    assertThat(notReady(workspace, "other-name").reason()).isEqualTo(Reason.TLS_FAILED.word());
    assertThat(notReady(workspace, "other-ca").reason()).isEqualTo(Reason.TLS_FAILED.word());
  }

  // --- sudden death ---

  @ConcurrentTest
  void pgDumpKilledInTheMiddle(Cluster cluster, Workspace workspace) throws Exception {
    var failed =
        brokenInTheMiddle(
            cluster, workspace, "", (pod, dump) -> signalPgDump("KILL", workspace, pod));
    assertThat(failed.getStatus().reason()).isEqualTo(Reason.DUMP_KILLED.word());
  }

  @ConcurrentTest
  void podKilledInTheMiddle(Cluster cluster, Workspace workspace) throws Exception {
    var failed =
        brokenInTheMiddle(
            cluster,
            workspace,
            "retries: 0",
            (pod, dump) -> cluster.client().resource(pod).withGracePeriod(0).delete());
    // Kubernetes grants the runner a moment in which it may or may not say that it was stopped.
    assertThat(failed.getStatus().reason())
        .isIn(Reason.RESULT_LOST.word(), Reason.POD_EVICTED.word());
  }

  @ConcurrentTest
  void runnerKilledInTheMiddle(Cluster cluster, Workspace workspace) throws Exception {
    assumeTrue(cluster.node().isPresent(), "the node is not ours");
    var failed =
        brokenInTheMiddle(
            cluster,
            workspace,
            "retries: 0",
            (pod, dump) -> cluster.node().orElseThrow().kill("RunnerMain", pod));
    assertThat(failed.getStatus().reason()).isEqualTo(Reason.RESULT_LOST.word());
  }

  @ConcurrentTest
  void cancelledInTheMiddle(Cluster cluster, Workspace workspace) throws Exception {
    var failed =
        brokenInTheMiddle(
            cluster,
            workspace,
            "",
            (pod, dump) -> workspace.patchSpec(Backup.class, "nightly", "{\"cancel\":true}"));
    assertThat(failed.getStatus().reason()).isEqualTo(Reason.CANCELLED.word());
  }

  @ConcurrentTest
  void stalledInTheMiddle(Cluster cluster, Workspace workspace) throws Exception {
    var failed =
        brokenInTheMiddle(
            cluster,
            workspace,
            "stallTimeoutSeconds: 10",
            (pod, dump) -> {
              signalPgDump("STOP", workspace, pod);
              dump.goOn(); // Until it waits for its client: one that computes is not stalled.
            });
    assertThat(failed.getStatus().reason()).isEqualTo(Reason.STALLED.word());
  }

  @ConcurrentTest
  void deletedInTheMiddle(Cluster cluster, Workspace workspace) throws Exception {
    // Given
    workspace.connection("shop", bulk);
    workspace.backup("nightly", "shop", workspace.s3(), "deletionPolicy: Delete");
    try (var dump =
        CopyInTheMiddle.of(
            workspace.backup("nightly"), bulk.server(), () -> uploading(workspace))) {

      // When
      workspace.delete(Backup.class, "nightly");

      // Then
      workspace.awaitGone(Backup.class, "nightly");
      assertNothingLeft(workspace);
      await().until(() -> workspace.jobs().isEmpty());
    }
  }

  @ConcurrentTest
  void restoreCancelledInTheMiddle(Cluster cluster, Workspace workspace) throws Exception {
    // Given
    workspace.connection("shop", bulk);
    workspace.backup("nightly", "shop", workspace.s3(), "");
    workspace.completedBackup("nightly");
    workspace.restore("copy", "{backupRef: {name: nightly}}", "shop", "cancelled_copy", "");
    try (var load = CopyInTheMiddle.of(workspace.restore("copy"), bulk.server(), () -> true)) {

      // When
      workspace.patchSpec(Restore.class, "copy", "{\"cancel\":true}");

      // Then
      var failed = workspace.failedRestore("copy", Reason.CANCELLED);
      assertThat(failed.getStatus().message()).contains("cancelled_copy", "in part");
    }
    await().until(() -> workspace.jobs().size() == 1);
  }

  @ConcurrentTest
  void namespaceDeletedInTheMiddle(Cluster cluster, Workspace workspace) throws Exception {
    // Given
    workspace.connection("shop", bulk, "maxConcurrentJobs: 1");
    workspace.backup("ended", "shop", workspace.s3(), "deletionPolicy: Delete\ndatabase: postgres");
    workspace.completedBackup("ended");
    workspace
        .backup("running", "shop", workspace.s3(), "")
        .restore("waiting", "{backupRef: {name: running}}", "shop", "nsgone_copy", "");
    try (var dump =
        CopyInTheMiddle.of(
            workspace.backup("running"), bulk.server(), () -> uploading(workspace))) {
      workspace.backup("queued", "shop", workspace.s3(), "");

      // When
      workspace.delete();

      // Then
      await("the namespace is gone")
          .atMost(Duration.ofSeconds(90))
          .until(
              () ->
                  cluster.client().resources(Namespace.class).withName(workspace.namespace()).get()
                      == null);
    }
    assertThat(cluster.s3().unfinishedUploads(workspace.namespace())).isEmpty();
  }

  @ConcurrentTest
  void onAVolumeNothingIsLeftEither(Cluster cluster, Workspace workspace) throws Exception {
    // Given
    assumeTrue(cluster.node().isPresent(), "the node is not ours");
    workspace.connection("shop", bulk);
    var volume = workspace.volume("volume");
    workspace.backup("killed", "shop", volume, "retries: 0");
    try (var dump = CopyInTheMiddle.of(workspace.backup("killed"), bulk.server(), () -> true)) {

      // When
      cluster.node().orElseThrow().kill("RunnerMain", runnerPod(workspace));

      // Then
      workspace.failedBackup("killed", Reason.RESULT_LOST);
    }
    assertThat(workspace.filesOn("volume")).isEmpty();
  }

  // --- deletion ---

  @ConcurrentTest
  void deletionPolicyDecidesWhatBecomesOfTheData(Cluster cluster, Workspace workspace) {
    // Given
    var shop = TestDatabase.create(cluster.postgres(17), "policy", "policy", "secret");
    workspace.connection("shop", shop.withSample(), "maxConcurrentJobs: 5");
    var volume = workspace.volume("volume");
    workspace
        .backup("s3-deleted", "shop", workspace.s3(), "deletionPolicy: Delete")
        .backup("s3-kept", "shop", workspace.s3(), "")
        .backup("changed", "shop", workspace.s3(), "deletionPolicy: Delete")
        .backup("volume-deleted", "shop", volume, "deletionPolicy: Delete")
        .backup("volume-kept", "shop", volume, "deletionPolicy: Retain");
    var names = List.of("s3-deleted", "s3-kept", "changed", "volume-deleted", "volume-kept");
    names.forEach(workspace::completedBackup);
    var kept = path(workspace, "s3-kept");
    var changed = path(workspace, "changed");
    var volumeKept = path(workspace, "volume-kept");
    workspace.patchSpec(Backup.class, "changed", "{\"deletionPolicy\":\"Retain\"}");

    // When
    names.forEach(name -> workspace.delete(Backup.class, name));
    names.forEach(name -> workspace.awaitGone(Backup.class, name));

    // Then
    assertThat(cluster.s3().keys(workspace.namespace()))
        .hasSize(2 * Workspace.FILES_OF_A_BACKUP)
        .allMatch(key -> key.startsWith(kept) || key.startsWith(changed));
    assertThat(workspace.filesOn("volume"))
        .hasSize(Workspace.FILES_OF_A_BACKUP)
        .allMatch(file -> file.startsWith(volumeKept));
    workspace.awaitEvents("s3-deleted", "DataDeleted");
    workspace.awaitEvents("volume-deleted", "DataDeleted");
  }

  @ConcurrentTest
  void whatHasExpiredIsDeletedAndStaysAsARecordUnlessItIsHeld(Cluster cluster, Workspace workspace)
      throws Exception {
    // Given
    var shop = TestDatabase.create(cluster.postgres(17), "expiry", "expiry", "secret");
    workspace.connection("shop", shop.withSample(), "maxConcurrentJobs: 4");
    workspace
        .backup("expires", "shop", workspace.s3(), "expiresAfter: 1m")
        .backup("on-volume", "shop", workspace.volume("volume"), "expiresAfter: 1m")
        .backup("held", "shop", workspace.s3(), "expiresAfter: 1m\nhold: true")
        .backup("deleted", "shop", workspace.s3(), "deletionPolicy: Delete\nhold: true");
    var names = List.of("expires", "on-volume", "held", "deleted");
    for (var backup : names.stream().map(workspace::completedBackup).toList()) {
      assertThat(backup.getStatus().sizeBytes()).isPositive();
    }
    var held = path(workspace, "held");
    var deleted = path(workspace, "deleted");

    // When
    workspace.delete(Backup.class, "deleted");
    for (var name : List.of("expires", "on-volume")) {
      workspace.await(
          Backup.class, name, backup -> backup.getStatus().phase() == BackupPhase.EXPIRED);
    }
    workspace.restore("late", "{backupRef: {name: expires}}", "shop", "expiry_copy", "");

    // Then
    workspace.failedRestore("late", Reason.BACKUP_EXPIRED);
    workspace.awaitGone(Backup.class, "deleted");
    workspace.awaitEvents("deleted", "DataLeftBehind");
    assertThat(cluster.s3().keys(workspace.namespace()))
        .hasSize(2 * Workspace.FILES_OF_A_BACKUP)
        .allMatch(key -> key.startsWith(held) || key.startsWith(deleted));
    assertThat(workspace.filesOn("volume")).isEmpty();
    assertThat(workspace.backup("held").getStatus().phase()).isEqualTo(BackupPhase.COMPLETED);

    // When
    workspace.patchSpec(Backup.class, "held", "{\"hold\":false}");

    // Then
    workspace.await(
        Backup.class, "held", backup -> backup.getStatus().phase() == BackupPhase.EXPIRED);
    assertThat(cluster.s3().keys(workspace.namespace())).allMatch(key -> key.startsWith(deleted));
    workspace.awaitEvents("held", "DataDeleted");
  }

  @ConcurrentTest
  void expiryWaitsForReadersAndForStorageAndOnceBegunGoesOn(Cluster cluster, Workspace workspace) {
    // Given a backup in a storage that can be taken away, and a Restore that waits to read it
    var s3 = cluster.s3();
    var shop = TestDatabase.create(cluster.postgres(17), "patient", "patient", "secret");
    workspace.connection("shop", shop.withSample());
    workspace.service("s3", s3.host(), 9000);
    var storage = workspace.s3().replaceFirst("endpoint: \"[^\"]+\"", "endpoint: 'http://s3:9000'");
    workspace.backup("expires", "shop", storage, "expiresAfter: 1m");
    var expires = workspace.completedBackup("expires").getStatus().completionTime().plusSeconds(60);
    workspace.restore("reader", "{backupRef: {name: expires}}", "no-such", "patient_copy", "");

    // Then it outlives its time
    await()
        .atMost(Duration.ofSeconds(100))
        .until(() -> Instant.now().isAfter(expires.plusSeconds(12)));
    assertThat(workspace.backup("expires").getStatus().phase()).isEqualTo(BackupPhase.COMPLETED);

    // When nobody reads it any more, storage is away, and somebody thinks better of it too late
    workspace.service("s3", s3.host(), 9000, 1);
    workspace.delete(Restore.class, "reader");
    workspace.await(
        Backup.class, "expires", backup -> backup.getStatus().phase() == BackupPhase.DELETING);
    workspace.patchSpec(Backup.class, "expires", "{\"hold\":true}");
    assertThat(s3.keys(workspace.namespace())).isNotEmpty();
    workspace.service("s3", s3.host(), 9000);

    // Then it goes as it had begun to
    workspace.await(
        Backup.class, "expires", backup -> backup.getStatus().phase() == BackupPhase.EXPIRED);
    assertThat(s3.keys(workspace.namespace())).isEmpty();
  }

  @ConcurrentTest
  void dataThatCannotBeDeletedDoesNotHoldTheResource(Cluster cluster, Workspace workspace) {
    // Given
    var shop = TestDatabase.create(cluster.postgres(17), "left", "left", "secret");
    workspace.connection("shop", shop.withSample());
    workspace.backup("nightly", "shop", workspace.s3(), "deletionPolicy: Delete");
    workspace.completedBackup("nightly");
    cluster.client().secrets().inNamespace(workspace.namespace()).withName("s3").delete();

    // When
    workspace.delete(Backup.class, "nightly");

    // Then
    workspace.awaitGone(Backup.class, "nightly");
    workspace.awaitEvents("nightly", "DataLeftBehind");
    assertThat(cluster.s3().keys(workspace.namespace())).hasSize(Workspace.FILES_OF_A_BACKUP);
  }

  // --- queue and deadlines ---

  @ConcurrentTest
  void aFullConnectionQueuesFirstComeFirstServed(Cluster cluster, Workspace workspace)
      throws Exception {
    // Given
    var shop = TestDatabase.create(cluster.postgres(17), "queue", "queue", "secret").withSample();
    workspace.connection("shop", shop, "maxConcurrentJobs: 1");
    try (var pods = History.of(workspace, Pod.class);
        var lock = shop.connect()) {
      lock.setAutoCommit(false);
      lock.createStatement().execute("LOCK TABLE purchase IN ACCESS EXCLUSIVE MODE");
      workspace.backup("first", "shop", workspace.s3(), "");
      workspace.await(
          Backup.class, "first", backup -> backup.getStatus().phase() == BackupPhase.RUNNING);
      // Names against the order of time, and a second between them, which is what Kubernetes tells.
      for (var name : List.of("z-second", "m-third", "a-fourth")) {
        workspace.backup(name, "shop", workspace.s3(), "");
        var created = workspace.backup(name).getMetadata().getCreationTimestamp();
        await()
            .until(
                () ->
                    java.time.Instant.now()
                        .isAfter(java.time.Instant.parse(created).plusMillis(1100)));
      }

      // When
      for (var name : List.of("z-second", "m-third", "a-fourth")) {
        var queued =
            workspace.await(
                Backup.class,
                name,
                backup ->
                    backup.getStatus().phase() == BackupPhase.QUEUED
                        && backup.getStatus().message().contains("1 of 1 places"));
        assertThat(queued.getStatus().reason()).isEqualTo(Reason.QUEUED.word());
      }
      assertThat(workspace.pods()).hasSize(1);
      lock.rollback();

      // Then
      var order = List.of("first", "z-second", "m-third", "a-fourth");
      var starts = order.stream().map(name -> workspace.completedBackup(name).getStatus()).toList();
      for (int i = 1; i < order.size(); i++) {
        assertThat(starts.get(i).startTime())
            .as("%s begins after %s has ended", order.get(i), order.get(i - 1))
            .isAfterOrEqualTo(starts.get(i - 1).completionTime());
      }
    }
  }

  @ConcurrentTest
  void aPodThatIsNotAllowedEndsWithTheReason(Cluster cluster, Workspace workspace) {
    assertQuotaEndsWithTheReason(cluster, workspace, "pods");
  }

  @ConcurrentTest
  void aJobThatIsNotAllowedEndsWithTheReason(Cluster cluster, Workspace workspace) {
    assertQuotaEndsWithTheReason(cluster, workspace, "count/jobs.batch");
  }

  private static void assertQuotaEndsWithTheReason(
      Cluster cluster, Workspace workspace, String resource) {
    // Given
    var database = "quota_" + resource.substring(0, 1);
    var shop = TestDatabase.create(cluster.postgres(17), database, database, "secret");
    workspace.connection("shop", shop);
    workspace.apply(
        """
        apiVersion: v1
        kind: ResourceQuota
        metadata: {name: nothing}
        spec: {hard: {%s: "0"}}
        """
            .formatted(resource));
    workspace.await(
        ResourceQuota.class,
        "nothing",
        quota -> quota.getStatus() != null && quota.getStatus().getHard() != null);

    // When
    workspace
        .backup("backup", "shop", workspace.s3(), "pendingDeadlineSeconds: 10")
        .restore(
            "restore",
            "{location: {path: a/b, storage: %s}}".formatted(workspace.s3()),
            "shop",
            database + "_copy",
            "pendingDeadlineSeconds: 10");

    // Then
    workspace.failedBackup("backup", Reason.QUOTA_EXCEEDED);
    workspace.failedRestore("restore", Reason.QUOTA_EXCEEDED);
    await().until(() -> workspace.jobs().isEmpty());
  }

  // --- parts ---

  /** What becomes of a dump that stands still in the middle. */
  @FunctionalInterface
  private interface Blow {
    void strike(Pod pod, CopyInTheMiddle dump);
  }

  /** A dump of some size, broken in the middle; it must fail and leave nothing. */
  private static Backup brokenInTheMiddle(
      Cluster cluster, Workspace workspace, String more, Blow blow) throws Exception {
    // Given
    workspace.connection("shop", bulk);
    workspace.backup("nightly", "shop", workspace.s3(), more);
    try (var dump =
        CopyInTheMiddle.of(
            workspace.backup("nightly"), bulk.server(), () -> uploading(workspace))) {
      assertThat(workspace.cluster().s3().keys(workspace.namespace()))
          .as("nothing is visible before the end")
          .isEmpty();

      // When
      blow.strike(runnerPod(workspace), dump);
      var ended = workspace.endedBackup("nightly");

      // Then
      assertThat(ended.getStatus().phase()).isEqualTo(BackupPhase.FAILED);
      assertNothingLeft(workspace);
      return ended;
    }
  }

  private static boolean uploading(Workspace workspace) {
    return !workspace.cluster().s3().unfinishedUploads(workspace.namespace()).isEmpty();
  }

  private static void assertNothingLeft(Workspace workspace) {
    var s3 = workspace.cluster().s3();
    assertThat(s3.keys(workspace.namespace())).isEmpty();
    assertThat(s3.unfinishedUploads(workspace.namespace())).isEmpty();
  }

  private static Pod runnerPod(Workspace workspace) {
    assertThat(workspace.pods()).hasSize(1);
    return workspace.pods().getFirst();
  }

  private static void signalPgDump(String signal, Workspace workspace, Pod pod) {
    // The image has no kill of its own, and /proc tells who is who.
    var script =
        """
        for p in /proc/[0-9]*; do
          case $(cat $p/comm 2>/dev/null) in pg_dump) kill -%s ${p#/proc/};; esac
        done
        """;
    inPod(workspace, pod, script.formatted(signal));
  }

  private static void inPod(Workspace workspace, Pod pod, String script) {
    workspace
        .cluster()
        .kubectl()
        .attempt(
            "exec",
            "--namespace=" + workspace.namespace(),
            pod.getMetadata().getName(),
            "--",
            "sh",
            "-c",
            script);
  }

  private static String path(Workspace workspace, String backup) {
    return workspace.backup(backup).getStatus().resolved().path();
  }

  private static Condition notReady(Workspace workspace, String name) {
    return workspace
        .await(
            PostgresConnection.class,
            name,
            connection ->
                connection.getStatus().conditions() != null && !Workspace.isReady(connection))
        .getStatus()
        .conditions()
        .stream()
        .filter(condition -> condition.type().equals(Condition.READY))
        .findFirst()
        .orElseThrow();
  }

  private static void standard(
      Workspace workspace, String name, String host, String database, String password) {
    standard(workspace, name, host, database, password, "");
  }

  private static void standard(
      Workspace workspace,
      String name,
      String host,
      String database,
      String password,
      String more) {
    workspace.apply(
        """
        apiVersion: pgcask.io/v1alpha1
        kind: PostgresConnection
        metadata: {name: %s}
        spec:
          standard:
            host: %s
            database: %s
            user: %s
            %s
        %s
        """
            .formatted(name, host, database, database, password, more.indent(2)));
  }
}
