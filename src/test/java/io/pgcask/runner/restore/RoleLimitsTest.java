package io.pgcask.runner.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.archive.ArchiveEntry;
import io.pgcask.archive.ArchiveSection;
import io.pgcask.archive.DataPlace;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RoleLimitsTest {
  private static final List<ArchiveEntry> ENTRIES =
      List.of(
          entry(1, "EXTENSION", "hstore", ""),
          entry(2, "COMMENT", "EXTENSION hstore", "COMMENT ON EXTENSION hstore IS 'x'", 1),
          entry(3, "TABLE", "t", "CREATE TABLE t ()"),
          entry(4, "EVENT TRIGGER", "watch", "CREATE EVENT TRIGGER watch"),
          entry(5, "COMMENT", "EVENT TRIGGER watch", "COMMENT ON EVENT TRIGGER watch IS 'x'", 4),
          entry(6, "PUBLICATION", "all", "CREATE PUBLICATION \"all\" FOR ALL TABLES WITH ()"),
          entry(7, "PUBLICATION", "some", "CREATE PUBLICATION some WITH ()"),
          entry(8, "PUBLICATION TABLE", "some t", "ALTER PUBLICATION some ADD TABLE t", 7, 3),
          entry(9, "SUBSCRIPTION", "news", "CREATE SUBSCRIPTION news"));

  private static ArchiveEntry entry(
      int id, String desc, String tag, String definition, Integer... dependencies) {
    return new ArchiveEntry(
        id,
        false,
        0,
        0,
        tag,
        desc,
        ArchiveSection.PRE_DATA,
        definition,
        "",
        "",
        "",
        "",
        "",
        Optional.empty(),
        "owner",
        List.of(dependencies),
        new DataPlace.None());
  }

  private static TargetRights rights(
      boolean superuser, boolean provided, Map<String, Boolean> installed) {
    return new TargetRights(
        "shop",
        superuser,
        provided,
        superuser,
        Map.of("hstore", true, "postgis", false),
        installed);
  }

  @Test
  void aSuperuserRestoresEverything() {
    var limits = RoleLimits.of(ENTRIES, rights(true, false, Map.of()));

    assertThat(limits.leftOut()).isEmpty();
    assertThat(limits.refusals()).isEmpty();
  }

  @Test
  void whatOnlyASuperuserMayRestoreIsLeftOutWithWhatNeedsIt() {
    var limits = RoleLimits.of(ENTRIES, rights(false, false, Map.of("hstore", false)));

    assertThat(limits.leftOut()).containsExactlyInAnyOrder(2, 4, 5, 6, 9);
    assertThat(limits.warnings())
        .anyMatch(text -> text.startsWith("the comment on EXTENSION hstore is left out"))
        .anyMatch(text -> text.startsWith("event trigger watch is left out: role shop"))
        .anyMatch(text -> text.startsWith("publication all is left out"))
        .anyMatch(text -> text.contains("pg_create_subscription"));
    assertThat(limits.refusals()).isEmpty();
  }

  @Test
  void itsOwnExtensionMayBeCommented() {
    var limits = RoleLimits.of(ENTRIES, rights(false, false, Map.of()));

    assertThat(limits.leftOut()).doesNotContain(2);
  }

  @Test
  void whatAProviderGivesInPlaceOfASuperuserTriesEverything() {
    var limits = RoleLimits.of(ENTRIES, rights(false, true, Map.of("hstore", false)));

    assertThat(limits.leftOut()).containsExactly(2);
  }

  @Test
  void anExtensionThatCannotBeHadIsRefused() {
    var entries =
        List.of(entry(1, "EXTENSION", "postgis", ""), entry(2, "EXTENSION", "timescaledb", ""));

    assertThat(RoleLimits.of(entries, rights(false, false, Map.of())).refusals())
        .anyMatch(text -> text.startsWith("role shop may not create extension postgis"))
        .anyMatch(text -> text.startsWith("extension timescaledb is not available"));
    assertThat(RoleLimits.of(entries, rights(true, false, Map.of())).refusals())
        .hasSize(1)
        .first()
        .asString()
        .contains("timescaledb");
    assertThat(
            RoleLimits.of(
                    entries, rights(false, false, Map.of("postgis", false, "timescaledb", false)))
                .refusals())
        .isEmpty();
  }
}
