package io.pgcask.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.PlanRow;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.Restore;
import io.pgcask.api.v1alpha1.RestorePhase;
import io.pgcask.api.v1alpha1.VerificationResult;
import io.pgcask.contract.Manifest;
import io.pgcask.contract.ReplacementNames;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From {@code kubectl apply} of a Backup to identical rows in another database. */
@OnCluster
class MainJobIT {

  /** Made for these tests with age-keygen. */
  static final String RECIPIENT = "age1apve0lfhylggqek2ndtys7cedkcpv7kasu4yw8xp68muekslpydqplnx93";

  static final String IDENTITY =
      "AGE-SECRET-KEY-16AJLZDMV2TT73P0WCJ07TZP40GACMT4NU34PEAAQH0V5CNWXSD0S3RN2WZ";

  private static final String DATABASE = "main job";

  /** Every format, storage and mode of each major is in RoundTripIT, with the same image. */
  @Execution(ExecutionMode.CONCURRENT)
  @ParameterizedTest(name = "PostgreSQL {0}")
  @ValueSource(ints = {14, 15, 16, 18})
  void everyMajorComesBack(int major, Cluster cluster, Workspace workspace) {
    // Given
    var shop =
        TestDatabase.create(cluster.postgres(major), DATABASE, "main_owner", "secret").withSample();
    var before = shop.contents();
    workspace.connection("shop", shop);

    // When
    workspace
        .backup("nightly", "shop", workspace.s3(), "")
        .restore("copy", "{backupRef: {name: nightly}}", "shop", "from bucket", "jobs: 2")
        .completedRestore("copy");

    // Then
    assertThat(workspace.backup("nightly").getStatus().serverVersion()).startsWith(major + ".");
    assertThat(shop.sibling("from bucket").contents()).containsExactlyEntriesOf(before);
    assertThat(shop.contents()).as("the original").containsExactlyEntriesOf(before);
  }

  @ConcurrentTest
  void whatIsBackedUpComesBack(Cluster cluster, Workspace workspace) {
    // Given
    var shop =
        TestDatabase.create(cluster.postgres(17), DATABASE, "main_owner", "secret").withSample();
    var before = shop.contents();
    workspace.connection("shop", shop, "maxConcurrentJobs: 4");
    var bucket = workspace.s3();
    var volume = workspace.volume("volume");

    // When
    workspace
        .backup("to-bucket", "shop", bucket, "")
        .backup("to-volume", "shop", volume, "")
        .backup("plain", "shop", bucket, "format: Plain");
    var toBucket = workspace.completedBackup("to-bucket");
    workspace.completedBackup("to-volume");
    workspace.completedBackup("plain");
    assertThat(toBucket.getStatus().progress())
        .satisfies(
            progress -> {
              assertThat(progress.percent()).isEqualTo(100);
              assertThat(progress.currentObject()).isNull();
            });
    var empty = shop.createSibling("into empty");
    workspace
        .restore("new", "{backupRef: {name: to-bucket}}", "shop", "from bucket", "jobs: 2")
        .restore("old", location(toBucket, bucket), "shop", empty.name(), "mode: IntoEmpty")
        .restore("from-volume", "{backupRef: {name: to-volume}}", "shop", "from volume", "")
        .restore("from-plain", "{backupRef: {name: plain}}", "shop", "from plain", "");

    // Then
    var parallel = workspace.completedRestore("new").getStatus().progress();
    assertThat(parallel.percent()).isEqualTo(100);
    assertThat(parallel.entries()).isPositive().isEqualTo(parallel.entriesDone());
    workspace.completedRestore("old");
    workspace.completedRestore("from-volume");
    workspace.completedRestore("from-plain");
    for (var copy : List.of("from bucket", "into empty", "from volume", "from plain")) {
      assertThat(shop.sibling(copy).contents()).as(copy).containsExactlyEntriesOf(before);
    }
    assertThat(shop.contents()).as("the original").containsExactlyEntriesOf(before);
  }

  /** Each with each format is in RoundTripIT, with the same image. */
  @ConcurrentTest
  void everyCompressionComesBack(Cluster cluster, Workspace workspace) {
    // Given
    var shop =
        TestDatabase.create(cluster.postgres(17), "compressed", "compressed", "secret")
            .withSample();
    var before = shop.contents();
    workspace.connection("shop", shop, "maxConcurrentJobs: 4");
    var outputs =
        Map.of(
            "zstd", "format: Custom\ncompression: {method: zstd, level: 3}",
            "lz4", "format: Plain\ncompression: {method: lz4}",
            "gzip", "format: Custom\ncompression: {method: gzip, level: 9}",
            "none", "format: Plain\ncompression: {method: none}");

    // When
    outputs.forEach(
        (name, output) ->
            workspace
                .backup(name, "shop", workspace.s3(), output)
                .restore(
                    name, "{backupRef: {name: %s}}".formatted(name), "shop", "copy " + name, ""));

    // Then
    for (var name : outputs.keySet()) {
      workspace.completedBackup(name);
      workspace.completedRestore(name);
      assertThat(shop.sibling("copy " + name).contents()).as(name).containsExactlyEntriesOf(before);
    }
  }

  @ConcurrentTest
  void whatIsEncryptedComesBackByTheIdentityAlone(Cluster cluster, Workspace workspace)
      throws Exception {
    // Given
    var shop = TestDatabase.create(cluster.postgres(17), "crypt", "crypt", "secret").withSample();
    workspace.connection("shop", shop, "maxConcurrentJobs: 4");
    workspace.secret("keys", Map.of("recipients", RECIPIENT + "\n", "identity", IDENTITY + "\n"));
    var volume = workspace.volume("volume");
    for (var format : List.of("Custom", "Directory", "Tar", "Plain")) {
      workspace.backup(
          format.toLowerCase(Locale.ROOT),
          "shop",
          format.equals("Tar") ? volume : workspace.s3(),
          """
          format: %s
          encryption: {age: {recipientsSecretRef: {name: keys, key: recipients}}}
          verification: {level: Parse, identitySecretRef: {name: keys, key: identity}}
          """
              .formatted(format));
    }
    for (var name : List.of("custom", "directory", "tar", "plain")) {
      workspace.restore(
          name,
          "{backupRef: {name: %s}}".formatted(name),
          "shop",
          "crypt_" + name,
          "decryption: {ageIdentitySecretRef: {name: keys, key: identity}}");
    }
    workspace.restore("blind", "{backupRef: {name: custom}}", "shop", "crypt_blind", "");

    // Then
    for (var name : List.of("custom", "directory", "tar", "plain")) {
      var backup = workspace.completedBackup(name);
      assertThat(backup.getStatus().verification().result())
          .as(backup.getStatus().verification().message())
          .isEqualTo(VerificationResult.PASSED);
      assertThat(backup.getStatus().conditions())
          .anyMatch(condition -> condition.type().equals("Verified") && condition.holds());
      workspace.completedRestore(name);
      assertThat(shop.sibling("crypt_" + name).contents())
          .containsExactlyEntriesOf(shop.contents());
    }
    workspace.failedRestore("blind", Reason.NO_MATCHING_IDENTITY);
    assertThat(cluster.postgres(17).has("crypt_blind")).isFalse();
    assertThat(cluster.s3().keys(workspace.namespace()))
        .allMatch(key -> key.endsWith(".age") || key.matches(".*\\.(json|md)"));
  }

  @ConcurrentTest
  void aDatabaseIsReplacedInPlace(Cluster cluster, Workspace workspace) {
    // Given a backup of a database in which people have worked since
    var shop =
        TestDatabase.create(cluster.postgres(17), "in place", "in_place", "secret").withSample();
    var before = shop.contents();
    workspace.connection("shop", shop);
    workspace.backup("nightly", "shop", workspace.s3(), "");
    workspace.completedBackup("nightly");
    shop.execute("CREATE TABLE since AS SELECT 1 AS i");
    var since = shop.contents();
    var source = "{backupRef: {name: nightly}}";
    var replace =
        """
        mode: Replace
        confirm: in place
        notAfter: "%s"
        """;
    var past = replace.formatted("2020-01-01T00:00:00Z");
    var future = replace.formatted("2999-01-01T00:00:00Z");

    // When it is only asked for, or asked for too late, then nothing happens
    workspace
        .restore("late", source, "shop", shop.name(), past)
        .restore("dry", source, "shop", shop.name(), future + "dryRun: true\n");
    var late = workspace.failedRestore("late", Reason.EXPIRED);
    var dry = workspace.completedRestore("dry");
    assertThat(late.getStatus().jobName()).as("no Job was made").isNull();
    assertThat(dry.getStatus().reason()).isEqualTo(Reason.DRY_RUN.word());
    assertThat(dry.getStatus().plan()).extracting(PlanRow::check).contains("sessions", "names");
    assertThat(shop.contents()).containsExactlyEntriesOf(since);

    // When it is done
    workspace.restore("now", source, "shop", shop.name(), future + "terminateConnections: true\n");
    var restored = workspace.completedRestore("now");

    // Then the backup is in its place, and what was there is aside
    var kept = ReplacementNames.of(shop.name(), restored.getMetadata().getUid()).kept();
    assertThat(restored.getStatus().message()).contains("is kept as database " + kept);
    assertThat(shop.contents()).containsExactlyEntriesOf(before);
    assertThat(shop.sibling(kept).contents()).containsExactlyEntriesOf(since);
    assertThat(restored.getStatus().keptDatabase().name()).isEqualTo(kept);
    assertThat(restored.getStatus().keptDatabase().dropTime()).as("not by us").isNull();
  }

  @ConcurrentTest
  void aRestoreChoosesABackupOfASchedule(Cluster cluster, Workspace workspace) {
    // Given a Restore of what a schedule has not made yet
    var shop =
        TestDatabase.create(cluster.postgres(17), "scheduled", "scheduled", "secret").withSample();
    var before = shop.contents();
    workspace.connection("shop", shop, "maxConcurrentJobs: 4");
    var latest = "{schedule: {name: nightly, latest: true}}";
    workspace.restore("waiting", latest, "shop", "scheduled_waiting", "");
    var waiting =
        workspace.await(
            Restore.class,
            "waiting",
            restore ->
                restore.getStatus() != null
                    && Reason.NO_FITTING_BACKUP.word().equals(restore.getStatus().reason()));
    assertThat(waiting.getStatus().phase()).isEqualTo(RestorePhase.QUEUED);
    assertThat(waiting.getStatus().source()).isEqualTo("latest of schedule nightly");

    // When it makes two, and people work between them
    ofSchedule(workspace, "nightly-1");
    workspace.completedBackup("nightly-1");
    var first = workspace.completedRestore("waiting");
    shop.execute("CREATE TABLE since AS SELECT 1 AS i");
    var since = shop.contents();
    ofSchedule(workspace, "nightly-2");
    var second = workspace.completedBackup("nightly-2");
    workspace
        .restore("latest", latest, "shop", "scheduled_latest", "")
        .restore(
            "before",
            "{schedule: {name: nightly, before: \"%s\"}}"
                .formatted(second.getStatus().snapshotTime()),
            "shop",
            "scheduled_before",
            "");

    // Then each has taken the one that it asked for
    assertThat(first.getStatus().resolved().backup()).isEqualTo("nightly-1");
    assertThat(first.getStatus().source()).isEqualTo("nightly-1 (latest of schedule nightly)");
    assertThat(workspace.completedRestore("latest").getStatus().resolved().backup())
        .isEqualTo("nightly-2");
    assertThat(workspace.completedRestore("before").getStatus().resolved().backup())
        .isEqualTo("nightly-1");
    assertThat(shop.sibling("scheduled_waiting").contents()).containsExactlyEntriesOf(before);
    assertThat(shop.sibling("scheduled_latest").contents()).containsExactlyEntriesOf(since);
    assertThat(shop.sibling("scheduled_before").contents()).containsExactlyEntriesOf(before);
  }

  /** As a BackupSchedule called nightly makes one. */
  private static void ofSchedule(Workspace workspace, String name) {
    workspace.apply(
        """
        apiVersion: pgcask.io/v1alpha1
        kind: Backup
        metadata:
          name: %s
          labels: {pgcask.io/schedule: nightly}
          annotations: {pgcask.io/schedule: nightly}
        spec:
          connectionRef: {name: shop}
          storage: %s
        """
            .formatted(name, workspace.s3()));
  }

  @ConcurrentTest
  void theBucketTellsItsOwnStory(Cluster cluster, Workspace workspace) {
    // Given
    var database =
        TestDatabase.create(cluster.postgres(17), "a/b \"c\" ü", "story", "secret").withSample();
    workspace.connection("shop", database);

    // When
    workspace.backup("nightly", "shop", workspace.s3(), "");
    var backup = workspace.completedBackup("nightly");

    // Then
    var status = backup.getStatus();
    var path = status.resolved().path();
    var dump = path + "/1/a%2Fb%20%22c%22%20%C3%BC.dump";
    assertThat(path)
        .isEqualTo(
            "%s/shop/nightly-%s"
                .formatted(workspace.namespace(), backup.getMetadata().getUid().substring(0, 8)));
    assertThat(status.location()).isEqualTo("s3://backups/" + path);
    assertThat(cluster.s3().keys(path))
        .containsExactly(
            dump,
            path + "/1/globals.sql",
            path + "/1/log.txt",
            path + "/RESTORE.md",
            path + "/manifest.json",
            path + "/verification.json");
    assertThat(cluster.s3().unfinishedUploads(path)).isEmpty();
    var manifest =
        Serialization.unmarshal(cluster.s3().text(path + "/manifest.json"), Manifest.class);
    assertThat(manifest.databases())
        .singleElement()
        .satisfies(
            dumped -> {
              assertThat(dumped.name()).isEqualTo(database.name());
              assertThat(dumped.properties().owner()).isEqualTo("story");
            });
    assertThat(manifest.dumpOf(database.name()).getFirst().objects())
        .singleElement()
        .satisfies(
            object -> {
              assertThat(path + "/" + object.path()).isEqualTo(dump);
              assertThat(object.sha256()).isEqualTo(status.sha256());
            });
    assertThat(status.serverVersion()).startsWith("17.");
    assertThat(status.toolVersion()).startsWith("17.");
    assertThat(status.sizeBytes()).isPositive();
    assertThat(status.warnings()).as("an ordinary database gives no warning").isNull();
    workspace.awaitEvents("nightly", "Starting", "Completed");
    assertThat(workspace.eventReasons("nightly"))
        .as("the story of an ordinary run")
        .isSubsetOf("Queued", "Starting", "Running", "Verifying", "Completed");
  }

  /** Two servers with databases of one name, which tell themselves apart by what they hold. */
  @ConcurrentTest
  void aBackupIsReadFromTheReadHostAndRestoredOnTheOther(Cluster cluster, Workspace workspace) {
    // Given
    var shop = TestDatabase.create(cluster.postgres(17), "apart", "apart", "secret").withSample();
    var standby = TestDatabase.create(cluster.postgres(16), "apart", "apart", "secret");
    standby.execute("CREATE TABLE only_there AS SELECT 1 AS i");
    workspace.connection("shop", shop, "readHost: " + standby.server().host());

    // When
    workspace
        .backup("nightly", "shop", workspace.s3(), "")
        .restore("copy", "{backupRef: {name: nightly}}", "shop", "apart_copy", "");

    // Then
    var backup = workspace.completedBackup("nightly").getStatus();
    assertThat(backup.serverVersion()).startsWith("16.");
    assertThat(backup.resolved().connection().host()).isEqualTo(standby.server().host());
    workspace.completedRestore("copy");
    assertThat(shop.sibling("apart_copy").contents()).containsExactlyEntriesOf(standby.contents());
  }

  @ConcurrentTest
  void kubectlReadsWell(Cluster cluster, Workspace workspace) {
    // Given
    var shop = TestDatabase.create(cluster.postgres(17), "reads", "reads", "secret").withSample();
    workspace.connection("shop", shop);
    workspace
        .backup("nightly", "shop", workspace.s3(), "")
        .restore("copy", "{backupRef: {name: nightly}}", "shop", "reads_copy", "")
        .apply(
            """
            apiVersion: pgcask.io/v1alpha1
            kind: BackupSchedule
            metadata: {name: yearly}
            spec:
              schedule: "0 3 1 1 *"
              timeZone: Europe/Berlin
              template: {spec: {connectionRef: {name: shop}, storage: %s}}
            """
                .formatted(workspace.s3()));
    workspace.completedBackup("nightly");
    workspace.completedRestore("copy");

    // When
    var kubectl = cluster.kubectl();
    var namespace = "--namespace=" + workspace.namespace();
    var connections = kubectl.run("get", "pgconn", namespace);
    var backups = kubectl.run("get", "pgb", namespace);
    var wide = kubectl.run("get", "pgb", namespace, "-o", "wide");
    var restores = kubectl.run("get", "pgr", namespace);
    var schedules = kubectl.run("get", "pgbs", namespace);
    var all = kubectl.run("get", "pgcask", namespace);
    var explained = kubectl.run("explain", "backup.spec.compression");

    // Then
    assertThat(connections)
        .matches(
            """
            NAME +HOST +DATABASE +VERSION +READY +DUMP-READY +AGE
            shop +\\S+ +reads +17\\.\\d+ +True +True +\\S+
            """);
    assertThat(backups)
        .matches(
            """
            NAME +CONNECTION +PHASE +SIZE +DURATION +VERIFIED +EXPIRES +AGE
            nightly +shop +Completed +[0-9.]+ KiB +\\d+s +Passed +\\S+
            """);
    assertThat(wide)
        .matches(
            """
            NAME +CONNECTION +PHASE +SIZE +DURATION +VERIFIED +EXPIRES +AGE +LOCATION +REASON
            nightly +shop +Completed +.*s3://backups/\\S+/shop/nightly-\\w{8} +Completed
            """);
    assertThat(restores)
        .matches(
            """
            NAME +SOURCE +TARGET +DATABASE +MODE +PHASE +AGE
            copy +nightly +shop +reads_copy +CreateNew +Completed +\\S+
            """);
    assertThat(schedules)
        .matches(
            """
            NAME +SCHEDULE +TZ +SUSPEND +LAST-SUCCESS +NEXT +HEALTHY +AGE
            yearly +0 3 1 1 \\* +Europe/Berlin +false +\\d{4}-01-01T02:00:00Z +Unknown +\\S+
            """);
    assertThat(all.lines().filter(line -> !line.isBlank())).hasSize(8);
    assertThat(explained)
        .contains(
            "FIELD: compression <Object>", "zstd, lz4, gzip or none", "enum: gzip, lz4, none, zstd")
        .contains("-required-");
  }

  /** The place of a Backup, as somebody writes it who has only the bucket. */
  private static String location(Backup backup, String storage) {
    return "{location: {path: %s, storage: %s}}"
        .formatted(backup.getStatus().resolved().path(), storage);
  }
}
