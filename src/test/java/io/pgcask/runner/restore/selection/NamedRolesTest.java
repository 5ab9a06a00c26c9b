package io.pgcask.runner.restore.selection;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.archive.ArchiveEntry;
import io.pgcask.archive.ArchiveSection;
import io.pgcask.archive.DataPlace;
import io.pgcask.runner.restore.selection.NamedRoles.Use;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NamedRolesTest {
  private static ArchiveEntry entry(String desc, String owner, String definition) {
    return new ArchiveEntry(
        1,
        false,
        0,
        0,
        "tag",
        desc,
        ArchiveSection.PRE_DATA,
        definition,
        "",
        "",
        "public",
        "",
        "",
        Optional.empty(),
        owner,
        List.of(),
        new DataPlace.Unrecorded());
  }

  private static Map<String, Set<Use>> uses(ArchiveEntry... entries) {
    return NamedRoles.of(List.of(entries), true, true).uses();
  }

  @Test
  void findsOwnersOfWhatHasOneOfItsOwn() {
    assertThat(
            uses(
                entry("TABLE", "shop", "CREATE TABLE public.t ();"),
                entry("EXTENSION", "", "CREATE EXTENSION hstore;"),
                entry("INDEX", "a part of a table", "CREATE INDEX i ON public.t USING btree (a);")))
        .containsOnly(Map.entry("shop", Set.of(Use.OWNER)));
  }

  @Test
  void findsWhoIsGrantedSomethingAndFromWhomItIsTaken() {
    assertThat(
            uses(
                entry(
                    "ACL",
                    "shop",
                    """
                    REVOKE ALL ON TABLE public."TO x" FROM former;
                    GRANT SELECT(a),UPDATE(b) ON TABLE public."TO x" TO "Odd ""one"" TO y" WITH GRANT OPTION;
                    SET SESSION AUTHORIZATION grantor;
                    GRANT ALL ON FUNCTION public.f(to_ integer) TO reader;
                    RESET SESSION AUTHORIZATION;
                    GRANT SELECT ON TABLE public."TO x" TO PUBLIC;
                    """)))
        .containsOnlyKeys("former", "Odd \"one\" TO y", "reader", "grantor");
  }

  @Test
  void findsWhoGivesAndGetsDefaultPrivileges() {
    assertThat(
            uses(
                entry(
                    "DEFAULT ACL",
                    "boss",
                    "ALTER DEFAULT PRIVILEGES FOR ROLE boss IN SCHEMA s GRANT SELECT ON TABLES TO reader;")))
        .containsOnly(
            Map.entry("boss", Set.of(Use.OWNER)), Map.entry("reader", Set.of(Use.GRANTEE)));
  }

  @Test
  void findsThoseOfPoliciesAndUserMappings() {
    assertThat(
            uses(
                entry(
                    "POLICY",
                    "shop",
                    "CREATE POLICY p ON public.t FOR SELECT TO clerk, \"Boss\" USING ((a > TO_x(b)));"),
                entry("POLICY", "shop", "CREATE POLICY q ON public.t USING ((b = ' TO nobody'));"),
                entry("USER MAPPING", "shop", "CREATE USER MAPPING FOR far SERVER s;"),
                entry("USER MAPPING", "shop", "CREATE USER MAPPING FOR PUBLIC SERVER s;")))
        .containsOnly(
            Map.entry("clerk", Set.of(Use.SUBJECT)),
            Map.entry("Boss", Set.of(Use.SUBJECT)),
            Map.entry("far", Set.of(Use.SUBJECT)));
  }

  @Test
  void leavesOutWhatIsNotRestored() {
    var table = entry("TABLE", "shop", "CREATE TABLE public.t ();");
    var rights = entry("ACL", "shop", "GRANT SELECT ON TABLE public.t TO reader;");

    assertThat(NamedRoles.of(List.of(table, rights), false, true).uses())
        .containsOnlyKeys("reader");
    assertThat(NamedRoles.of(List.of(table, rights), true, false).uses()).containsOnlyKeys("shop");
  }
}
