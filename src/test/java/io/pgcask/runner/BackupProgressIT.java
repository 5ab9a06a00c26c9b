package io.pgcask.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pgcask.api.v1alpha1.BackupSpecBuilder;
import io.pgcask.api.v1alpha1.Bottleneck;
import io.pgcask.api.v1alpha1.Compression;
import io.pgcask.api.v1alpha1.Compression.Method;
import io.pgcask.api.v1alpha1.DumpExcludeBuilder;
import io.pgcask.api.v1alpha1.Storage;
import io.pgcask.contract.Report;
import io.pgcask.contract.Task;
import io.pgcask.contract.TaskBackupBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a dump that runs says of itself. */
@Tag("host")
class BackupProgressIT {
  private static final int MAJOR = 17;
  private static final String PASSWORD = "shop-password";
  private static final Compression NONE = new Compression(Method.NONE, null);
  private static final Percentage ROUGHLY = Percentage.withPercentage(20);

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
        "CREATE ROLE shop LOGIN PASSWORD '" + PASSWORD + "'",
        "CREATE DATABASE big OWNER shop",
        "CREATE DATABASE grown OWNER shop");
    try (var session = fixture.session(MAJOR, "big", "shop", PASSWORD);
        var statement = session.createStatement()) {
      // 600 MB that compress well, so that a dump is under way long enough to be held up
      statement.execute("CREATE TABLE t AS " + rows(600_000));
      // 320 MB that do not
      var noise = " || md5(random()::text)".repeat(9);
      statement.execute(
          "CREATE TABLE \"Noise\" AS SELECT md5(random()::text)"
              + noise
              + " AS x FROM generate_series(1, 1000000) g");
    }
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  private static String rows(int count) {
    return "SELECT g, repeat(md5(g::text), 30) AS x FROM generate_series(1, " + count + ") g";
  }

  /** Of the big database without one of its tables. */
  private static Task.Backup big(Compression compression, String without, Storage storage) {
    var spec =
        BackupSpecBuilder.builder()
            .compression(compression)
            .exclude(DumpExcludeBuilder.builder().tables(List.of(without)).build())
            .build();
    return RunnerFixture.backup(RunnerFixture.at(MAJOR, "big", "shop"), spec, storage);
  }

  private static List<Report.Progressed> progress(String log) {
    return log.lines()
        .filter(line -> line.startsWith("{\"report\":\"progress\""))
        .map(BackupProgressIT::parse)
        .toList();
  }

  private static Report.Progressed parse(String line) {
    try {
      var bytes = line.getBytes(StandardCharsets.UTF_8);
      return (Report.Progressed) fixture.json().read(bytes, Report.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void awaitProgress(
      RunnerFixture.Started started, Predicate<Report.Progressed> wanted) {
    await()
        .untilAsserted(
            () -> assertThat(progress(started.log())).as(started.log()).anyMatch(wanted));
  }

  /** Each percentage is at least the one before and never 100, and no line promises too little. */
  private static void assertSane(List<Report.Progressed> progress) {
    assertThat(progress).hasSizeGreaterThan(1);
    assertThat(progress)
        .allSatisfy(
            line -> {
              assertThat(line.percent()).isBetween(0, 99);
              assertThat(line.estimatedBytes()).isGreaterThanOrEqualTo(line.bytesRead());
            })
        .extracting(Report.Progressed::percent)
        .isSorted();
    var last = progress.getLast();
    assertThat(last.currentObject()).isNull();
    assertThat(last.bottleneck()).isNull();
  }

  @Test
  void tellsHowMuchIsDoneAndWhichTableIsBeingDumped() throws Exception {
    // Given a dump that is held up in the middle of a table
    var task = big(NONE, "\"Noise\"", RunnerFixture.s3Storage());
    var started = fixture.start(task, PASSWORD);
    await().pollInterval(Duration.ofMillis(50)).until(() -> fixture.unfinishedUploads() > 0);
    started.signal("pg_dump", "STOP");

    // When
    awaitProgress(started, line -> "public.t".equals(line.currentObject()));
    started.signal("pg_dump", "CONT");
    var run = started.end().succeeded();

    // Then
    var progress = progress(run.log());
    assertSane(progress);
    long dumped = progress.getLast().bytesRead();
    assertThat(progress.getFirst().estimatedBytes()).isCloseTo(dumped, ROUGHLY);
    assertThat(progress.getLast().percent()).isGreaterThanOrEqualTo(80);
  }

  @Test
  void namesAStorageThatTakesNothing() throws Exception {
    var task = big(NONE, "\"Noise\"", RunnerFixture.s3Storage());
    var started = fixture.start(task, PASSWORD);
    await().pollInterval(Duration.ofMillis(50)).until(() -> fixture.unfinishedUploads() > 0);
    DockerCli.must("pause", fixture.s3Container());
    try {
      awaitProgress(started, line -> line.bottleneck() == Bottleneck.STORAGE);
    } finally {
      DockerCli.must("unpause", fixture.s3Container());
    }
    assertSane(progress(started.end().succeeded().log()));
  }

  @Test
  void namesACompressionThatTakesMostOfTheTime() throws Exception {
    var strong = new Compression(Method.GZIP, 9);
    var task = big(strong, "t", RunnerFixture.volumeStorage());

    var progress = progress(fixture.run(task, PASSWORD).succeeded().log());

    assertSane(progress);
    assertThat(progress)
        .as(progress.toString())
        .anyMatch(
            line ->
                line.bottleneck() == Bottleneck.COMPRESSION
                    && "public.Noise".equals(line.currentObject()));
  }

  @Test
  void estimatesByThePreviousBackupAsTheDatabaseGrows() throws Exception {
    // Given a database that has doubled since it was backed up
    fillGrown("CREATE TABLE t AS " + rows(60_000));
    var spec = BackupSpecBuilder.builder().compression(NONE).build();
    var server = RunnerFixture.at(MAJOR, "grown", "shop");
    var first = RunnerFixture.backup(server, spec, RunnerFixture.volumeStorage());
    var before = fixture.run(first, PASSWORD).succeeded().result();
    fillGrown("INSERT INTO t " + rows(60_000));

    // When
    var second =
        TaskBackupBuilder.builder(RunnerFixture.backup(server, spec, RunnerFixture.volumeStorage()))
            .previous(new Task.Previous(before.sizeBytes(), before.databaseSizeBytes()))
            .build();
    var run = fixture.run(second, PASSWORD).succeeded();

    // Then
    var last = progress(run.log()).getLast();
    long dumped = last.bytesRead();
    assertThat(dumped).isCloseTo(2 * before.sizeBytes(), ROUGHLY);
    assertThat(last.estimatedBytes()).isCloseTo(dumped, ROUGHLY);
    // an estimate that is too low shows in the percentage
    assertThat(last.percent()).isBetween(80, 98);
  }

  private static void fillGrown(String statement) throws Exception {
    try (var session = fixture.session(MAJOR, "grown", "shop", PASSWORD);
        var sql = session.createStatement()) {
      sql.execute(statement);
    }
  }
}
