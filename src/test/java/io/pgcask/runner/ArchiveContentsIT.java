package io.pgcask.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.archive.Archive;
import io.pgcask.archive.ArchiveEntry;
import io.pgcask.archive.ArchiveLimits;
import io.pgcask.archive.ArchiveListing;
import io.pgcask.archive.ArchiveReader;
import io.pgcask.archive.DataPlace;
import io.pgcask.runner.database.InvalidPatternException;
import io.pgcask.runner.database.NamePattern;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our reader of archives and our psql patterns beside PostgreSQL's own programs. */
@Tag("host")
class ArchiveContentsIT {
  private static final Path RICH = Path.of("src/test/resources/archive/rich.sql");

  @TempDir static Path scratch;

  private static RunnerFixture fixture;
  private static ClientPrograms clients;

  @BeforeAll
  static void start() throws Exception {
    fixture = new RunnerFixture(scratch);
    clients = new ClientPrograms(fixture);
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  private static void load(int server) throws Exception {
    fixture.server(server);
    fixture.sql(server, "postgres", "CREATE ROLE reader", "CREATE DATABASE rich");
    clients.load(server, "rich", RICH);
  }

  private static Archive read(String there) throws Exception {
    var file = scratch.resolve("archive");
    clients.fetch(there, file);
    try (var in = Files.newInputStream(file)) {
      return ArchiveReader.read(in, ArchiveLimits.ofHeap());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {14, 15, 16, 17, 18})
  void seesWhatPgRestoreListsOfEveryClientsArchive(int server) throws Exception {
    load(server);
    var newest = clients.majors().getLast();
    for (int client : clients.majors().stream().filter(major -> major >= server).toList()) {
      for (var format : List.of("custom", "directory", "tar")) {
        var dump = "/tmp/%d-%d.%s".formatted(server, client, format);
        clients.must(
            ClientPrograms.program(client, "pg_dump"),
            "--host=pg" + server,
            "--format=" + format,
            "--file=" + dump,
            "rich");
        var listed =
            clients.must(ClientPrograms.program(newest, "pg_restore"), "--list", "--verbose", dump);

        var archive = read(format.equals("directory") ? dump + "/toc.dat" : dump);

        assertThat(ArchiveListing.of(archive)).as(dump).isEqualTo(listed.lines().toList());
        assertThat(archive.entries()).as(dump).hasSizeGreaterThan(100);
      }
    }
  }

  @Test
  void readsAnArchiveThatWentThroughAPipeAndOneInAnotherEncoding() throws Exception {
    fixture.server(18);
    fixture.sql(
        18, "postgres", "CREATE DATABASE latin ENCODING LATIN1 LOCALE 'C' TEMPLATE template0");
    fixture.sql(18, "latin", "CREATE TABLE \"ä\" AS SELECT 1 AS n");
    clients.must(
        "sh",
        "-c",
        ClientPrograms.program(18, "pg_dump") + " -h pg18 -Fc latin | cat > /tmp/latin");

    var data =
        read("/tmp/latin").entries().stream()
            .filter(entry -> entry.desc().equals("TABLE DATA"))
            .toList();

    assertThat(data).extracting(ArchiveEntry::tag).containsExactly("ä");
    assertThat(data).extracting(ArchiveEntry::data).containsExactly(new DataPlace.Unrecorded());
  }

  /**
   * psql says which tables a pattern fits; those whose pattern it refuses are refused here, too.
   */
  @Test
  void patternsFitWhatPsqlShows() throws Exception {
    var names =
        List.of(
            "orders", "Orders", "order_1", "a$b", "a.b", "a\"b", "ä", "Ä", "x*y", "x?y", "int[]",
            "ab", "abab", "b1", "b12", "b123", "(x)", "a|b", "a{2}", "aa", "été", "a b", "[", "^a");
    var patterns =
        List.of(
            "orders",
            "ORDERS",
            "\"Orders\"",
            "order*",
            "ORDER?",
            "o?ders",
            "*",
            "a$b",
            "\"a$b\"",
            "s.orders",
            "s*.o*",
            "\"S\".*",
            "*.*",
            "none.*",
            "\"a.b\"",
            "a.b",
            "\"a\"\"b\"",
            "ä",
            "Ä",
            "\"Ä\"",
            "?",
            "??",
            "\"x*y\"",
            "x*y",
            "\"x?y\"",
            "int[]",
            "(ab)+",
            "(ab){2}",
            "(ab|b1)",
            "ab|b1",
            "b[0-9]+",
            "b\\d{2}",
            "b\\d{2,}",
            "b[^0-9]*",
            "[A-C]*",
            "[[:alpha:]]+",
            "[[:digit:][:alpha:]]+",
            "\"(x)\"",
            "\\(x\\)",
            "a\\|b",
            "a\\{2\\}",
            "a{2}",
            "a{,2}",
            "^a",
            "\"^a\"",
            "\\[",
            "[[]",
            "[]]",
            "(a",
            "a)",
            "a)(b",
            "+a",
            "a+?",
            "a{2",
            "{2}",
            "a{300}",
            "[a",
            "[b-a]",
            "a|",
            "()",
            "\\w+",
            "\\W*",
            "\\s",
            "a\\sb",
            "[\\w]+",
            "a{1}+",
            "é*",
            "[é]t[é]",
            "pg_catalog.pg_class",
            "a.b.c",
            "]",
            "}",
            "a{0}");
    fixture.server(18);
    fixture.sql(18, "postgres", "CREATE DATABASE patterns TEMPLATE template0 LOCALE 'C.UTF-8'");
    fixture.sql(18, "patterns", "CREATE SCHEMA s", "CREATE SCHEMA \"S\"");
    for (int i = 0; i < names.size(); i++) {
      fixture.sql(
          18,
          "patterns",
          "CREATE TABLE \"%s\".\"%s\" ()"
              .formatted(i % 2 == 0 ? "s" : "S", names.get(i).replace("\"", "\"\"")));
    }

    var shown = shown(patterns);

    var fitting = new LinkedHashMap<String, String>();
    for (var pattern : patterns) {
      fitting.put(pattern, fitting(pattern, names));
    }
    assertThat(fitting).isEqualTo(shown);
    assertThat(fitting.values()).contains("refused");
  }

  private static String fitting(String pattern, List<String> names) {
    try {
      var compiled = NamePattern.of(pattern);
      var fitting = new ArrayList<String>();
      for (int i = 0; i < names.size(); i++) {
        var schema = i % 2 == 0 ? "s" : "S";
        if (compiled.matches(schema, names.get(i))) {
          fitting.add(schema + "|" + names.get(i));
        }
      }
      return fitting.stream().sorted().collect(Collectors.joining("\n"));
    } catch (InvalidPatternException e) {
      return "refused";
    }
  }

  private static Map<String, String> shown(List<String> patterns) throws Exception {
    var script = new StringBuilder("SET search_path = s, \"S\";\n");
    for (var pattern : patterns) {
      script.append("\\qecho '=='\n\\dt '");
      script.append(pattern.replace("\\", "\\\\").replace("'", "''")).append("'\n");
    }
    var file = Files.writeString(scratch.resolve("patterns.sql"), script);
    clients.put(file, "/tmp/patterns.sql");
    var output =
        clients.must(
            "sh",
            "-c",
            // unbuffered, so that an error stands where it belongs
            "stdbuf -o0 %s -h pg18 -d patterns -XAtq -f /tmp/patterns.sql 2>&1"
                .formatted(ClientPrograms.program(18, "psql")));
    var answers = output.split("(?m)^==\n", -1);
    assertThat(answers).hasSize(patterns.size() + 1);
    var shown = new LinkedHashMap<String, String>();
    for (int i = 0; i < patterns.size(); i++) {
      shown.put(patterns.get(i), tables(answers[i + 1]));
    }
    return shown;
  }

  /** A line of psql is {@code schema|name|table|owner}; system tables are not ours. */
  private static String tables(String answer) {
    if (answer.contains("invalid regular expression") || answer.contains("cross-database")) {
      return answer.contains("invalid") ? "refused" : "";
    }
    return answer
        .lines()
        .filter(line -> line.endsWith("|table|postgres") && line.matches("[sS]\\|.*"))
        .map(line -> line.substring(0, line.length() - "|table|postgres".length()))
        .sorted()
        .collect(Collectors.joining("\n"));
  }
}
