package io.pgcask.runner.restore.globals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GlobalsScriptTest {

  /** As pg_dumpall 17.6 wrote it, but for the passwords and some blank lines. */
  private static final String SERVER =
      """
      --
      -- PostgreSQL database cluster dump
      --

      \\restrict aNv0aVRbVH2

      SET default_transaction_read_only = off;

      SET client_encoding = 'UTF8';
      SET standard_conforming_strings = on;

      --
      -- Roles
      --

      CREATE ROLE app;
      ALTER ROLE app WITH NOSUPERUSER INHERIT NOCREATEROLE CREATEDB LOGIN NOREPLICATION NOBYPASSRLS CONNECTION LIMIT 7 PASSWORD 'SCRAM-SHA-256$4096:a==$b=:c=' VALID UNTIL '2031-01-01 00:00:00+00';
      COMMENT ON ROLE app IS 'it''s; a role -- no comment';
      CREATE ROLE "odd; ""role ä";
      ALTER ROLE "odd; ""role ä" WITH SUPERUSER NOINHERIT CREATEROLE NOCREATEDB NOLOGIN REPLICATION BYPASSRLS;
      SECURITY LABEL FOR selinux ON ROLE app IS 'secret';

      --
      -- User Configurations
      --

      --
      -- User Config "app"
      --

      ALTER ROLE app SET work_mem TO '7MB';
      ALTER ROLE app SET search_path TO 's', 'public';
      ALTER ROLE app SET "my.path" TO E'C:\\\\a\\\\''b';

      --
      -- Role memberships
      --

      GRANT "odd; ""role ä" TO app WITH ADMIN OPTION, INHERIT FALSE, SET FALSE GRANTED BY postgres;
      GRANT "odd; ""role ä" TO app WITH INHERIT TRUE, SET FALSE GRANTED BY admin;
      GRANT set TO app GRANTED BY postgres;

      --
      -- Role privileges on configuration parameters
      --

      GRANT SET,ALTER SYSTEM ON PARAMETER work_mem TO app WITH GRANT OPTION;
      SET SESSION AUTHORIZATION app;
      GRANT ALL ON PARAMETER "my.path" TO other;
      RESET SESSION AUTHORIZATION;

      --
      -- Tablespaces
      --

      CREATE TABLESPACE fast OWNER app LOCATION '/mnt/fast';
      ALTER TABLESPACE fast SET (random_page_cost=1.1, effective_io_concurrency=200);
      REVOKE ALL ON TABLESPACE fast FROM app;
      GRANT CREATE ON TABLESPACE fast TO app;
      COMMENT ON TABLESPACE fast IS 'on the SSD';

      \\unrestrict aNv0aVRbVH2

      --
      -- PostgreSQL database cluster dump complete
      --
      """;

  @Test
  void readsRolesWithTheirAttributes() throws Exception {
    var script = GlobalsScript.parse(SERVER);

    assertThat(script.roles())
        .containsExactly(
            new Role(
                "app",
                Set.of(Role.Attribute.CREATEDB, Role.Attribute.LOGIN),
                true,
                Optional.of(7),
                Optional.of("SCRAM-SHA-256$4096:a==$b=:c="),
                Optional.of("2031-01-01 00:00:00+00")),
            new Role(
                "odd; \"role ä",
                Set.of(
                    Role.Attribute.SUPERUSER,
                    Role.Attribute.CREATEROLE,
                    Role.Attribute.REPLICATION,
                    Role.Attribute.BYPASSRLS),
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty()));
    assertThat(script.roles().toString()).doesNotContain("SCRAM");
  }

  @Test
  void readsMembershipsAndUnitesThoseOfDifferentGrantors() throws Exception {
    assertThat(GlobalsScript.parse(SERVER).memberships())
        .containsExactly(
            new Membership("odd; \"role ä", "app", true, Optional.of(true), false),
            new Membership("set", "app", false, Optional.empty(), true));
    assertThat(GlobalsScript.parse("GRANT a TO b WITH ADMIN OPTION GRANTED BY c;").memberships())
        .as("of a server before 16")
        .containsExactly(new Membership("a", "b", true, Optional.empty(), true));
  }

  @Test
  void writesTheRestAnew() throws Exception {
    var script = GlobalsScript.parse(SERVER);

    assertThat(script.ofRoles())
        .containsExactly(
            Addition.to("app", "COMMENT ON ROLE \"app\" IS 'it''s; a role -- no comment'"),
            Addition.to("app", "SECURITY LABEL FOR \"selinux\" ON ROLE \"app\" IS 'secret'"),
            Addition.to("app", "ALTER ROLE \"app\" SET \"work_mem\" TO '7MB'"),
            Addition.to("app", "ALTER ROLE \"app\" SET \"search_path\" TO 's', 'public'"),
            Addition.to("app", "ALTER ROLE \"app\" SET \"my.path\" TO 'C:\\a\\''b'"),
            new Addition(
                "app",
                "app",
                15,
                "GRANT SET, ALTER SYSTEM ON PARAMETER \"work_mem\" TO \"app\" WITH GRANT OPTION"),
            new Addition("other", "other", 15, "GRANT ALL ON PARAMETER \"my.path\" TO \"other\""));
    assertThat(script.tablespaces()).containsExactly(new Tablespace("fast", "app", "/mnt/fast"));
    assertThat(script.ofTablespaces())
        .containsExactly(
            Addition.to(
                "fast",
                "ALTER TABLESPACE \"fast\" SET (\"random_page_cost\"='1.1',"
                    + " \"effective_io_concurrency\"='200')"),
            new Addition("fast", "app", 0, "GRANT CREATE ON TABLESPACE \"fast\" TO \"app\""),
            Addition.to("fast", "COMMENT ON TABLESPACE \"fast\" IS 'on the SSD'"));
  }

  @Test
  void readsTheRolesThatADatabaseRefersTo() throws Exception {
    var script =
        GlobalsScript.parse(
            """
            -- Roles that database shop refers to. One that exists is left as it is.

            SELECT pg_catalog.format('CREATE ROLE %I NOLOGIN', 'it''s') WHERE NOT EXISTS
              (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'it''s') \\gexec

            SELECT pg_catalog.format('CREATE ROLE %I NOLOGIN', 'b') WHERE NOT EXISTS
              (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'b') \\gexec
            """);

    assertThat(script.roles()).containsExactly(Role.named("it's"), Role.named("b"));
    assertThat(script.roles()).allMatch(role -> role.attributes().isEmpty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DROP ROLE app;",
        "DROP DATABASE shop;",
        "ALTER ROLE app WITH SUPERUSER;",
        "ALTER ROLE app RENAME TO b;",
        "CREATE ROLE a SUPERUSER;",
        "CREATE ROLE a; CREATE ROLE a;",
        "CREATE ROLE a; ALTER ROLE a WITH IN ROLE postgres;",
        "CREATE ROLE a",
        "CREATE ROLE 'a';",
        "CREATE ROLE \"a;",
        "GRANT ALL ON DATABASE shop TO app;",
        "GRANT a TO b, c;",
        "GRANT a TO b WITH SOMETHING TRUE;",
        "SELECT pg_catalog.pg_reload_conf();",
        "SELECT pg_catalog.format('DROP ROLE %I', 'a') WHERE NOT EXISTS"
            + " (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'a') \\gexec",
        "SELECT pg_catalog.format('CREATE ROLE %I NOLOGIN', 'a') WHERE NOT EXISTS"
            + " (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'b') \\gexec",
        "SET client_encoding = 'LATIN1';",
        "SET standard_conforming_strings = off;",
        "SET role = postgres;",
        "COMMENT ON DATABASE shop IS 'a';",
        "ALTER SYSTEM SET work_mem TO '1';",
        "\\! rm -rf /",
        "CREATE ROLE a \\g",
        "\\gexec",
        "ALTER ROLE a SET b TO E'\\n';",
        "DO $$ BEGIN END $$;"
      })
  void refusesWhateverElseThereMayBe(String sql) {
    assertThatThrownBy(() -> GlobalsScript.parse(sql)).isInstanceOf(GlobalsException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "COMMENT ON ROLE a IS 'x' /* y */ 'z';",
        "COMMENT ON ROLE a IS N'x';",
        "COMMENT ON ROLE a IS B'1';",
        "COMMENT ON ROLE a IS U&'x';",
        "COMMENT ON ROLE a IS e'x\\'; --';",
        "ALTER ROLE a SET b TO 7MB;",
        "CREATE ROLE a /* ;",
        "CREATE\u2003ROLE a;",
        "CREATE ROLE a; -- b\rDROP ROLE x;",
      })
  void refusesWhatPostgresqlReadsInAnotherWay(String sql) {
    assertThatThrownBy(() -> GlobalsScript.parse(sql)).isInstanceOf(GlobalsException.class);
  }

  @Test
  void readsWhatPsqlReads() throws Exception {
    assertThat(
            GlobalsScript.parse("-- a\rCREATE ROLE /* b; */ \u00c4B; CREATE ROLE U&\"\\0063\";")
                .roles())
        .extracting(Role::name)
        .containsExactly("\u00c4b", "c");
    assertThat(GlobalsScript.parse("COMMENT ON ROLE a IS E'x'\n'\\\\''y';").ofRoles())
        .containsExactly(Addition.to("a", "COMMENT ON ROLE \"a\" IS 'x\\''y'"));
    assertThat(GlobalsScript.parse("CREATE ROLE a; ALTER ROLE a WITH CONNECTION LIMIT -1;").roles())
        .extracting(Role::connectionLimit)
        .containsExactly(Optional.of(-1));
  }

  @Test
  void namesNoValueOfWhatItRefuses() {
    assertThatThrownBy(() -> GlobalsScript.parse("ALTER USER x PASSWORD 'telltale';"))
        .hasMessage("it has a statement that is not understood: ALTER USER x ...");
  }

  /** Whatever the text of a comment is, it stays a text. */
  @Property
  void aTextNeverEnds(@ForAll String text) throws Exception {
    var literal = text.replace("'", "''");

    var script = GlobalsScript.parse("COMMENT ON ROLE a IS '" + literal + "';");

    assertThat(script.ofRoles())
        .containsExactly(Addition.to("a", "COMMENT ON ROLE \"a\" IS '" + literal + "'"));
  }
}
