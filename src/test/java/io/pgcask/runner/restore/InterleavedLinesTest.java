package io.pgcask.runner.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The mixed lines are what pg_restore 15 has written with 4 jobs. */
class InterleavedLinesTest {
  private static List<String> apart(String... lines) {
    var apart = new InterleavedLines();
    return Stream.of(lines).flatMap(line -> apart.next(line).stream()).toList();
  }

  @Test
  void changesNothingWhereNothingIsMixed() {
    var lines =
        new String[] {
          "pg_restore: creating TABLE \"s.t\"",
          "pg_restore: error: could not execute query: ERROR:  x",
          "DETAIL:  pg_restore: error: y",
          "  blanks",
          "error: as data",
          "Command was: GRANT SELECT ON TABLE s.t TO gone;",
          "",
          "pg_restore: warning: errors ignored on restore: 2"
        };

    assertThat(apart(lines)).containsExactly(lines);
  }

  @Test
  void givesEachTextItsName() {
    assertThat(
            apart(
                "pg_restore: pg_restore:finished item 4935 INDEX t144_i_idx",
                "creating INDEX \"public.t145_i_idx\"",
                "pg_restore:pg_restore:  launching item 6060 ACL TABLE t388",
                " processing data for table \"public.t2\""))
        .containsExactly(
            "pg_restore: finished item 4935 INDEX t144_i_idx",
            "pg_restore: creating INDEX \"public.t145_i_idx\"",
            "pg_restore: launching item 6060 ACL TABLE t388",
            "pg_restore: processing data for table \"public.t2\"");
  }

  @Test
  void losesNoErrorAndNoCommand() {
    var gone = "could not execute query: ERROR:  role \"gone\" does not exist";
    var command = "Command was: GRANT SELECT ON TABLE public.t1 TO gone;";

    assertThat(
            apart(
                "pg_restore: pg_restore:error:  " + gone,
                command,
                "",
                "from TOC entry 5740; 0 0 ACL TABLE t1 postgres",
                "pg_restore:pg_restore: error: finished item 1 ACL TABLE t1",
                gone,
                command,
                "pg_restore:pg_restore: error:  error: " + gone,
                command,
                gone,
                command,
                "pg_restore:pg_restore:  while PROCESSING TOC:",
                "error: " + gone,
                command))
        .containsExactly(
            "pg_restore: error: " + gone,
            command,
            "",
            "pg_restore: from TOC entry 5740; 0 0 ACL TABLE t1 postgres",
            "pg_restore: finished item 1 ACL TABLE t1",
            "pg_restore: error: " + gone,
            command,
            "pg_restore: error: " + gone,
            command,
            "pg_restore: error: " + gone,
            command,
            "pg_restore: while PROCESSING TOC:",
            "pg_restore: error: " + gone,
            command);
  }
}
