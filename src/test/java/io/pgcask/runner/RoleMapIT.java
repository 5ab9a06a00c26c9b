package io.pgcask.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.DumpFormat;
import io.pgcask.api.v1alpha1.ExtensionChoice;
import io.pgcask.api.v1alpha1.Provider;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.RestoreErrors;
import io.pgcask.api.v1alpha1.RestoreMode;
import io.pgcask.api.v1alpha1.RestoreOptionsBuilder;
import io.pgcask.api.v1alpha1.TlsMode;
import io.pgcask.contract.RestoreChoice;
import io.pgcask.contract.RestoreChoiceBuilder;
import io.pgcask.contract.Task;
import io.pgcask.contract.TaskRestoreBuilder;
import io.pgcask.postgres.ServerFacts;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A database moves from PostgreSQL 17 to a server of 18 that has other roles, and whose provider
 * gives nobody a superuser: owners, rights and policies are the same afterwards, under other names.
 */
@Tag("host")
class RoleMapIT {
  private static final int SOURCE = 17;
  private static final int TARGET = 18;
  private static final String PASSWORD = "master-password";

  private static final Map<String, String> MAP =
      Map.of(
          "shop", "app",
          "reporting", "app_readers",
          "auditor", "App \"Auditors\"",
          "Odd, Role", "app_partner",
          "postgres", "master");

  /** One line for each thing that a role owns or may do; roles stand between bars. */
  private static final String CATALOGUE =
      """
      WITH space AS (SELECT * FROM pg_namespace WHERE nspname IN ('public', 'sales')),
      object AS (
        SELECT 'schema ' || nspname AS what, nspowner AS owner,
               coalesce(nspacl, acldefault('n', nspowner)) AS acl FROM space WHERE nspname <> 'public'
        UNION ALL
        SELECT 'relation ' || nspname || '.' || relname, relowner,
               coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's'::"char" ELSE 'r' END, relowner))
        FROM pg_class c JOIN space s ON s.oid = c.relnamespace WHERE relkind IN ('r', 'v', 'm', 'S')
        UNION ALL
        SELECT 'column ' || relname || '.' || attname, relowner, attacl
        FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid JOIN space s ON s.oid = relnamespace
        WHERE attacl IS NOT NULL
        UNION ALL
        SELECT 'function ' || nspname || '.' || proname, proowner,
               coalesce(proacl, acldefault('f', proowner))
        FROM pg_proc p JOIN space s ON s.oid = p.pronamespace
        WHERE NOT EXISTS (SELECT FROM pg_depend WHERE objid = p.oid AND deptype = 'e')
        UNION ALL
        SELECT 'type ' || nspname || '.' || typname, typowner, coalesce(typacl, acldefault('T', typowner))
        FROM pg_type t JOIN space s ON s.oid = typnamespace WHERE typtype = 'e'
        UNION ALL
        SELECT 'large object ' || oid, lomowner, coalesce(lomacl, acldefault('L', lomowner))
        FROM pg_largeobject_metadata
        UNION ALL
        SELECT 'publication ' || pubname, pubowner, NULL FROM pg_publication
        UNION ALL
        SELECT 'defaults ' || defaclobjtype::text, defaclrole, defaclacl FROM pg_default_acl)
      SELECT what || ' owner |' || pg_get_userbyid(owner) || '|' FROM object
      UNION ALL
      SELECT format('%s: %s %s |%s|%s|', what, privilege_type, is_grantable, pg_get_userbyid(grantor),
                    CASE grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grantee) END)
      FROM object, aclexplode(acl)
      UNION ALL
      SELECT format('policy %s %s %s %s |%s|', policyname, cmd, qual, with_check,
                    array_to_string(ARRAY(SELECT unnest(roles) ORDER BY 1), '|'))
      FROM pg_policies
      UNION ALL
      SELECT 'comment ' || obj_description(oid, 'pg_policy') FROM pg_policy
      """;

  @TempDir static Path scratch;

  private static RunnerFixture fixture;
  private static Task.Backup custom;

  @BeforeAll
  static void start() throws Exception {
    fixture = new RunnerFixture(scratch);
    fixture.server(SOURCE);
    fixture.server(TARGET);
    fixture.sql(
        SOURCE,
        "postgres",
        "CREATE ROLE shop",
        "CREATE ROLE reporting",
        "CREATE ROLE auditor",
        "CREATE ROLE \"Odd, Role\"",
        "CREATE ROLE rdsadmin SUPERUSER",
        "CREATE DATABASE shop OWNER shop",
        "REVOKE ALL ON DATABASE shop FROM PUBLIC",
        "GRANT CONNECT ON DATABASE shop TO reporting",
        "ALTER ROLE reporting IN DATABASE shop SET search_path TO sales");
    fixture.sql(
        SOURCE,
        "shop",
        "CREATE EXTENSION hstore",
        "CREATE SCHEMA sales AUTHORIZATION shop",
        "SET ROLE shop",
        "CREATE TYPE sales.state AS ENUM ('open', 'paid')",
        "CREATE TABLE sales.orders (id serial PRIMARY KEY, who text DEFAULT current_user,"
            + " state sales.state, note text)",
        "INSERT INTO sales.orders (who, state, note)"
            + " SELECT 'shop', 'paid', md5(g::text) FROM generate_series(1, 500) g",
        "CREATE VIEW sales.paid AS SELECT id FROM sales.orders WHERE state = 'paid'",
        "CREATE MATERIALIZED VIEW sales.counted AS SELECT count(*) FROM sales.orders",
        "CREATE FUNCTION sales.twice(\"to\" integer) RETURNS integer LANGUAGE sql AS 'SELECT 2 * $1'",
        "REVOKE ALL ON FUNCTION sales.twice(integer) FROM PUBLIC",
        "GRANT EXECUTE ON FUNCTION sales.twice(integer) TO reporting",
        "GRANT USAGE ON SCHEMA sales TO reporting, auditor",
        "GRANT SELECT ON sales.orders TO reporting WITH GRANT OPTION",
        "GRANT UPDATE (note) ON sales.orders TO \"Odd, Role\"",
        "REVOKE TRUNCATE ON sales.orders FROM shop",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA sales GRANT SELECT ON TABLES TO reporting",
        "ALTER TABLE sales.orders ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY shop ON sales.orders FOR SELECT TO reporting, \"Odd, Role\""
            + " USING (who <> 'TO reporting')",
        "COMMENT ON POLICY shop ON sales.orders IS 'of shop'",
        "CREATE PUBLICATION few FOR TABLE sales.orders",
        "SELECT lo_from_bytea(4711, '\\x00ff10'), lo_from_bytea(4712, '\\x01')",
        "GRANT SELECT ON LARGE OBJECT 4711, 4712 TO reporting",
        "SET ROLE reporting",
        "GRANT SELECT ON sales.orders TO auditor",
        "RESET ROLE",
        // where its owner may not create
        "CREATE TABLE public.attributes (h hstore)",
        "INSERT INTO public.attributes VALUES ('a=>1')",
        "ALTER TABLE public.attributes OWNER TO shop",
        "GRANT SELECT ON public.attributes TO rdsadmin",
        "CREATE FUNCTION public.watch() RETURNS event_trigger LANGUAGE plpgsql AS"
            + " 'BEGIN CREATE TABLE IF NOT EXISTS public.seen (); END'",
        "CREATE EVENT TRIGGER watch ON ddl_command_end WHEN TAG IN ('GRANT', 'ALTER TABLE')"
            + " EXECUTE FUNCTION public.watch()",
        "COMMENT ON EVENT TRIGGER watch IS 'watches'");
    custom = dump("shop", DumpFormat.CUSTOM);
    fixture.sql(
        TARGET,
        "postgres",
        "CREATE ROLE rdsadmin SUPERUSER",
        "CREATE ROLE rds_superuser IN ROLE pg_monitor, pg_signal_backend, pg_checkpoint",
        "CREATE ROLE app",
        "CREATE ROLE app_readers",
        "CREATE ROLE \"App \"\"Auditors\"\"\"",
        "CREATE ROLE master LOGIN CREATEDB CREATEROLE PASSWORD '"
            + PASSWORD
            + "'"
            + " IN ROLE pg_monitor, pg_signal_backend, pg_checkpoint",
        "GRANT app_readers TO master WITH ADMIN OPTION");
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  private static Task.Backup dump(String database, DumpFormat format) throws Exception {
    var task =
        RunnerFixture.backup(
            RunnerFixture.at(SOURCE, database, "postgres"),
            format,
            null,
            RunnerFixture.volumeStorage());
    fixture.run(task, RunnerFixture.ADMIN_PASSWORD).succeeded();
    return task;
  }

  private static String newName() {
    return "moved_" + UUID.randomUUID().toString().substring(0, 8);
  }

  private static RestoreChoice choice(RestoreOptionsBuilder options) {
    return RestoreChoiceBuilder.builder().options(options.build()).build();
  }

  private static Task.Restore task(
      String database,
      String user,
      Provider provider,
      RestoreMode mode,
      Task.Backup from,
      RestoreChoice choice) {
    return new Task.Restore(
        UUID.randomUUID().toString(),
        "ns",
        "restore",
        new Task.Server("pg" + TARGET, 5432, database, null, user, TlsMode.REQUIRE, 10, provider),
        mode,
        Task.Bounds.NONE,
        null,
        RunnerFixture.volumeStorage(),
        from.path(),
        60,
        choice,
        Task.Steps.NONE);
  }

  /** As a master user of RDS, into a new database. */
  private static RunnerFixture.Run move(String database, RestoreChoice choice) throws Exception {
    return fixture.run(
        task(database, "master", Provider.RDS, RestoreMode.CREATE_NEW, custom, choice), PASSWORD);
  }

  private static RunnerFixture.Run asSuperuser(
      String database, RestoreMode mode, Task.Backup from, RestoreChoice choice) throws Exception {
    return fixture.run(
        task(database, "postgres", Provider.GENERIC, mode, from, choice),
        RunnerFixture.ADMIN_PASSWORD);
  }

  private static List<String> strings(int server, String database, String query) throws Exception {
    try (var session =
        fixture.session(server, database, "postgres", RunnerFixture.ADMIN_PASSWORD)) {
      return strings(session, query);
    }
  }

  private static List<String> strings(Connection session, String query) throws SQLException {
    try (var statement = session.createStatement();
        var rows = statement.executeQuery(query)) {
      var values = new ArrayList<String>();
      while (rows.next()) {
        values.add(rows.getString(1));
      }
      return values;
    }
  }

  /** The catalogue of the source, as it must be on the target. */
  private static TreeSet<String> expected(String database, Map<String, String> map)
      throws Exception {
    var lines = new TreeSet<String>();
    for (var line : strings(SOURCE, database, CATALOGUE)) {
      var mapped = line;
      for (var role : map.entrySet()) {
        mapped = mapped.replace("|" + role.getKey() + "|", "|" + role.getValue() + "|");
        mapped = mapped.replace("|" + role.getKey() + "|", "|" + role.getValue() + "|");
      }
      lines.add(sorted(mapped));
    }
    return lines;
  }

  private static TreeSet<String> found(String database) throws Exception {
    var lines = new TreeSet<String>();
    strings(TARGET, database, CATALOGUE).forEach(line -> lines.add(sorted(line)));
    return lines;
  }

  /** The roles of a policy are in the order of their names, which are others now. */
  private static String sorted(String line) {
    if (!line.startsWith("policy")) {
      return line;
    }
    int roles = line.indexOf('|');
    return line.substring(0, roles) + new TreeSet<>(List.of(line.substring(roles).split("\\|")));
  }

  private static List<String> rows(int server, String database) throws Exception {
    try (var session =
        fixture.session(server, database, "postgres", RunnerFixture.ADMIN_PASSWORD)) {
      return List.of(
          SampleDatabase.rowsOf(session, "sales.orders"),
          SampleDatabase.rowsOf(session, "public.attributes"),
          strings(session, "SELECT count FROM sales.counted").getFirst(),
          strings(session, "SELECT lo_get(4711)::text || lo_get(4712)::text").getFirst());
    }
  }

  private static boolean exists(String database) throws Exception {
    try (var session =
        fixture.session(TARGET, "postgres", "postgres", RunnerFixture.ADMIN_PASSWORD)) {
      return ServerFacts.databaseExists(session, database);
    }
  }

  @Test
  void withoutASuperuserUnderOtherNames() throws Exception {
    // Given
    var name = newName();
    var choice = choice(RestoreOptionsBuilder.builder().roleMap(MAP).createMissingRoles(true));
    fixture.sql(TARGET, "postgres", "REVOKE app FROM master");

    // When the role is nobody who could own things in the name of others
    var refused = move(name, choice).failed(Reason.PERMISSION_DENIED);

    // Then the plan says how to change that, and nothing is written
    assertThat(refused.result().message())
        .contains(
            "role master may not act as role app, which it has to give something to: run GRANT"
                + " \"app\" TO \"master\"");
    assertThat(exists(name)).isFalse();

    // When it is
    fixture.sql(TARGET, "postgres", "GRANT app TO master");
    var run = move(name, choice).succeeded();

    // Then all is as it was, but for what nobody may restore there, which is said
    assertThat(rows(TARGET, name)).isEqualTo(rows(SOURCE, "shop"));
    var expected = expected("shop", MAP);
    assertThat(expected.removeIf(line -> line.contains("|rdsadmin|"))).isTrue();
    assertThat(found(name)).isEqualTo(expected);
    assertThat(run.log())
        .contains("the comment on EXTENSION hstore is left out: extensions belong to provider RDS")
        .contains("event trigger watch is left out: role master is no superuser")
        .contains(
            "TABLE attributes: what is for a role that provider RDS keeps for itself is left out")
        .doesNotContain("\"result\":\"Failed\"");
    assertThat(
            strings(
                TARGET,
                name,
                "SELECT obj_description(oid, 'pg_extension') FROM pg_extension WHERE extname = 'hstore'"
                    + " UNION ALL SELECT evtname FROM pg_event_trigger"
                    + " UNION ALL SELECT 'public' FROM pg_namespace n WHERE nspname = 'public'"
                    + "   AND nspacl::text LIKE '%app=%'"))
        .doesNotContain("watch", "public");
    assertThat(
            strings(
                TARGET,
                name,
                "SELECT pg_get_userbyid(datdba) || array_to_string(datacl, ' ') FROM pg_database"
                    + " WHERE datname = current_database()"))
        .singleElement()
        .asString()
        .startsWith("app")
        .contains("app_readers=c/");
    assertThat(
            strings(
                TARGET,
                name,
                "SELECT setrole::regrole || ' ' || setconfig[1] FROM pg_db_role_setting s"
                    + " JOIN pg_database d ON d.oid = setdatabase WHERE datname = current_database()"))
        .containsExactly("app_readers search_path=sales");
  }

  @Test
  void thePlanKnowsTheMapAndTheProvider() throws Exception {
    var name = newName();
    var map = Map.of("shop", "nobody", "nowhere", "app", "reporting", "app_readers");

    var run =
        move(name, choice(RestoreOptionsBuilder.builder().roleMap(map)))
            .failed(Reason.INVALID_OPTIONS);

    assertThat(run.log())
        .contains("role nobody, to which shop is mapped, does not exist")
        .contains("options.roleMap: the backup does not name role nowhere");

    // without a map, what is the provider's stays out just so, unless nothing may be missing
    var options = RestoreOptionsBuilder.builder().noOwner(true).build();
    var strict = RestoreChoiceBuilder.builder().options(options).strict(true).build();
    var refused = move(name, strict).failed(Reason.PERMISSION_DENIED);
    assertThat(refused.log())
        .contains("the comment on EXTENSION hstore is left out", "(strict)")
        .contains("what is for a role that provider RDS keeps for itself is left out (strict)");
    assertThat(exists(name)).isFalse();
  }

  @Test
  void inPlaceOfAnotherDatabaseWithAllThatASuperuserMay() throws Exception {
    // Given
    fixture.sql(SOURCE, "postgres", "CREATE DATABASE whole TEMPLATE shop");
    fixture.sql(
        SOURCE,
        "whole",
        "CREATE EXTENSION postgres_fdw",
        "CREATE SERVER there FOREIGN DATA WRAPPER postgres_fdw",
        "ALTER SERVER there OWNER TO shop",
        "CREATE USER MAPPING FOR reporting SERVER there OPTIONS (user 'reporting')",
        "CREATE PUBLICATION everything FOR ALL TABLES");
    var directory = dump("whole", DumpFormat.DIRECTORY);
    var name = newName();
    fixture.sql(TARGET, "postgres", "CREATE DATABASE " + name, "CREATE ROLE boss SUPERUSER");
    fixture.sql(TARGET, name, "CREATE TABLE before ()");
    var map =
        Map.of(
            "shop", "app",
            "reporting", "app_readers",
            "auditor", "App \"Auditors\"",
            "Odd, Role", "app_partner",
            "postgres", "boss");

    // When
    asSuperuser(
            name,
            RestoreMode.REPLACE,
            directory,
            choice(RestoreOptionsBuilder.builder().roleMap(map).createMissingRoles(true)))
        .succeeded();

    // Then nothing is missing, and the event trigger has not seen how it came there
    assertThat(rows(TARGET, name)).isEqualTo(rows(SOURCE, "whole"));
    assertThat(found(name)).isEqualTo(expected("whole", map));
    assertThat(
            strings(
                TARGET,
                name,
                "SELECT evtowner::regrole || ' ' || obj_description(oid, 'pg_event_trigger')"
                    + " FROM pg_event_trigger UNION ALL"
                    + " SELECT srvowner::regrole::text FROM pg_foreign_server UNION ALL"
                    + " SELECT usename || array_to_string(umoptions, ' ') FROM pg_user_mappings"
                    + " UNION ALL SELECT relname FROM pg_class WHERE relname IN ('seen', 'before')"))
        .containsExactly("boss watches", "app", "app_readersuser=reporting");
  }

  @Test
  void anErrorLeavesNoOwnerAndNoRightBehind() throws Exception {
    // Given something that the target's rules refuse only when it is done
    var name = newName();
    fixture.sql(TARGET, "postgres", "CREATE DATABASE " + name);
    fixture.sql(
        TARGET, "postgres", "ALTER DATABASE %s SET max_stack_depth = '100kB'".formatted(name));
    var broken = newName();
    fixture.sql(SOURCE, "postgres", "CREATE DATABASE " + broken);
    fixture.sql(
        SOURCE,
        broken,
        "CREATE TABLE t (i int)",
        "ALTER TABLE t OWNER TO shop",
        "CREATE POLICY deep ON t TO reporting USING (i = "
            + "(".repeat(1500)
            + "1"
            + " + 1)".repeat(1500)
            + ")");
    var backup = dump(broken, DumpFormat.CUSTOM);

    var map = Map.of("shop", "app", "reporting", "app_readers");

    // When
    var run =
        asSuperuser(
                name,
                RestoreMode.INTO_EMPTY,
                backup,
                choice(RestoreOptionsBuilder.builder().roleMap(map)))
            .failed(Reason.RESTORE_FAILED);

    // Then the message says where, and what is in the database
    assertThat(run.result().message())
        .contains("at POLICY public.t deep", "none of them is", "is not a whole copy");
    assertThat(strings(TARGET, name, "SELECT tableowner FROM pg_tables WHERE tablename = 't'"))
        .containsExactly("postgres");

    // When errors are accepted, then all is set but for what was refused
    fixture.sql(TARGET, name, "DROP TABLE t");
    var accepting =
        TaskRestoreBuilder.builder(
                task(
                    name,
                    "postgres",
                    Provider.GENERIC,
                    RestoreMode.INTO_EMPTY,
                    backup,
                    choice(RestoreOptionsBuilder.builder().roleMap(map))))
            .steps(new Task.Steps(RestoreErrors.ACCEPT, null, null, false))
            .build();
    var accepted = fixture.run(accepting, RunnerFixture.ADMIN_PASSWORD).succeeded();
    assertThat(accepted.result().reason()).isEqualTo(Reason.COMPLETED_WITH_WARNINGS);
    assertThat(accepted.result().errorCount()).isEqualTo(1);
    assertThat(accepted.log()).contains("POLICY public.t deep: stack depth limit exceeded");
    assertThat(strings(TARGET, name, "SELECT tableowner FROM pg_tables WHERE tablename = 't'"))
        .containsExactly("app");
  }

  @Test
  void extensionsInAnotherSchemaOrVersion() throws Exception {
    // Given
    var source = newName();
    fixture.sql(SOURCE, "postgres", "CREATE DATABASE " + source);
    fixture.sql(
        SOURCE,
        source,
        "CREATE SCHEMA tools",
        "CREATE EXTENSION cube SCHEMA tools",
        "CREATE EXTENSION earthdistance SCHEMA tools",
        "CREATE EXTENSION pg_trgm",
        "CREATE EXTENSION hstore SCHEMA tools",
        "CREATE TABLE attributes AS SELECT tools.hstore('a', 'b') AS h");
    var backup = dump(source, DumpFormat.CUSTOM);
    var map = new HashMap<String, ExtensionChoice>();
    map.put("earthdistance", new ExtensionChoice(true, null, null));
    map.put("hstore", new ExtensionChoice(null, null, "1.7"));
    map.put("pg_trgm", new ExtensionChoice(null, "trgm", null));
    var name = newName();

    // When
    asSuperuser(
            name,
            RestoreMode.CREATE_NEW,
            backup,
            choice(RestoreOptionsBuilder.builder().extensionMap(map)))
        .succeeded();

    // Then
    assertThat(
            strings(
                TARGET,
                name,
                "SELECT extname || ' ' || extnamespace::regnamespace"
                    + " || CASE extname WHEN 'hstore' THEN ' ' || extversion ELSE '' END"
                    + " || CASE WHEN obj_description(oid, 'pg_extension') IS NULL THEN ' bare' ELSE '' END"
                    + " FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY 1"))
        .containsExactly("cube tools", "hstore tools 1.7", "pg_trgm trgm");
    assertThat(strings(TARGET, name, "SELECT h::text FROM attributes"))
        .containsExactly("\"a\"=>\"b\"");

    // When the server has no such version, or a table names the schema
    map.put("hstore", new ExtensionChoice(null, "public", "0.1"));
    var refused =
        asSuperuser(
                newName(),
                RestoreMode.CREATE_NEW,
                backup,
                choice(RestoreOptionsBuilder.builder().extensionMap(map)))
            .failed(Reason.INVALID_OPTIONS);

    // Then the plan says so
    assertThat(refused.log())
        .contains("does not offer extension hstore in version 0.1")
        .contains(
            "hstore cannot lie in schema public: TABLE public.attributes names it as tools.hstore");
  }
}
