package io.pgcask.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.Compression;
import io.pgcask.api.v1alpha1.Compression.Method;
import io.pgcask.api.v1alpha1.DumpFormat;
import io.pgcask.api.v1alpha1.RestoreMode;
import io.pgcask.api.v1alpha1.Storage;
import io.pgcask.contract.Manifest;
import io.pgcask.contract.RestoreChoiceBuilder;
import io.pgcask.contract.TaskRestoreBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Backup and restore by the product image, for every server, format, codec and storage. */
@Tag("host")
class RoundTripIT {
  private static final List<Integer> MAJORS = List.of(14, 15, 16, 17, 18);
  private static final String PASSWORD = "shop-password";

  @TempDir static Path scratch;

  private static RunnerFixture fixture;

  @BeforeAll
  static void start() throws Exception {
    fixture = new RunnerFixture(scratch);
    fixture.s3();
    for (int major : MAJORS) {
      fixture.server(major);
      fixture.sql(
          major,
          "postgres",
          "CREATE ROLE shop LOGIN CREATEDB PASSWORD '" + PASSWORD + "'",
          "CREATE ROLE reader",
          "CREATE DATABASE shop OWNER shop",
          "COMMENT ON DATABASE shop IS 'the shop''s'",
          "ALTER DATABASE shop SET search_path TO public, s",
          "ALTER DATABASE shop SET work_mem TO '5MB'",
          "ALTER DATABASE shop CONNECTION LIMIT 40",
          "GRANT CONNECT ON DATABASE shop TO reader");
      try (var session = fixture.session(major, "shop", "shop", PASSWORD)) {
        SampleDatabase.fill(session, 2000);
      }
    }
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  /**
   * Every format per major with its default compression and without, every codec with Custom and
   * Plain, also with a level; S3 and volume take turns.
   */
  static Stream<Variant> variants() {
    var variants = new ArrayList<Variant>();
    for (int major : MAJORS) {
      for (var format : DumpFormat.values()) {
        for (var method : Method.values()) {
          var compression = method == Method.ZSTD ? null : new Compression(method, null);
          if (isWorthATry(major, format, method)) {
            boolean s3 = variants.size() % 2 == 0;
            variants.add(new Variant(major, major, format, compression, s3));
          }
        }
      }
    }
    for (var format : List.of(DumpFormat.CUSTOM, DumpFormat.PLAIN)) {
      variants.add(new Variant(17, 17, format, new Compression(Method.ZSTD, 3), true));
      variants.add(new Variant(17, 17, format, new Compression(Method.GZIP, 9), false));
    }
    return variants.stream();
  }

  private static boolean isWorthATry(int major, DumpFormat format, Method method) {
    return switch (method) {
      case ZSTD -> true; // stands for the default
      case NONE -> format != DumpFormat.TAR; // its default
      // before 16 the default is gzip, and there is nothing else; from then on all are alike
      case LZ4, GZIP -> major == 17 && (format == DumpFormat.CUSTOM || format == DumpFormat.PLAIN);
    };
  }

  /** From one major to another, where the format makes a difference. */
  static Stream<Variant> crossings() {
    var variants = new ArrayList<Variant>();
    variants.add(new Variant(14, 18, DumpFormat.DIRECTORY, null, true));
    variants.add(new Variant(18, 16, DumpFormat.DIRECTORY, null, true));
    variants.add(new Variant(17, 15, DumpFormat.TAR, null, false));
    variants.add(new Variant(14, 18, DumpFormat.PLAIN, null, false));
    variants.add(new Variant(16, 14, DumpFormat.PLAIN, null, false));
    variants.add(new Variant(18, 15, DumpFormat.PLAIN, null, false));
    return variants.stream();
  }

  @ParameterizedTest
  @MethodSource({"variants", "crossings"})
  @Execution(ExecutionMode.CONCURRENT)
  void givesTheSameRowsBack(Variant variant) throws Exception {
    var storage = variant.s3() ? RunnerFixture.s3Storage() : RunnerFixture.volumeStorage();
    var backup =
        RunnerFixture.backup(
            RunnerFixture.at(variant.from(), "shop", "shop"),
            variant.format(),
            variant.compression(),
            storage);

    var dumped = fixture.run(backup, PASSWORD).succeeded();

    var manifest = fixture.manifest(backup);
    var database = manifest.databases().getFirst();
    var dump = manifest.dumpOf("shop").stream().flatMap(file -> file.objects().stream()).toList();
    assertThat(dumped.result().sha256())
        .isEqualTo(dump.size() == 1 ? dump.getFirst().sha256() : null);
    assertThat(fixture.objects(backup))
        .hasSize(dump.size() + 5)
        .contains("1/globals.sql", "1/log.txt", Manifest.NAME, Manifest.RESTORE_NAME)
        .containsAll(dump.stream().map(Manifest.StoredObject::path).toList());
    assertThat(manifest.serverVersionNum() / 10000).isEqualTo(variant.from());
    assertThat(database.properties().owner()).isEqualTo("shop");
    assertThat(database.tables()).isEqualTo(4);

    restoreAndCompare(variant, storage, backup.path());
  }

  @ParameterizedTest
  @MethodSource("majors")
  @Execution(ExecutionMode.CONCURRENT)
  void crossesToEveryOtherMajor(int from) throws Exception {
    var storage = RunnerFixture.s3Storage();
    var backup =
        RunnerFixture.backup(
            RunnerFixture.at(from, "shop", "shop"), DumpFormat.CUSTOM, null, storage);
    fixture.run(backup, PASSWORD).succeeded();
    for (int to : MAJORS) {
      if (to != from) {
        var crossing = new Variant(from, to, DumpFormat.CUSTOM, null, true);
        restoreAndCompare(crossing, storage, backup.path());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("majors")
  @Execution(ExecutionMode.CONCURRENT)
  void fillsAnEmptyDatabase(int major) throws Exception {
    var stores =
        Map.of(
            DumpFormat.CUSTOM, RunnerFixture.s3Storage(),
            DumpFormat.PLAIN, RunnerFixture.volumeStorage());
    for (var format : stores.keySet()) {
      var storage = stores.get(format);
      var backup =
          RunnerFixture.backup(RunnerFixture.at(major, "shop", "shop"), format, null, storage);
      fixture.run(backup, PASSWORD).succeeded();
      var target = "empty_" + format.name().toLowerCase(Locale.ROOT);
      fixture.sql(major, "postgres", "CREATE DATABASE " + target + " OWNER shop");
      // several processes where the format lets them
      var jobs = format == DumpFormat.CUSTOM ? 2 : 1;
      var restore =
          TaskRestoreBuilder.builder(
                  RunnerFixture.restore(
                      RunnerFixture.at(major, target, "shop"),
                      RestoreMode.INTO_EMPTY,
                      storage,
                      backup.path()))
              .choice(RestoreChoiceBuilder.builder().jobs(jobs).build())
              .build();

      fixture.run(restore, PASSWORD).succeeded();

      try (var original = fixture.session(major, "shop", "shop", PASSWORD);
          var copy = fixture.session(major, target, "shop", PASSWORD)) {
        assertThat(SampleDatabase.fingerprint(copy))
            .isEqualTo(SampleDatabase.fingerprint(original));
      }
    }
  }

  static Stream<Integer> majors() {
    return MAJORS.stream();
  }

  private void restoreAndCompare(Variant variant, Storage storage, String path) throws Exception {
    var target = "restored_" + Integer.toHexString(path.hashCode());
    var restore =
        RunnerFixture.restore(
            RunnerFixture.at(variant.to(), target, "shop"), RestoreMode.CREATE_NEW, storage, path);

    var restored = fixture.run(restore, PASSWORD).succeeded();

    try (var original = fixture.session(variant.from(), "shop", "shop", PASSWORD);
        var copy = fixture.session(variant.to(), target, "shop", PASSWORD)) {
      assertThat(SampleDatabase.fingerprint(copy))
          .as(restored.log())
          .isEqualTo(SampleDatabase.fingerprint(original));
    }
    try (var admin =
            fixture.session(variant.to(), target, "postgres", RunnerFixture.ADMIN_PASSWORD);
        var statement = admin.createStatement();
        var row =
            statement.executeQuery(
                "SELECT shobj_description(oid, 'pg_database'), datconnlimit, datacl::text,"
                    + " pg_get_userbyid(datdba), (SELECT setconfig::text FROM pg_db_role_setting"
                    + " WHERE setdatabase = d.oid) FROM pg_database d"
                    + " WHERE datname = current_database()")) {
      row.next();
      assertThat(row.getString(1)).isEqualTo("the shop's");
      assertThat(row.getInt(2)).isEqualTo(40);
      assertThat(row.getString(3)).contains("reader=c/shop");
      assertThat(row.getString(4)).isEqualTo("shop");
      assertThat(row.getString(5)).isEqualTo("{\"search_path=public, s\",work_mem=5MB}");
    }
    fixture.sql(variant.to(), "postgres", "DROP DATABASE " + target);
  }

  /**
   * One case.
   *
   * @param from major of the source
   * @param to major of the target
   * @param s3 S3 or a volume
   */
  record Variant(int from, int to, DumpFormat format, Compression compression, boolean s3) {}
}
