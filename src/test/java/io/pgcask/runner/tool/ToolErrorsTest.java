package io.pgcask.runner.tool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ToolErrorsTest {
  private static final String PREFIX = "pg_restore: ";

  private final List<String> told = new ArrayList<>();
  private final ToolErrors errors = new ToolErrors(told::add);

  /** Lines as pg_restore writes them. */
  private void read(String text) {
    for (var line : text.lines().toList()) {
      if (line.startsWith(PREFIX)) {
        errors.message(line.substring(PREFIX.length()));
      } else {
        errors.detail(line);
      }
    }
    errors.end();
  }

  @Test
  void eachStandsBehindItsEntryWhichIsNamedOnce() {
    read(
        """
        pg_restore: connecting to database for restore
        pg_restore: creating TABLE "public.t"
        pg_restore: while PROCESSING TOC:
        pg_restore: from TOC entry 215; 1259 16386 TABLE t gone
        pg_restore: error: could not execute query: ERROR:  role "gone" does not exist
        Command was: ALTER TABLE public.t OWNER TO gone;


        pg_restore: processing data for table "public.t"
        pg_restore: from TOC entry 3310; 0 0 ACL TABLE t shop
        pg_restore: error: could not execute query: ERROR:  role "a" does not exist
        Command was: GRANT SELECT ON TABLE public.t TO a;


        pg_restore: error: could not execute query: ERROR:  role "b" does not exist
        Command was: GRANT SELECT ON TABLE public.t TO b;


        pg_restore: while FINALIZING:
        pg_restore: error: something at the end
        pg_restore: warning: errors ignored on restore: 4
        """);

    assertThat(told)
        .containsExactly(
            "TOC entry 215; 1259 16386 TABLE t gone: could not execute query: ERROR:  role \"gone\""
                + " does not exist",
            "TOC entry 3310; 0 0 ACL TABLE t shop: could not execute query: ERROR:  role \"a\" does"
                + " not exist",
            "TOC entry 3310; 0 0 ACL TABLE t shop: could not execute query: ERROR:  role \"b\" does"
                + " not exist",
            "something at the end");
    assertThat(errors.count()).isEqualTo(4);
    assertThat(errors.first())
        .hasValue("could not execute query: ERROR:  role \"gone\" does not exist");
    assertThat(errors.entries()).containsExactlyInAnyOrder(215, 3310);
    assertThat(errors.allIgnored()).isTrue();
    assertThat(errors.connectionLost()).isFalse();
  }

  @Test
  void whatNewerClientsSendFirstIsNoError() {
    read(
        """
        pg_restore: while INITIALIZING:
        pg_restore: error: could not execute query: ERROR:  unrecognized configuration parameter "transaction_timeout"
        Command was: SET transaction_timeout = 0;

        pg_restore: warning: errors ignored on restore: 1
        """);

    assertThat(told).isEmpty();
    assertThat(errors.count()).isZero();
    assertThat(errors.allIgnored()).isTrue();
  }

  @Test
  void nothingElseIsTakenForThat() {
    // another error, whose detail looks like it
    read(
        """
        pg_restore: error: COPY failed for table "t": ERROR:  duplicate key value
        DETAIL:  Key (a)=(x
        Command was: SET transaction_timeout = 0;
        ) already exists.
        pg_restore: error: could not execute query: ERROR:  function transaction_timeout failed
        Command was: SET transaction_timeout = 0;
        DROP TABLE t;

        pg_restore: error: could not execute query: ERROR:  permission denied to set parameter
        Command was: SET transaction_timeout = 0;
        """);

    assertThat(told).hasSize(3);
    assertThat(errors.count()).isEqualTo(3);
  }

  @Test
  void anArchiveThatEndsTooSoonWasNotGoneThrough() {
    read(
        """
        pg_restore: from TOC entry 215; 1259 16386 TABLE t gone
        pg_restore: error: could not execute query: ERROR:  role "gone" does not exist
        Command was: ALTER TABLE public.t OWNER TO gone;
        pg_restore: error: could not read from input file: end of file
        """);

    assertThat(errors.count()).isEqualTo(2);
    assertThat(errors.allIgnored()).isFalse();
  }

  @Test
  void whatIsSaidBeforeTheLastErrorOrOfAnotherNumberIsNotTheEnd() {
    read(
        """
        pg_restore: error: one
        pg_restore: warning: errors ignored on restore: 2
        pg_restore: error: two
        """);
    assertThat(errors.allIgnored()).isFalse();

    read("pg_restore: warning: errors ignored on restore: 1\n");
    assertThat(errors.allIgnored()).isFalse();
  }

  @Test
  void aLostConnectionIsSeenInTheServersWordsAndNotInACommand() {
    read(
        """
        pg_restore: error: could not execute query: ERROR:  syntax error
        Command was: SELECT 'no connection to the server';
        """);
    assertThat(errors.connectionLost()).isFalse();

    read(
        """
        pg_restore: error: could not execute query: FATAL:  terminating connection due to administrator command
        server closed the connection unexpectedly
        \tThis probably means the server terminated abnormally
        """);
    assertThat(errors.connectionLost()).isTrue();
  }
}
