package io.pgcask.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.BackupSpecBuilder;
import io.pgcask.api.v1alpha1.DumpFormat;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.Verification;
import io.pgcask.api.v1alpha1.VerificationLevel;
import io.pgcask.api.v1alpha1.VerificationResult;
import io.pgcask.contract.Manifest;
import io.pgcask.contract.ManifestBuilder;
import io.pgcask.contract.Task;
import io.pgcask.storage.Hashes;
import io.pgcask.storage.ObjectStore;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is done to a backup behind our back is found, and named. */
@Tag("host")
class VerifyIT {

  /** What needs no server. */
  private static final List<VerificationLevel> READING =
      List.of(VerificationLevel.HASH, VerificationLevel.PARSE);

  private static final int MAJOR = 17;
  private static final String PASSWORD = "shop-password";

  @TempDir static Path scratch;

  private static RunnerFixture fixture;

  @BeforeAll
  static void start() throws Exception {
    fixture = new RunnerFixture(scratch);
    fixture.server(MAJOR);
    fixture.sql(
        MAJOR,
        "postgres",
        "CREATE ROLE shop LOGIN CREATEDB PASSWORD '" + PASSWORD + "'",
        "CREATE DATABASE shop OWNER shop");
    try (var session = fixture.session(MAJOR, "shop", "shop", PASSWORD)) {
      SampleDatabase.fill(session, 2000);
    }
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  @ParameterizedTest
  @EnumSource(DumpFormat.class)
  @Execution(ExecutionMode.CONCURRENT)
  void whatIsWholePassesAndWhatIsNotIsNamed(DumpFormat format) throws Exception {
    // Given
    var backup = backup(format, VerificationLevel.PARSE);
    var run = fixture.run(backup, PASSWORD).succeeded();
    assertThat(run.result().verification().result()).isEqualTo(VerificationResult.PASSED);
    assertThat(run.result().verification().level()).isEqualTo(VerificationLevel.PARSE);
    assertThat(fixture.objects(backup)).contains("verification.json");
    for (var level : READING) {
      fixture.run(verify(backup, level), "").succeeded();
    }

    // Then each kind of damage is found by both levels, and named
    try (var store = fixture.hostStore(backup.storage())) {
      var objects = fixture.manifest(backup).dumpOf("shop");
      var first = objects.getFirst().objects().getFirst().path();
      var last = objects.getLast().objects().getFirst().path();
      var damaged = format == DumpFormat.DIRECTORY ? last : first;
      var good = store.read(backup.path() + "/" + damaged);
      var flipped = good.clone();
      flipped[good.length / 2] ^= 1;
      assertDamaged(store, backup, damaged, flipped, "SHA-256 differs");
      assertDamaged(store, backup, damaged, Arrays.copyOf(good, good.length - 1), "bytes");
      store.put(backup.path() + "/" + damaged, good);
      store.delete(backup.path() + "/1/log.txt");
      assertFound(backup, "log.txt does not exist");
    }
  }

  @Test
  void objectsThatChangedPlacesAreFound() throws Exception {
    var backup = backup(DumpFormat.DIRECTORY, null);
    fixture.run(backup, PASSWORD).succeeded();
    try (var store = fixture.hostStore(backup.storage())) {
      var files = fixture.manifest(backup).dumpOf("shop");
      var one = backup.path() + "/" + files.get(0).objects().getFirst().path();
      var two = backup.path() + "/" + files.get(1).objects().getFirst().path();
      var bytes = store.read(one);
      store.put(one, store.read(two));
      store.put(two, bytes);
    }

    assertFound(backup, "is not what was written");
  }

  @Test
  void anEditedManifestIsFound() throws Exception {
    // Given somebody who cuts a dump and edits its size and hash in the manifest
    for (var format : List.of(DumpFormat.CUSTOM, DumpFormat.PLAIN, DumpFormat.DIRECTORY)) {
      var backup = backup(format, null);
      fixture.run(backup, PASSWORD).succeeded();
      try (var store = fixture.hostStore(backup.storage())) {
        var manifest = fixture.manifest(backup);
        // of a directory a file of rows: pg_restore itself takes half a zstd file for a whole one
        var dump =
            manifest.dumpOf("shop").stream()
                .filter(file -> format != DumpFormat.DIRECTORY || file.name().endsWith(".dat.zst"))
                .max(Comparator.comparing(file -> file.objects().getFirst().sizeBytes()))
                .orElseThrow();
        var path = dump.objects().getFirst().path();
        var whole = store.read(backup.path() + "/" + path);
        var cut = Arrays.copyOf(whole, whole.length / 2);
        store.put(backup.path() + "/" + path, cut);
        var edited =
            new Manifest.StoredFile(
                dump.role(),
                dump.database(),
                dump.name(),
                List.of(new Manifest.StoredObject(path, cut.length, Hashes.sha256(cut))));
        store.put(
            backup.path() + "/" + Manifest.NAME,
            fixture
                .json()
                .pretty(
                    ManifestBuilder.builder(manifest)
                        .files(
                            manifest.files().stream()
                                .map(file -> file.equals(dump) ? edited : file)
                                .toList())
                        .build()));
      }

      fixture.shareVolume();

      // Then the hash agrees, and pg_restore does not
      fixture.run(verify(backup, VerificationLevel.HASH), "").succeeded();
      fixture.run(verify(backup, VerificationLevel.PARSE), "").failed(Reason.VERIFICATION_FAILED);
    }
  }

  private static void assertDamaged(
      ObjectStore store, Task.Backup backup, String object, byte[] bytes, String how)
      throws Exception {
    store.put(backup.path() + "/" + object, bytes);
    assertFound(backup, object, how);
  }

  private static void assertFound(Task.Backup backup, String... how) throws Exception {
    fixture.shareVolume();
    for (var level : READING) {
      var run = fixture.run(verify(backup, level), "").failed(Reason.VERIFICATION_FAILED);
      assertThat(run.result().verification().result()).isEqualTo(VerificationResult.DAMAGED);
      assertThat(run.result().verification().message()).contains(how);
    }
  }

  private static Task.Backup backup(DumpFormat format, VerificationLevel level) {
    return RunnerFixture.backup(
        RunnerFixture.at(MAJOR, "shop", "shop"),
        BackupSpecBuilder.builder()
            .format(format)
            .verification(level == null ? null : new Verification(level, null, null))
            .build(),
        RunnerFixture.volumeStorage());
  }

  private static Task.Verify verify(Task.Backup backup, VerificationLevel level) {
    return new Task.Verify(
        UUID.randomUUID().toString(),
        new Verification(level, null, null),
        null,
        backup.storage(),
        List.of(),
        backup.path());
  }
}
