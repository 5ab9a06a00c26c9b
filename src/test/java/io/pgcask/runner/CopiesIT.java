package io.pgcask.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pgcask.api.v1alpha1.BackupSpecBuilder;
import io.pgcask.api.v1alpha1.Compression;
import io.pgcask.api.v1alpha1.Compression.Method;
import io.pgcask.api.v1alpha1.DumpFormat;
import io.pgcask.api.v1alpha1.LocalObjectRef;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.RestoreMode;
import io.pgcask.api.v1alpha1.Storage;
import io.pgcask.api.v1alpha1.Verification;
import io.pgcask.api.v1alpha1.VerificationLevel;
import io.pgcask.api.v1alpha1.VerificationResult;
import io.pgcask.contract.Manifest;
import io.pgcask.contract.Mounts;
import io.pgcask.contract.Result;
import io.pgcask.contract.Task;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Copies are backups of their own, and one that fails takes nothing with it. */
@Tag("host")
class CopiesIT {
  private static final int MAJOR = 17;
  private static final String PASSWORD = "shop-password";
  private static final Storage VOLUME =
      new Storage(null, new Storage.PersistentVolumeClaim("copies", "copies"));

  @TempDir static Path scratch;

  private static RunnerFixture fixture;

  @BeforeAll
  static void start() throws Exception {
    fixture = new RunnerFixture(scratch);
    fixture.s3();
    fixture.server(MAJOR);
    fixture.sql(
        MAJOR,
        "postgres",
        "CREATE ROLE shop LOGIN CREATEDB PASSWORD '" + PASSWORD + "'",
        "CREATE DATABASE shop OWNER shop",
        "CREATE DATABASE big OWNER shop");
    try (var session = fixture.session(MAJOR, "shop", "shop", PASSWORD)) {
      SampleDatabase.fill(session, 2000);
    }
    try (var session = fixture.session(MAJOR, "big", "shop", PASSWORD);
        var statement = session.createStatement()) {
      // 300 MB of text, so that a copy is under way long enough to be disturbed
      statement.execute(
          "CREATE TABLE t AS SELECT g, repeat(md5(g::text), 30) AS x"
              + " FROM generate_series(1, 300000) g");
    }
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  @AfterEach
  void noUploadIsLeft() {
    assertThat(fixture.unfinishedUploads()).isZero();
  }

  private static Storage bucket(String prefix, String endpoint) {
    return new Storage(
        new Storage.S3(
            "backups", prefix, null, endpoint, true, new LocalObjectRef("s3-copies"), null),
        null);
  }

  private static Storage bucket() {
    return bucket("copies", "http://s3:9000");
  }

  private static Task.Backup backup(
      String database, DumpFormat format, Storage storage, Storage... copies) {
    return RunnerFixture.backup(
        RunnerFixture.at(MAJOR, database, "shop"),
        BackupSpecBuilder.builder()
            .format(format)
            .compression(new Compression(Method.NONE, null))
            .copies(List.of(copies))
            .build(),
        storage);
  }

  private static Task.Backup big(Storage storage, Storage... copies) {
    return backup("big", DumpFormat.CUSTOM, storage, copies);
  }

  /** The backup is there, whole, and has been read again; of the copy nothing is left. */
  private static void assertKept(Task.Backup task, RunnerFixture.Run run) throws Exception {
    assertThat(run.result().clean()).isTrue();
    assertThat(run.result().verification().result()).isEqualTo(VerificationResult.PASSED);
    assertThat(run.result().message()).startsWith("the backup in ").contains("and was kept");
    assertThat(fixture.objects(task)).contains(Manifest.NAME, "1/big.dump");
    assertThat(run.result().sizeBytes()).isEqualTo(fixture.manifest(task).storedBytes());
    var alone = new Task.Verify(task.uid(), hash(), null, task.storage(), List.of(), task.path());
    fixture.run(alone, "").succeeded();
  }

  private static Verification hash() {
    return new Verification(VerificationLevel.HASH, null, null);
  }

  @ParameterizedTest
  @EnumSource(DumpFormat.class)
  void eachCopyCanBeRestoredWithoutTheOthers(DumpFormat format) throws Exception {
    // Given
    var task = backup("shop", format, RunnerFixture.s3Storage(), VOLUME, bucket());

    // When
    var run = fixture.run(task, PASSWORD).succeeded();

    // Then all three hold the same
    var manifest = fixture.manifest(task);
    var objects = fixture.objects(task);
    assertThat(run.result().copies())
        .hasSize(2)
        .allSatisfy(
            copy -> {
              assertThat(copy.complete()).isTrue();
              assertThat(copy.sizeBytes()).isEqualTo(manifest.storedBytes());
              assertThat(copy.verified()).isEqualTo(VerificationResult.PASSED);
            });
    for (var copy : task.copies()) {
      assertThat(fixture.objects(task, copy)).isEqualTo(objects);
      assertThat(fixture.manifest(task, copy)).isEqualTo(manifest);
      try (var store = fixture.hostStore(copy)) {
        assertThat(
                new String(
                    store.read(task.path() + "/" + Manifest.RESTORE_NAME), StandardCharsets.UTF_8))
            .contains(copy.s3() == null ? "/path/of/the/volume/copies/" : "s3://backups/copies/");
      }
    }

    // When the backup is gone, then each copy gives the rows back
    fixture
        .run(new Task.Delete(task.uid(), task.storage(), List.of(), task.path()), "")
        .succeeded();
    for (var copy : task.copies()) {
      var target = "copy_" + Integer.toHexString((task.path() + copy).hashCode());
      var restore =
          RunnerFixture.restore(
              RunnerFixture.at(MAJOR, target, "shop"), RestoreMode.CREATE_NEW, copy, task.path());
      var restored = fixture.run(restore, PASSWORD).succeeded();
      try (var original = fixture.session(MAJOR, "shop", "shop", PASSWORD);
          var found = fixture.session(MAJOR, target, "shop", PASSWORD)) {
        assertThat(SampleDatabase.fingerprint(found))
            .as(restored.log())
            .isEqualTo(SampleDatabase.fingerprint(original));
      }
      fixture.sql(MAJOR, "postgres", "DROP DATABASE " + target);
    }
  }

  @Test
  void deniedCredentialsOfACopy() throws Exception {
    var task = big(RunnerFixture.volumeStorage(), bucket(), VOLUME);

    var run =
        fixture
            .run(
                task,
                PASSWORD,
                Map.of("copies/1/storage/" + Mounts.SECRET_ACCESS_KEY, "S3CR3T-wrong"))
            .failed(Reason.STORAGE_DENIED);

    assertKept(task, run);
    assertThat(run.result().message()).contains("the copy in s3://backups/copies/" + task.path());
    assertThat(run.result().copies())
        .as("the other copy is made all the same")
        .extracting(Result.Copied::complete)
        .containsExactly(false, true);
    assertThat(fixture.objects(task, bucket())).isEmpty();
    assertThat(fixture.objects(task, VOLUME)).contains(Manifest.NAME);
    assertThat(run.log() + run.result()).doesNotContain("S3CR3T-wrong");
  }

  @Test
  void unreachableStorageOfACopy() throws Exception {
    var task = big(RunnerFixture.volumeStorage(), bucket("copies", "http://s3:9999"));

    var run = fixture.run(task, PASSWORD).failed(Reason.STORAGE_UNREACHABLE);

    assertKept(task, run);
  }

  @Test
  void fullVolumeOfACopy() throws Exception {
    var task = big(RunnerFixture.s3Storage(), VOLUME);

    var run =
        fixture
            .start(
                task,
                PASSWORD,
                Map.of(),
                "--tmpfs=" + Mounts.VOLUME,
                "--mount=type=tmpfs,tmpfs-size=20m,tmpfs-mode=0777,destination=%s")
            .end()
            .failed(Reason.STORAGE_FULL);

    assertKept(task, run);
    assertThat(run.result().message()).contains("the copy in pvc://copies/copies/" + task.path());
  }

  @Test
  void cancelledWhileACopyIsMade() throws Exception {
    var task = big(RunnerFixture.volumeStorage(), bucket());
    var started = fixture.start(task, PASSWORD);
    pauseStorageDuringTheCopy();
    try {
      // at once, so that it cannot end before the signal arrives
      DockerCli.must("kill", "--signal", "TERM", started.container());
    } finally {
      DockerCli.must("unpause", fixture.s3Container());
    }
    var run = started.end().failed(Reason.CANCELLED);

    assertThat(run.result().clean()).isTrue();
    assertThat(run.result().message()).contains("is complete and was kept");
    assertThat(fixture.objects(task)).contains(Manifest.NAME, "1/big.dump");
    assertThat(fixture.objects(task, bucket())).isEmpty();
  }

  @Test
  void aRunnerThatIsKilledWhileACopyIsMadeIsSettled() throws Exception {
    var task = big(RunnerFixture.volumeStorage(), bucket());
    var started = fixture.start(task, PASSWORD);
    pauseStorageDuringTheCopy();
    try {
      DockerCli.must("kill", started.container());
    } finally {
      DockerCli.must("unpause", fixture.s3Container());
    }

    var settle = new Task.Settle(task.uid(), task.storage(), task.copies(), task.path());
    var settled = fixture.run(settle, "").failed(Reason.RESULT_LOST);

    assertThat(settled.result().clean()).isTrue();
    assertThat(settled.result().copies())
        .extracting(Result.Copied::complete)
        .containsExactly(false);
    assertThat(settled.result().sizeBytes()).isEqualTo(fixture.manifest(task).storedBytes());
    assertThat(fixture.objects(task, bucket())).isEmpty();
  }

  /** The copy's upload is begun then, and cannot end. */
  private static void pauseStorageDuringTheCopy() {
    await().pollInterval(Duration.ofMillis(50)).until(() -> fixture.unfinishedUploads() > 0);
    DockerCli.must("pause", fixture.s3Container());
  }

  @Test
  void aCompleteBackupIsSettledVerifiedAndDeletedWithItsCopies() throws Exception {
    var task = backup("shop", DumpFormat.CUSTOM, RunnerFixture.s3Storage(), VOLUME, bucket());
    fixture.run(task, PASSWORD).succeeded();
    var settle = new Task.Settle(task.uid(), task.storage(), task.copies(), task.path());
    assertThat(fixture.run(settle, "").succeeded().result().copies())
        .extracting(Result.Copied::complete)
        .containsExactly(true, true);

    // When one copy is damaged
    try (var store = fixture.hostStore(VOLUME)) {
      var log = store.read(task.path() + "/1/log.txt");
      log[0]++;
      store.put(task.path() + "/1/log.txt", log);
    }
    fixture.shareVolume();

    // Then it is found, and named
    var verify =
        new Task.Verify(task.uid(), hash(), null, task.storage(), task.copies(), task.path());
    var verified = fixture.run(verify, "").failed(Reason.VERIFICATION_FAILED);
    assertThat(verified.result().verification().result()).isEqualTo(VerificationResult.PASSED);
    assertThat(verified.result().copies())
        .extracting(Result.Copied::verified)
        .containsExactly(VerificationResult.DAMAGED, VerificationResult.PASSED);
    assertThat(verified.result().message()).contains("pvc://copies/copies/" + task.path());

    // When all is deleted, then nothing is left anywhere
    var delete = new Task.Delete(task.uid(), task.storage(), task.copies(), task.path());
    fixture.run(delete, "").succeeded();
    assertThat(fixture.objects(task)).isEmpty();
    for (var copy : task.copies()) {
      assertThat(fixture.objects(task, copy)).isEmpty();
    }
  }
}
