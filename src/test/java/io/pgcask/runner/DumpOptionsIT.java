package io.pgcask.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.BackupSpecBuilder;
import io.pgcask.api.v1alpha1.Compression;
import io.pgcask.api.v1alpha1.Compression.Method;
import io.pgcask.api.v1alpha1.DumpContent;
import io.pgcask.api.v1alpha1.DumpExcludeBuilder;
import io.pgcask.api.v1alpha1.DumpFormat;
import io.pgcask.api.v1alpha1.DumpIncludeBuilder;
import io.pgcask.api.v1alpha1.DumpOptionsBuilder;
import io.pgcask.api.v1alpha1.DumpSection;
import io.pgcask.api.v1alpha1.LargeObjects;
import io.pgcask.api.v1alpha1.PartialContent;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.contract.Task;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every option of a Backup on every server that has it: pg_dump is given the argument, and the dump
 * is what the option promises.
 */
@Tag("host")
class DumpOptionsIT {
  private static final List<Integer> MAJORS = List.of(14, 15, 16, 17, 18);
  private static final Compression NONE = new Compression(Method.NONE, null);

  @TempDir static Path scratch;

  private static RunnerFixture fixture;

  @BeforeAll
  static void start() throws Exception {
    fixture = new RunnerFixture(scratch);
    for (int major : MAJORS) {
      fixture.server(major);
      fixture.sql(
          major,
          "postgres",
          "CREATE ROLE reader",
          "CREATE ROLE rich NOINHERIT",
          "CREATE ROLE poor LOGIN NOINHERIT PASSWORD 'poor-password' IN ROLE rich",
          "CREATE DATABASE options");
      fixture.sql(
          major,
          "options",
          "CREATE EXTENSION hstore",
          "CREATE EXTENSION citext",
          "CREATE EXTENSION file_fdw",
          "CREATE SCHEMA a",
          "CREATE SCHEMA \"B b\"",
          "CREATE TABLE a.t (id int PRIMARY KEY, f float8, txt text)",
          "INSERT INTO a.t VALUES (1, 0.1::float8 + 0.2::float8, 'ä'), (2, 2, 'x'), (3, 3, 'y')",
          "CREATE INDEX txt_index ON a.t (txt)",
          "CREATE TABLE a.parent (k int, v text) PARTITION BY LIST (k)",
          "CREATE TABLE a.child1 PARTITION OF a.parent FOR VALUES IN (1)",
          "CREATE TABLE a.child2 PARTITION OF a.parent FOR VALUES IN (2)",
          "INSERT INTO a.parent VALUES (1, 'one'), (2, 'two')",
          "CREATE TABLE \"B b\".\"T t\" (x int)",
          "INSERT INTO \"B b\".\"T t\" VALUES (815)",
          "CREATE UNLOGGED TABLE a.u AS SELECT 4711 AS n",
          "CREATE TABLE a.secured (who text)",
          "INSERT INTO a.secured VALUES ('poor'), ('hidden')",
          "ALTER TABLE a.secured ENABLE ROW LEVEL SECURITY",
          "CREATE POLICY mine ON a.secured USING (who = 'poor')",
          "COMMENT ON TABLE a.t IS 'the comment'",
          "GRANT SELECT ON a.t TO reader",
          "GRANT USAGE ON SCHEMA a TO rich, poor",
          "GRANT SELECT ON a.secured TO poor",
          "GRANT SELECT ON a.t TO rich",
          "CREATE PUBLICATION news FOR TABLE a.t",
          "SELECT lo_from_bytea(4242, '\\x00ff10')",
          "CREATE SERVER files FOREIGN DATA WRAPPER file_fdw",
          "CREATE FOREIGN TABLE a.debian (line text) SERVER files"
              + " OPTIONS (filename '/etc/debian_version')",
          "ANALYZE");
    }
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  static Stream<Run> runs() {
    return cases().stream()
        .flatMap(
            option ->
                MAJORS.stream()
                    .filter(major -> client(major) >= option.since())
                    .map(major -> new Run(option, major)));
  }

  /** The image has the client programs of Debian: the server's major, else the next newer one. */
  private static int client(int major) {
    return switch (major) {
      case 14 -> 15;
      case 16 -> 17;
      default -> major;
    };
  }

  private static List<Option> cases() {
    var cases = new ArrayList<Option>();
    cases.add(
        option("nothing", spec -> spec)
            .arguments("--format=plain", "--lock-wait-timeout=60s")
            .holds(
                "GRANT SELECT ON TABLE a.t TO reader",
                "COMMENT ON TABLE a.t",
                "CREATE PUBLICATION news",
                "CREATE POLICY mine",
                "4711",
                "lo_create('4242')",
                "OWNER TO postgres",
                "default_table_access_method",
                "default_tablespace",
                "EXTENSION IF NOT EXISTS hstore",
                "EXTENSION IF NOT EXISTS citext",
                "COPY a.t ",
                "COPY a.child1 ",
                "txt_index",
                "0.30000000000000004",
                "CREATE TABLE \"B b\".\"T t\"",
                "SET client_encoding = 'UTF8'")
            .lacks("COPY a.debian", "DROP ", "INSERT "));
    cases.add(
        option(
                "leave out",
                spec ->
                    spec.largeObjects(LargeObjects.EXCLUDE)
                        .options(
                            DumpOptionsBuilder.builder()
                                .noPrivileges(true)
                                .noComments(true)
                                .noPublications(true)
                                .noSubscriptions(true)
                                .noSecurityLabels(true)
                                .noToastCompression(true)
                                .noUnloggedTableData(true)
                                .noOwner(true)
                                .noTablespaces(true)
                                .noTableAccessMethod(true)
                                .encoding("LATIN1")
                                .serializableDeferrable(true)
                                .lockWaitTimeoutSeconds(7)
                                .loadViaPartitionRoot(true)
                                .build()))
            .arguments(
                "-B",
                "--no-privileges",
                "--no-comments",
                "--no-publications",
                "--no-subscriptions",
                "--no-security-labels",
                "--no-toast-compression",
                "--no-unlogged-table-data",
                "--no-owner",
                "--no-tablespaces",
                "--no-table-access-method",
                "--encoding=LATIN1",
                "--lock-wait-timeout=7s",
                "--load-via-partition-root")
            .holds(
                "CREATE UNLOGGED TABLE a.u",
                "COPY a.t ",
                "SET client_encoding = 'LATIN1'",
                "COPY a.parent ")
            .lacks(
                "ä",
                "COPY a.child1",
                "GRANT ",
                "COMMENT ON ",
                "PUBLICATION",
                "4711",
                "lo_create",
                "OWNER TO",
                "default_tablespace",
                "default_table_access_method"));
    cases.add(
        option(
                "policies and statistics",
                spec ->
                    spec.options(
                        DumpOptionsBuilder.builder().noPolicies(true).statistics(true).build()))
            .since(18)
            .arguments("--no-policies", "--statistics")
            .holds("pg_restore_relation_stats")
            .lacks("CREATE POLICY"));
    cases.add(
        option(
                "column inserts",
                spec ->
                    spec.foreignData(List.of("fil*"))
                        .options(
                            DumpOptionsBuilder.builder()
                                .columnInserts(true)
                                .rowsPerInsert(2)
                                .onConflictDoNothing(true)
                                .quoteAllIdentifiers(true)
                                .extraFloatDigits(0)
                                .clean(true)
                                .ifExists(true)
                                .build()))
            .arguments(
                "--column-inserts",
                "--rows-per-insert=2",
                "--on-conflict-do-nothing",
                "--quote-all-identifiers",
                "--extra-float-digits=0",
                "--include-foreign-data=fil*",
                "--clean",
                "--if-exists")
            .holds(
                "INSERT INTO \"a\".\"t\" (\"id\", \"f\", \"txt\") VALUES\n\t(1, 0.3, 'ä'),\n\t(2, 2,"
                    + " 'x') ON CONFLICT DO NOTHING;",
                "INSERT INTO \"a\".\"debian\" ",
                "DROP TABLE IF EXISTS \"a\".\"t\";")
            .lacks("COPY ", "0.30000000000000004"));
    cases.add(
        option(
                "schemas",
                spec ->
                    spec.include(DumpIncludeBuilder.builder().schemas(List.of("a")).build())
                        .exclude(
                            DumpExcludeBuilder.builder()
                                .tables(List.of("a.u"))
                                .tableData(List.of("a.t"))
                                .build()))
            .arguments(
                "--schema=a", "--exclude-table=a.u", "--exclude-table-data=a.t", "--strict-names")
            .holds("CREATE TABLE a.t ", "COPY a.child1 ")
            .lacks("\"T t\"", "a.u", "COPY a.t ", "lo_create")
            .warns("1 large objects"));
    cases.add(
        option(
                "other schemas",
                spec ->
                    spec.exclude(
                        DumpExcludeBuilder.builder().schemas(List.of("\"B\"*", "a")).build()))
            .arguments("--exclude-schema=\"B\"*", "--exclude-schema=a")
            .lacks("\"T t\"", "CREATE TABLE a.t"));
    cases.add(
        option(
                "tables",
                spec ->
                    spec.largeObjects(LargeObjects.INCLUDE)
                        .include(
                            DumpIncludeBuilder.builder()
                                .tables(List.of("\"B b\".*", "a.child1"))
                                .build()))
            .arguments("--table=\"B b\".*", "--table=a.child1", "-b")
            .holds("CREATE TABLE \"B b\".\"T t\"", "COPY a.child1 ", "lo_create('4242')")
            .lacks("COPY a.t ", "child2"));
    cases.add(
        option(
                "children",
                spec ->
                    spec.includeChildren(true)
                        .include(
                            DumpIncludeBuilder.builder()
                                .tables(List.of("a.parent"))
                                .extensions(List.of("hst*"))
                                .build()))
            .arguments("--extension=hst*")
            .holds("COPY a.child1 ", "COPY a.child2 ", "EXTENSION IF NOT EXISTS hstore")
            .lacks("COPY a.t ", "EXTENSION IF NOT EXISTS citext")
            .warns("1 large objects"));
    cases.add(
        option(
                "no children",
                spec ->
                    spec.includeChildren(true)
                        .exclude(
                            DumpExcludeBuilder.builder().tableData(List.of("a.parent")).build())
                        .options(DumpOptionsBuilder.builder().inserts(true).build()))
            .arguments("--inserts")
            .holds("CREATE TABLE a.child1 ", "INSERT INTO a.t VALUES (2, 2, 'x');")
            .lacks("INSERT INTO a.child1 ", "INSERT INTO a.child2 ", "COPY "));
    cases.add(
        option(
                "no extensions",
                spec ->
                    spec.exclude(
                        DumpExcludeBuilder.builder().extensions(List.of("citext")).build()))
            .since(17)
            .arguments("--exclude-extension=citext")
            .holds("EXTENSION IF NOT EXISTS hstore")
            .lacks("EXTENSION IF NOT EXISTS citext"));
    cases.add(
        option("schema only", spec -> spec.content(DumpContent.SCHEMA_ONLY))
            .arguments("--schema-only")
            .holds("CREATE TABLE a.t ", "txt_index")
            .lacks("COPY "));
    cases.add(
        option(
                "data only",
                spec ->
                    spec.content(DumpContent.DATA_ONLY)
                        .options(DumpOptionsBuilder.builder().disableTriggers(true).build()))
            .arguments("--data-only", "--disable-triggers")
            .holds("COPY a.t ", "ALTER TABLE a.t DISABLE TRIGGER ALL")
            .lacks("CREATE TABLE"));
    cases.add(
        option("sections", spec -> spec.sections(List.of(DumpSection.POST_DATA)))
            .arguments("--section=post-data")
            .holds("txt_index")
            .lacks("CREATE TABLE", "COPY "));
    return cases;
  }

  @ParameterizedTest
  @MethodSource("runs")
  @Execution(ExecutionMode.CONCURRENT)
  void doesWhatItSays(Run run) throws Exception {
    var option = run.option();
    var task =
        RunnerFixture.backup(
            RunnerFixture.at(run.major(), "options", "postgres"),
            option.build().apply(plain()).build(),
            RunnerFixture.volumeStorage());

    var done = fixture.run(task, RunnerFixture.ADMIN_PASSWORD).succeeded();

    var command = text(task, "1/log.txt").lines().findFirst().orElseThrow();
    assertThat(command).startsWith("$ /");
    for (var argument : option.arguments()) {
      assertThat(command).contains(" " + argument + " ");
    }
    var dump = text(task, "1/options.sql");
    assertThat(dump).contains("\n-- PostgreSQL database dump complete\n");
    for (var present : option.holds()) {
      assertThat(dump).contains(present);
    }
    for (var absent : option.lacks()) {
      assertThat(dump).doesNotContain(absent);
    }
    assertThat(done.result().warningCount()).isEqualTo(option.warns().size());
    assertThat(fixture.manifest(task).warnings())
        .hasSameSizeAs(option.warns())
        .allMatch(warning -> option.warns().stream().anyMatch(warning::contains));
    assertThat(fixture.manifest(task).toolMajor()).isEqualTo(client(run.major()));
  }

  @ParameterizedTest
  @MethodSource("majors")
  @Execution(ExecutionMode.CONCURRENT)
  void aRoleWithFewRightsSeesWhatItMay(int major) throws Exception {
    // Given a role that may read one table, and of another one the rows that a policy shows
    var secured =
        RunnerFixture.backup(
            RunnerFixture.at(major, "options", "poor"),
            plain()
                .include(DumpIncludeBuilder.builder().tables(List.of("a.secured")).build())
                .options(DumpOptionsBuilder.builder().enableRowSecurity(true).inserts(true).build())
                .allowPartial(List.of(PartialContent.ROW_SECURITY))
                .build(),
            RunnerFixture.volumeStorage());
    var readable =
        RunnerFixture.backup(
            RunnerFixture.at(major, "options", "poor"),
            plain()
                .include(DumpIncludeBuilder.builder().tables(List.of("a.t")).build())
                .options(DumpOptionsBuilder.builder().role("rich").build())
                .build(),
            RunnerFixture.volumeStorage());

    // When
    var partial = fixture.run(secured, "poor-password").succeeded();
    fixture.run(readable, "poor-password").succeeded();

    // Then
    assertThat(partial.result().partial()).containsExactly("RowSecurity");
    assertThat(text(secured, "1/options.sql"))
        .contains("VALUES ('poor')")
        .doesNotContain("('hidden')");
    assertThat(text(readable, "1/options.sql")).contains("COPY a.t ");
  }

  static Stream<Integer> majors() {
    return MAJORS.stream();
  }

  static Stream<Refusal> refusals() {
    return Stream.of(
        refusal(
            17,
            "exclude.tables: a.typo matches no table",
            spec -> spec.exclude(DumpExcludeBuilder.builder().tables(List.of("a.typo")).build())),
        refusal(
            17,
            "exclude.schemas: b* matches no schema",
            spec -> spec.exclude(DumpExcludeBuilder.builder().schemas(List.of("b*")).build())),
        refusal(
            17,
            "include.extensions: nothing matches no extension",
            spec ->
                spec.include(DumpIncludeBuilder.builder().extensions(List.of("nothing")).build())),
        refusal(
            17,
            "foreignData: elsewhere matches no foreign server",
            spec -> spec.foreignData(List.of("elsewhere"))),
        refusal(
            17,
            "options.encoding: KLINGON is none",
            spec -> spec.options(DumpOptionsBuilder.builder().encoding("KLINGON").build())),
        refusal(
            17,
            "options.role: postgres cannot become nobody",
            spec -> spec.options(DumpOptionsBuilder.builder().role("nobody").build())),
        refusal(
            17,
            "options.noPolicies needs pg_dump 18 or newer",
            spec -> spec.options(DumpOptionsBuilder.builder().noPolicies(true).build())),
        refusal(
            15,
            "exclude.extensions needs pg_dump 17 or newer",
            spec ->
                spec.exclude(DumpExcludeBuilder.builder().extensions(List.of("citext")).build())),
        refusal(
            15,
            "compression lz4 needs pg_dump 16 or newer",
            spec -> spec.compression(new Compression(Method.LZ4, null))),
        refusal(18, "clientMajor 17 is older than the server", spec -> spec.clientMajor(17)));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  @Execution(ExecutionMode.CONCURRENT)
  void whatDoesNotFitIsRefusedBeforeAnythingIsWritten(Refusal refusal) throws Exception {
    var task =
        RunnerFixture.backup(
            RunnerFixture.at(refusal.major(), "options", "postgres"),
            refusal.build().apply(plain()).build(),
            RunnerFixture.volumeStorage());

    var run = fixture.run(task, RunnerFixture.ADMIN_PASSWORD).failed(Reason.INVALID_OPTIONS);

    assertThat(run.result().message()).contains(refusal.says());
    assertThat(fixture.objects(task)).isEmpty();
  }

  private static BackupSpecBuilder plain() {
    return BackupSpecBuilder.builder().format(DumpFormat.PLAIN).compression(NONE);
  }

  private static String text(Task.Backup task, String object) throws Exception {
    try (var store = fixture.hostStore(task.storage())) {
      return new String(store.read(task.path() + "/" + object), StandardCharsets.UTF_8);
    }
  }

  private static Option option(String name, UnaryOperator<BackupSpecBuilder> build) {
    return new Option(name, 14, build, List.of(), List.of(), List.of(), List.of());
  }

  private static Refusal refusal(int major, String says, UnaryOperator<BackupSpecBuilder> build) {
    return new Refusal(major, says, build);
  }

  /** A case on a server. */
  record Run(Option option, int major) {
    @Override
    public String toString() {
      return option.name() + " on " + major;
    }
  }

  /** What must be refused. */
  record Refusal(int major, String says, UnaryOperator<BackupSpecBuilder> build) {
    @Override
    public String toString() {
      return says;
    }
  }

  /**
   * Options, and what they do.
   *
   * @param since the first pg_dump that has them
   * @param arguments that pg_dump must be given
   * @param holds texts of the dump
   * @param lacks texts that the dump must not hold
   * @param warns parts of the warnings
   */
  record Option(
      String name,
      int since,
      UnaryOperator<BackupSpecBuilder> build,
      List<String> arguments,
      List<String> holds,
      List<String> lacks,
      List<String> warns) {
    Option since(int major) {
      return new Option(name, major, build, arguments, holds, lacks, warns);
    }

    Option arguments(String... expected) {
      return new Option(name, since, build, List.of(expected), holds, lacks, warns);
    }

    Option holds(String... texts) {
      return new Option(name, since, build, arguments, List.of(texts), lacks, warns);
    }

    Option lacks(String... texts) {
      return new Option(name, since, build, arguments, holds, List.of(texts), warns);
    }

    Option warns(String... texts) {
      return new Option(name, since, build, arguments, holds, lacks, List.of(texts));
    }
  }
}
