package io.pgcask.runner.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.runner.restore.globals.GlobalsException;
import io.pgcask.runner.restore.globals.GlobalsScript;
import io.pgcask.runner.restore.globals.Role;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GlobalsChoiceTest {
  private static final Set<Role.Attribute> ORDINARY =
      EnumSet.of(Role.Attribute.LOGIN, Role.Attribute.CREATEROLE);

  private static GlobalsTarget superuser(int major) {
    return new GlobalsTarget(
        "postgres",
        major,
        true,
        true,
        EnumSet.allOf(Role.Attribute.class),
        Set.of("postgres", "old"),
        Set.of("postgres", "old"),
        Set.of("pg_default", "there"),
        Set.of("/mnt/a"));
  }

  private static GlobalsTarget ordinary(int major) {
    return new GlobalsTarget(
        "restorer",
        major,
        false,
        true,
        ORDINARY,
        Set.of("postgres", "old", "restorer"),
        Set.of(),
        Set.of(),
        Set.of());
  }

  private static GlobalsChoice choice(GlobalsTarget target, String... statements) {
    try {
      var script = GlobalsScript.parse(String.join(";\n", statements) + ";");
      return new GlobalsChoice(script, target, true);
    } catch (GlobalsException e) {
      throw new AssertionError(e);
    }
  }

  private static List<String> sql(GlobalsChoice choice) {
    return choice.roleSteps().stream().map(GlobalsChoice.Step::sql).toList();
  }

  @Test
  void makesARoleInOneStatement() {
    var choice =
        choice(
            superuser(17),
            "CREATE ROLE \"a b\"",
            "ALTER ROLE \"a b\" WITH SUPERUSER NOINHERIT NOCREATEROLE LOGIN CONNECTION LIMIT 3 PASSWORD 'md5x' VALID UNTIL 'infinity'",
            "ALTER ROLE \"a b\" SET work_mem TO '1MB'");

    assertThat(choice.created()).containsExactly("a b");
    assertThat(sql(choice))
        .containsExactly(
            "CREATE ROLE \"a b\" SUPERUSER LOGIN NOINHERIT CONNECTION LIMIT 3 VALID UNTIL 'infinity'"
                + " PASSWORD 'md5x'",
            "ALTER ROLE \"a b\" SET \"work_mem\" TO '1MB'");
    assertThat(choice.roleSteps().toString()).doesNotContain("md5x");
    assertThat(choice.leftOut()).isEmpty();
  }

  @Test
  void leavesEveryRoleAloneThatExists() {
    var choice =
        choice(
            superuser(17),
            "CREATE ROLE old",
            "ALTER ROLE old WITH SUPERUSER LOGIN PASSWORD 'md5x'",
            "COMMENT ON ROLE old IS 'changed'",
            "ALTER ROLE old SET work_mem TO '1MB'",
            "CREATE ROLE fresh",
            "GRANT postgres TO old",
            "GRANT fresh TO old",
            "GRANT old TO fresh",
            "GRANT SET ON PARAMETER work_mem TO old");

    assertThat(choice.existing()).containsExactly("old");
    assertThat(sql(choice)).containsExactly("CREATE ROLE \"fresh\"", "GRANT \"old\" TO \"fresh\"");
    assertThat(choice.leftOut())
        .containsExactly(
            "roles that exist are left alone and do not become members of the new role fresh: old");
  }

  @Test
  void givesNoAttributeThatItMayNotGive() {
    var choice =
        choice(
            ordinary(17),
            "CREATE ROLE a",
            "ALTER ROLE a WITH SUPERUSER LOGIN REPLICATION",
            "CREATE ROLE b",
            "ALTER ROLE b WITH REPLICATION",
            "GRANT a TO b",
            "GRANT old TO a");

    assertThat(sql(choice))
        .containsExactly("CREATE ROLE \"a\" LOGIN", "CREATE ROLE \"b\"", "GRANT \"a\" TO \"b\"");
    assertThat(choice.leftOut())
        .containsExactlyInAnyOrder(
            "role restorer may not give SUPERUSER; without it: a",
            "role restorer may not give REPLICATION; without it: a, b",
            "role restorer may not grant old, so these do not become members: a");
  }

  @Test
  void writesMembershipsAsTheServerKnowsThem() {
    var statements =
        new String[] {
          "CREATE ROLE a",
          "CREATE ROLE b",
          "CREATE ROLE c",
          "GRANT a TO b WITH ADMIN OPTION, INHERIT TRUE GRANTED BY postgres",
          "GRANT a TO c WITH INHERIT FALSE, SET FALSE GRANTED BY postgres",
          "GRANT SET ON PARAMETER work_mem TO a"
        };

    assertThat(sql(choice(superuser(16), statements)))
        .endsWith(
            "GRANT \"a\" TO \"b\" WITH ADMIN OPTION, INHERIT TRUE",
            "GRANT \"a\" TO \"c\" WITH INHERIT FALSE, SET FALSE",
            "GRANT SET ON PARAMETER \"work_mem\" TO \"a\"");
    var older = choice(superuser(14), statements);
    assertThat(sql(older)).endsWith("GRANT \"a\" TO \"b\" WITH ADMIN OPTION");
    assertThat(older.leftOut())
        .singleElement()
        .asString()
        .startsWith("a server before 16 cannot make c a member of a");
  }

  @Test
  void makesTablespacesWhoseDirectoriesExist() {
    var statements =
        new String[] {
          "CREATE TABLESPACE a OWNER gone LOCATION '/mnt/a'",
          "COMMENT ON TABLESPACE a IS 'x'",
          "GRANT CREATE ON TABLESPACE a TO gone",
          "CREATE TABLESPACE b OWNER old LOCATION '/mnt/b'",
          "CREATE TABLESPACE there OWNER old LOCATION '/mnt/a'"
        };

    var choice = choice(superuser(17), statements);

    assertThat(choice.tablespaceSteps())
        .singleElement()
        .satisfies(
            steps ->
                assertThat(steps)
                    .extracting(GlobalsChoice.Step::sql)
                    .containsExactly(
                        "CREATE TABLESPACE \"a\" LOCATION '/mnt/a'",
                        "COMMENT ON TABLESPACE \"a\" IS 'x'"));
    assertThat(choice.leftOut())
        .containsExactly("tablespace b is left out: the server has no directory /mnt/b");
    assertThat(choice(ordinary(17), statements).leftOut())
        .containsExactly("role restorer may not make tablespaces; left out: a, b, there");
  }
}
