package io.pgcask.runner.restore.roles;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.postgres.lexer.Samples;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoleStatementTest {
  private static String mapped(String sql) {
    var statements = RoleStatement.parse(sql, false);
    assertThat(statements).hasSize(1);
    return statements.getFirst().withRoles(role -> role.equals("old") ? "New \"1\"" : role);
  }

  private static List<String> roles(String sql) {
    return RoleStatement.parse(sql, false).stream().flatMap(s -> s.roles().stream()).toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "GRANT ALL ON TABLE s.old TO old                     | old",
        "GRANT SELECT(old),INSERT(b) ON TABLE s.t TO PUBLIC  | ",
        "GRANT ALL ON FUNCTION s.f(\"to\" text, old integer) TO \"Old\" WITH GRANT OPTION | Old",
        "GRANT USAGE ON SCHEMA old TO old GRANTED BY boss    | old,boss",
        "REVOKE ALL ON SCHEMA public FROM PUBLIC             | ",
        "REVOKE GRANT OPTION FOR ALL ON TABLE \"from\".t FROM GROUP old CASCADE | old",
        "GRANT ALL ON LARGE OBJECT 4711 TO old               | old",
        "ALTER DEFAULT PRIVILEGES FOR ROLE old IN SCHEMA s GRANT SELECT ON TABLES TO reader | old,reader",
        "ALTER DEFAULT PRIVILEGES FOR ROLE a REVOKE ALL ON FUNCTIONS FROM PUBLIC | a",
        "ALTER DEFAULT PRIVILEGES FOR ROLE a IN SCHEMA s, revoke GRANT SELECT ON TABLES TO old | a,old",
        "CREATE POLICY old ON s.old FOR SELECT TO old, PUBLIC, b USING ((a = 'old'::text)) | old,b",
        "CREATE POLICY p ON s.t USING ((to_char(now(), ' TO old') = \"old\")) WITH CHECK (true) |",
        "CREATE USER MAPPING FOR old SERVER old OPTIONS ( password 'old' ) | old",
        "CREATE USER MAPPING FOR PUBLIC SERVER old           | ",
        "SET SESSION AUTHORIZATION old                       | old",
        "SET SESSION AUTHORIZATION DEFAULT                   | ",
        "ALTER TABLE s.old OWNER TO old                      | old",
        "ALTER EVENT TRIGGER old DISABLE                     | ",
        "COMMENT ON POLICY old ON s.t IS 'GRANT x TO old'    | ",
      })
  void namesRolesInTheirPlacesOnly(String sql, String expected) {
    assertThat(String.join(",", roles(sql))).isEqualTo(expected == null ? "" : expected);
  }

  @Test
  void changesNothingButThem() {
    assertThat(
            mapped(
                """
                CREATE POLICY "old" ON s."old" /* TO old /* old */ */ AS RESTRICTIVE
                    TO OLD, "old" -- old
                  , other USING ((old = $a$ TO old $a$) AND ("old" = E'\\' TO old'))"""))
        .isEqualTo(
            """
            CREATE POLICY "old" ON s."old" /* TO old /* old */ */ AS RESTRICTIVE
                TO "New ""1\""", "New ""1\""" -- old
              , other USING ((old = $a$ TO old $a$) AND ("old" = E'\\' TO old'))""");
    assertThat(mapped("GRANT ALL ON TABLE \"old\".old TO old WITH GRANT OPTION"))
        .isEqualTo("GRANT ALL ON TABLE \"old\".old TO \"New \"\"1\"\"\" WITH GRANT OPTION");
    assertThat(mapped("GRANT ALL ON TABLE a.b TO \"oLd\"")).endsWith("TO \"oLd\"");
  }

  @Test
  void takesStatementsApartAtTheirEnds() {
    var statements =
        RoleStatement.parse(
            """
            REVOKE ALL ON TABLE "a;b" FROM x;
            SET SESSION AUTHORIZATION x;
            GRANT SELECT ON TABLE "a;b" TO y;
            RESET SESSION AUTHORIZATION;
            COMMENT ON TABLE t IS 'it''s; done';
            """,
            false);

    assertThat(statements).hasSize(5);
    assertThat(statements.get(1).becomes()).isTrue();
    assertThat(statements.get(3).resets()).isTrue();
    assertThat(statements.get(4).withRoles(role -> "no"))
        .isEqualTo("COMMENT ON TABLE t IS 'it''s; done'");
  }

  @Test
  void backslashesEscapeWhereTheArchiveSaysSo() {
    var sql = "CREATE POLICY p ON t TO old USING (a = 'x\\'; TO y'); CREATE POLICY q ON t TO b";

    assertThat(RoleStatement.parse(sql, true)).hasSize(2);
    assertThat(RoleStatement.parse(sql, true).get(1).roles()).containsExactly("b");
  }

  @Test
  void whatIsSaidOfOneLargeObjectCanBeSaidOfAnother() {
    var statement = RoleStatement.parse("GRANT SELECT ON LARGE OBJECT 1 TO a", false).getFirst();

    assertThat(statement.ofLargeObject("4711").withRoles(role -> role))
        .isEqualTo("GRANT SELECT ON LARGE OBJECT 4711 TO a");
  }

  /** What lies behind this is another statement to PostgreSQL, and other roles. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "GRANT ALL ON TABLE t TO -- a\r evil",
        "GRANT ALL ON TABLE t TO a -- \r, evil",
        "GRANT ALL ON TABLE t TO U&\"\\0065vil\"",
        "GRANT ALL ON TABLE t TO U&\"!0065vil\" UESCAPE '!'",
        "GRANT ALL ON LARGE OBJECT 4711TO evil",
        "GRANT ALL ON TABLE s.to TO evil",
        "REVOKE ALL ON TABLE s.from FROM evil",
        "CREATE POLICY p ON s.to TO evil",
        "ALTER DEFAULT PRIVILEGES FOR ROLE EVIL GRANT SELECT ON TABLES TO a",
      })
  void findsWhoIsHidden(String sql) {
    assertThat(roles(sql)).contains("evil");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE POLICY p ON t USING (a = E'b'\n'\\') TO evil --')",
        "CREATE POLICY p ON t USING (a = $1$a$) TO evil --$a$)",
        "CREATE POLICY p ON t USING (a = 1$a$) TO evil --$a$)",
        "GRANT ALL ON TABLE t TO\u2003evil",
        "\u017fET SESSION AUTHORIZATION evil",
      })
  void findsNobodyWhereNobodyIsNamed(String sql) {
    assertThat(roles(sql)).isEmpty();
  }

  @Test
  void leavesWhatNothingClosesToTheServerWhichRefusesIt() {
    assertThat(mapped("GRANT ALL ON TABLE t TO old /* x")).endsWith("/* x");
  }

  @Test
  void whatIsSaidOfALargeObjectHasTheEscapesOfTheArchive() {
    var statement =
        RoleStatement.parse("COMMENT ON LARGE OBJECT 1 IS 'it\\'s; x'", true).getFirst();

    assertThat(statement.ofLargeObject("2").withRoles(role -> role))
        .isEqualTo("COMMENT ON LARGE OBJECT 2 IS 'it\\'s; x'");
  }

  /** A line of roles.jsonl. */
  record Sample(String sql, List<String> roles) {}

  static Stream<Sample> samples() throws IOException {
    return Samples.read("/lexer/roles.jsonl", Sample.class);
  }

  /** The file is written by oracle.py beside it, from PostgreSQL 18's own parser. */
  @ParameterizedTest(name = "{index}")
  @MethodSource("samples")
  void namesTheRolesThatPostgresqlDoes(Sample sample) {
    assertThat(roles(sample.sql())).isEqualTo(sample.roles());
  }

  /** Whatever the text: no character is lost that is none of a role's name. */
  @Property
  void keepsTheText(@ForAll @StringLength(max = 60) String text) {
    var sql = "GRANT ALL ON TABLE t TO old " + text;
    for (var statement : RoleStatement.parse(sql, false)) {
      assertThat(sql).contains(statement.withRoles(role -> role));
    }
  }
}
