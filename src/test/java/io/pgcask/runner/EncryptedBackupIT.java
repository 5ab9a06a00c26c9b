package io.pgcask.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.BackupSpecBuilder;
import io.pgcask.api.v1alpha1.DumpFormat;
import io.pgcask.api.v1alpha1.Encryption;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.RestoreMode;
import io.pgcask.api.v1alpha1.RestoreNamesBuilder;
import io.pgcask.api.v1alpha1.SecretKeyRef;
import io.pgcask.api.v1alpha1.Storage;
import io.pgcask.api.v1alpha1.Verification;
import io.pgcask.api.v1alpha1.VerificationLevel;
import io.pgcask.api.v1alpha1.VerificationResult;
import io.pgcask.contract.Manifest;
import io.pgcask.contract.Mounts;
import io.pgcask.contract.RestoreChoiceBuilder;
import io.pgcask.contract.Task;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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

/** Encrypted backups: nothing but the recipient's identity opens them, age's own program does. */
@Tag("host")
class EncryptedBackupIT {
  private static final int MAJOR = 17;
  private static final String PASSWORD = "shop-password";
  private static final String IDENTITY = "encryption/" + Mounts.IDENTITY;
  private static final SecretKeyRef SOME_SECRET = new SecretKeyRef("keys", "key");

  @TempDir static Path scratch;

  private static RunnerFixture fixture;
  private static String age;
  private static String identity;
  private static String otherIdentity;
  private static String recipient;

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
        "COMMENT ON DATABASE shop IS 'telltale comment'",
        "ALTER DATABASE shop SET work_mem TO '5MB'");
    try (var session = fixture.session(MAJOR, "shop", "shop", PASSWORD)) {
      SampleDatabase.fill(session, 2000);
    }
    age =
        fixture
            .docker()
            .start(
                "age",
                List.of(
                    "--user=0",
                    "-v=" + scratch + ":/work",
                    "--entrypoint=sleep",
                    "pgcask-dev-servers",
                    "3600"));
    inAge(
        "age-keygen -o /work/key && age-keygen -o /work/other && chmod a+r /work/key /work/other");
    identity = Files.readString(scratch.resolve("key"));
    otherIdentity = Files.readString(scratch.resolve("other"));
    recipient = inAge("age-keygen -y /work/key").strip();
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  @ParameterizedTest
  @EnumSource(DumpFormat.class)
  @Execution(ExecutionMode.CONCURRENT)
  void onlyTheIdentityBringsItBack(DumpFormat format) throws Exception {
    // Given
    var storage =
        format == DumpFormat.PLAIN ? RunnerFixture.volumeStorage() : RunnerFixture.s3Storage();
    var backup = encrypted(format, storage, null);

    // When
    fixture.run(backup, PASSWORD).succeeded();

    // Then nothing can be read but what says how to go on
    assertThat(fixture.objects(backup))
        .contains("1/log.txt.age", "1/shop.properties.json.age")
        .allMatch(
            name ->
                name.endsWith(".age")
                    || Manifest.NAME.equals(name)
                    || Manifest.RESTORE_NAME.equals(name)
                    || "verification.json".equals(name));
    try (var store = fixture.hostStore(storage)) {
      for (var readable : List.of(Manifest.NAME, Manifest.RESTORE_NAME)) {
        var text = new String(store.read(backup.path() + "/" + readable), StandardCharsets.UTF_8);
        assertThat(text).doesNotContain("telltale", "5MB", "Odd ", "OWNER TO");
      }
    }
    var target = "enc_" + format.name().toLowerCase(java.util.Locale.ROOT);
    var restore =
        RunnerFixture.restore(
            RunnerFixture.at(MAJOR, target, "shop"),
            RestoreMode.CREATE_NEW,
            storage,
            backup.path());
    var without = fixture.run(restore, PASSWORD).failed(Reason.NO_MATCHING_IDENTITY);
    assertThat(without.result().message()).contains(recipient);
    fixture
        .run(restore, PASSWORD, Map.of(IDENTITY, otherIdentity))
        .failed(Reason.NO_MATCHING_IDENTITY);
    assertThat(exists(target)).as("nothing was written").isFalse();

    // And with it everything is there again
    var restored = fixture.run(restore, PASSWORD, Map.of(IDENTITY, identity)).succeeded();
    assertThat(restored.log()).doesNotContain(identity.lines().toList().getLast());
    try (var original = fixture.session(MAJOR, "shop", "shop", PASSWORD);
        var copy = fixture.session(MAJOR, target, "shop", PASSWORD);
        var row =
            copy.createStatement()
                .executeQuery(
                    "SELECT shobj_description(oid, 'pg_database') FROM pg_database"
                        + " WHERE datname = current_database()")) {
      assertThat(SampleDatabase.fingerprint(copy)).isEqualTo(SampleDatabase.fingerprint(original));
      row.next();
      assertThat(row.getString(1)).isEqualTo("telltale comment");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"CUSTOM", "DIRECTORY"})
  @Execution(ExecutionMode.CONCURRENT)
  void aPartOfItIsChosenByWhatItHolds(DumpFormat format) throws Exception {
    // Given
    var backup = encrypted(format, RunnerFixture.s3Storage(), null);
    fixture.run(backup, PASSWORD).succeeded();
    var target = "enc_part_" + format.name().toLowerCase(java.util.Locale.ROOT);
    var choice =
        RestoreChoiceBuilder.builder()
            .include(RestoreNamesBuilder.builder().tables(List.of("t")).build())
            .includeDependencies(true)
            .build();
    var restore =
        new Task.Restore(
            "uid",
            "ns",
            "restore",
            RunnerFixture.at(MAJOR, target, "shop"),
            RestoreMode.CREATE_NEW,
            Task.Bounds.NONE,
            null,
            backup.storage(),
            backup.path(),
            60,
            choice,
            Task.Steps.NONE);

    // When
    fixture.run(restore, PASSWORD, Map.of(IDENTITY, identity)).succeeded();

    // Then
    try (var original = fixture.session(MAJOR, "shop", "shop", PASSWORD);
        var copy = fixture.session(MAJOR, target, "shop", PASSWORD)) {
      assertThat(SampleDatabase.rowsOf(copy, "t")).isEqualTo(SampleDatabase.rowsOf(original, "t"));
      try (var others = copy.getMetaData().getTables(null, null, "p1", null)) {
        assertThat(others.next()).isFalse();
      }
    }
  }

  @Test
  void theProgramAgeOpensItForPgRestore() throws Exception {
    // Given
    var backup = encrypted(DumpFormat.CUSTOM, RunnerFixture.s3Storage(), null);
    fixture.run(backup, PASSWORD).succeeded();
    try (var store = fixture.hostStore(backup.storage())) {
      Files.write(scratch.resolve("dump.age"), store.read(backup.path() + "/1/shop.dump.age"));
    }

    // When
    inAge("age -d -i /work/key -o /work/dump /work/dump.age && chmod a+r /work/dump");
    var list =
        DockerCli.must(
            "run",
            "--rm",
            "--user=0",
            "-v=" + scratch + ":/work:ro",
            "--entrypoint=/usr/lib/postgresql/17/bin/pg_restore",
            RunnerFixture.IMAGE,
            "--list",
            "/work/dump");

    // Then
    assertThat(list).contains("TABLE DATA public t shop");
    assertThat(
            DockerCli.run("exec", age, "age", "-d", "-i", "/work/other", "/work/dump.age").code())
        .isNotZero();
  }

  @Test
  void parsingItNeedsTheIdentity() throws Exception {
    var parse = new Verification(VerificationLevel.PARSE, SOME_SECRET, null);
    var backup = encrypted(DumpFormat.CUSTOM, RunnerFixture.s3Storage(), parse);

    var run = fixture.run(backup, PASSWORD, Map.of(IDENTITY, identity)).succeeded();
    assertThat(run.result().verification().result()).isEqualTo(VerificationResult.PASSED);
    assertThat(run.result().verification().level()).isEqualTo(VerificationLevel.PARSE);

    var verify =
        new Task.Verify(
            UUID.randomUUID().toString(),
            new Verification(VerificationLevel.PARSE, null, null),
            null,
            backup.storage(),
            List.of(),
            backup.path());
    var blind = fixture.run(verify, "").failed(Reason.VERIFICATION_INCONCLUSIVE);
    assertThat(blind.result().verification().message()).contains(recipient);
  }

  @Test
  void recipientsOfASecretCountToo() throws Exception {
    var other = inAge("age-keygen -y /work/other").strip();
    var spec =
        BackupSpecBuilder.builder()
            .encryption(new Encryption(new Encryption.Age(List.of(recipient), SOME_SECRET)))
            .build();
    var backup =
        RunnerFixture.backup(
            RunnerFixture.at(MAJOR, "shop", "shop"), spec, RunnerFixture.s3Storage());

    fixture
        .run(
            backup,
            PASSWORD,
            Map.of("encryption/" + Mounts.RECIPIENTS, "# second\n" + other + "\n"))
        .succeeded();

    assertThat(fixture.manifest(backup).encryption().recipients())
        .containsExactlyInAnyOrder(recipient, other);
    var pasted =
        fixture.run(backup(spec), PASSWORD, Map.of("encryption/" + Mounts.RECIPIENTS, identity));
    pasted.failed(Reason.ENCRYPTION_FAILED);
    assertThat(pasted.log() + pasted.result()).doesNotContain("AGE-SECRET-KEY-1");
  }

  private static Task.Backup backup(io.pgcask.api.v1alpha1.BackupSpec spec) {
    return RunnerFixture.backup(
        RunnerFixture.at(MAJOR, "shop", "shop"), spec, RunnerFixture.s3Storage());
  }

  private static Task.Backup encrypted(
      DumpFormat format, Storage storage, Verification verification) {
    return RunnerFixture.backup(
        RunnerFixture.at(MAJOR, "shop", "shop"),
        BackupSpecBuilder.builder()
            .format(format)
            .encryption(new Encryption(new Encryption.Age(List.of(recipient), null)))
            .verification(verification)
            .build(),
        storage);
  }

  private static boolean exists(String database) throws Exception {
    try (var session =
            fixture.session(MAJOR, "postgres", "postgres", RunnerFixture.ADMIN_PASSWORD);
        var row =
            session
                .createStatement()
                .executeQuery("SELECT 1 FROM pg_database WHERE datname = '" + database + "'")) {
      return row.next();
    }
  }

  private static String inAge(String command) {
    return DockerCli.must("exec", age, "sh", "-ec", command);
  }
}
