package io.pgcask.runner.tool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ToolLogTest {
  @TempDir Path directory;

  private final List<String> warned = new ArrayList<>();
  private final List<String> erred = new ArrayList<>();

  private ToolLog drained(String program, String text) throws Exception {
    var log = new ToolLog(directory.resolve("log"), warned::add, erred::add);
    log.drain(program, new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    return log;
  }

  @Test
  void tellsWarningsAndErrorsOfPgDump() throws Exception {
    try (var log =
        drained(
            "pg_dump",
            """
            pg_dump: last built-in OID is 16383
            pg_dump: warning: subscriptions not dumped
            pg_dump: error: query failed: ERROR:  permission denied for table x
            pg_dump: detail: Query was: LOCK TABLE public.x
            DETAIL:  Key (a)=(geheim)
            """)) {
      assertThat(warned).containsExactly("subscriptions not dumped");
      assertThat(erred).containsExactly("query failed: ERROR:  permission denied for table x");
      assertThat(log.firstError()).hasValue(erred.getFirst());
      assertThat(log.errorCount()).isEqualTo(1);
      assertThat(log.warnings()).isEqualTo(warned);
      assertThat(log.tail()).hasSize(4).noneMatch(line -> line.contains("geheim"));
      assertThat(new String(log.bytes(), StandardCharsets.UTF_8)).contains("geheim");
    }
  }

  @Test
  void countsErrorsOfPgRestoreOnce() throws Exception {
    try (var log =
        drained(
            "pg_restore",
            """
            pg_restore: creating TABLE "public.t"
            pg_restore: while PROCESSING TOC:
            pg_restore: from TOC entry 215; 1259 16386 TABLE t shop
            pg_restore: error: could not execute query: ERROR:  role "gone" does not exist
            Command was: ALTER TABLE t OWNER TO gone;

            pg_restore: warning: errors ignored on restore: 1
            """)) {
      assertThat(log.errorCount()).isEqualTo(1);
      assertThat(warned).isEmpty();
      assertThat(log.tail()).hasSize(4).noneMatch(line -> line.contains("creating"));
    }
  }

  @Test
  void findsErrorsOfPsqlBehindTheirPlace() throws Exception {
    try (var log =
        drained(
            "psql",
            """
            psql:<stdin>:7: NOTICE:  x
            psql:<stdin>:12: ERROR:  relation "t" already exists
            psql:<stdin>:13: error: backslash commands are restricted; only \\unrestrict is allowed
            psql: error: connection to server failed
            ERROR:  a line of data
            """)) {
      assertThat(erred)
          .containsExactly(
              "ERROR:  relation \"t\" already exists",
              "backslash commands are restricted; only \\unrestrict is allowed",
              "connection to server failed");
      assertThat(log.errorCount()).isEqualTo(3);
    }
  }

  @Test
  void isBounded() throws Exception {
    var line = "pg_dump: warning: " + "x".repeat(200_000) + "\n";
    try (var log = drained("pg_dump", line.repeat(100))) {
      assertThat(log.bytes().length).isLessThan(ToolLog.MAX_FILE_BYTES + 100);
      assertThat(new String(log.bytes(), StandardCharsets.UTF_8).endsWith("cut here]\n")).isTrue();
      assertThat(log.tail()).hasSizeLessThanOrEqualTo(30);
      assertThat(log.warnings()).hasSize(100);
    }
  }
}
