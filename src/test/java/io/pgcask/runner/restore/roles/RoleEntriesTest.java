package io.pgcask.runner.restore.roles;

import static io.pgcask.runner.restore.Entries.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.RestoreOptions;
import io.pgcask.api.v1alpha1.RestoreOptionsBuilder;
import io.pgcask.archive.ArchiveEntry;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoleEntriesTest {
  private static final List<ArchiveEntry> ENTRIES =
      List.of(
          entry(1, "SCHEMA", "", "s", "CREATE SCHEMA s;"),
          entry(2, "ACL", "", "SCHEMA s", "GRANT USAGE ON SCHEMA s TO reader;", 1),
          entry(3, "SEQUENCE", "s", "a", "CREATE SEQUENCE s.a;"),
          entry(4, "TABLE", "s", "T", "CREATE TABLE s.\"T\" ();"),
          entry(5, "FUNCTION", "s", "f(integer)", "CREATE", "DROP FUNCTION s.f(integer);\n", "old"),
          entry(6, "INDEX", "s", "i", "CREATE INDEX"),
          entry(7, "POLICY", "s", "T p", "CREATE POLICY p ON s.\"T\" TO app;", 4),
          entry(8, "COMMENT", "s", "POLICY p", "COMMENT ON POLICY p ON s.\"T\" IS 'x';", 7),
          entry(9, "COMMENT", "s", "TABLE T", "COMMENT ON TABLE s.\"T\" IS 'x';", 4),
          entry(10, "BLOB METADATA", "", "1..2", "1\n2\n"),
          entry(11, "ACL", "", "LARGE OBJECTS 1..2", "GRANT ALL ON LARGE OBJECT 1 TO b;", 10),
          entry(12, "EVENT TRIGGER", "", "e", "CREATE EVENT TRIGGER e;"),
          entry(13, "COMMENT", "", "EVENT TRIGGER e", "COMMENT ON EVENT TRIGGER e IS 'x';", 12),
          entry(14, "PUBLICATION", "", "all", "CREATE PUBLICATION \"all\" FOR ALL TABLES WITH ();"),
          entry(15, "PUBLICATION", "", "of", "CREATE PUBLICATION of WITH ();"),
          entry(16, "PUBLICATION TABLES IN SCHEMA", "s", "of s", "ALTER PUBLICATION of ADD", 15, 1),
          entry(17, "PUBLICATION", "", "one", "CREATE PUBLICATION one WITH ();"),
          entry(
              18,
              "DEFAULT ACL",
              "s",
              "DEFAULT PRIVILEGES FOR TABLES",
              "ALTER DEFAULT PRIVILEGES FOR ROLE boss IN SCHEMA s GRANT ALL ON TABLES TO app;",
              "",
              "boss"),
          entry(
              19,
              "USER MAPPING",
              "",
              "USER MAPPING u SERVER s",
              "CREATE USER MAPPING FOR u SERVER s"));

  private static RoleEntries entries(RestoreOptionsBuilder options) {
    return RoleEntries.of(ENTRIES, ENTRIES, options.build());
  }

  private static List<Integer> ids(List<ArchiveEntry> entries) {
    return entries.stream().map(ArchiveEntry::dumpId).toList();
  }

  @Test
  void takesWhatNamesRolesOutOfTheHandsOfPgRestore() {
    var entries = entries(RestoreOptionsBuilder.builder());

    assertThat(entries.deferred()).containsExactlyInAnyOrder(2, 7, 8, 11, 12, 13, 18, 19);
    assertThat(entries.roles()).containsExactlyInAnyOrder("old", "reader", "app", "b", "boss", "u");
    assertThat(entries.actors()).containsExactlyInAnyOrder("old", "boss");
    assertThat(ids(entries.naming("app"::equals))).containsExactly(7, 18);
    assertThat(entries.objects()).isEqualTo(10);
  }

  @Test
  void setsItInAnOrderInWhichEachCanBe() {
    var entries = entries(RestoreOptionsBuilder.builder());

    assertThat(entries.creations())
        .extracting(sql -> sql.entry().dumpId())
        .containsExactly(7, 8, 19);
    assertThat(entries.schemaRights()).extracting(sql -> sql.entry().dumpId()).containsExactly(2);
    assertThat(entries.owners().stream().flatMap(owner -> owner.targets().stream()))
        .containsExactly(
            "TABLE \"s\".\"T\"",
            "FUNCTION s.f(integer)",
            "LARGE OBJECT 1",
            "LARGE OBJECT 2",
            "PUBLICATION \"all\"",
            "PUBLICATION \"of\"",
            "PUBLICATION \"one\"",
            "SEQUENCE \"s\".\"a\"");
    assertThat(entries.rights().getFirst().statements())
        .extracting(statement -> statement.withRoles(role -> role))
        .containsExactly("GRANT ALL ON LARGE OBJECT 1 TO b", "GRANT ALL ON LARGE OBJECT 2 TO b");
    assertThat(entries.eventTriggers()).hasSize(2);
    assertThat(entries.forSuperusers()).contains(12, 14, 15).doesNotContain(4, 17);
  }

  @Test
  void theRightsOfADatabaseAreThoseOfAnotherOne() {
    var entry = entry(1, "ACL", "", "DATABASE shop", "GRANT ALL ON DATABASE shop TO app;");

    var entries =
        RoleEntries.of(List.of(entry), List.of(entry), RestoreOptionsBuilder.builder().build());

    assertThat(entries.deferred()).containsExactly(1);
    assertThat(entries.roles()).isEmpty();
  }

  @Test
  void whatTheOptionsLeaveOutStaysOut() {
    var entries =
        entries(RestoreOptionsBuilder.builder().noOwner(true).noPrivileges(true).noComments(true));

    assertThat(entries.deferred()).containsExactlyInAnyOrder(2, 7, 8, 11, 12, 13, 18, 19);
    assertThat(entries.objects()).isZero();
    assertThat(entries.roles()).containsExactlyInAnyOrder("app", "u");
    assertThat(entries.eventTriggers()).hasSize(1);
    RestoreOptions none = RestoreOptionsBuilder.builder().noPublications(true).build();
    assertThat(ids(RoleEntries.of(ENTRIES, ENTRIES, none).ownedBy("old"::equals)))
        .doesNotContain(14, 15, 17);
  }
}
