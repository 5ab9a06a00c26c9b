package io.pgcask.runner.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.archive.Archive;
import io.pgcask.archive.ArchiveEntry;
import io.pgcask.archive.ArchiveSection;
import io.pgcask.archive.Archives;
import io.pgcask.archive.DataPlace;
import io.pgcask.contract.Manifest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OriginalDatabaseTest {

  private static ArchiveEntry entry(int id, String desc, String tag, String definition) {
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
        "o w",
        List.of(),
        new DataPlace.None());
  }

  private static OriginalDatabase of(ArchiveEntry... entries) throws Exception {
    var rich = Archives.rich(18);
    return OriginalDatabase.of(
        new Archive(rich.container(), rich.header(), Arrays.asList(entries), 0));
  }

  @Test
  void readsWhatRealArchivesSay() throws Exception {
    for (var server : List.of(14, 18)) {
      var original = OriginalDatabase.of(Archives.rich(server));

      assertThat(original.properties())
          .isEqualTo(
              new Manifest.Database(
                  "rich",
                  "postgres",
                  "UTF8",
                  "libc",
                  null,
                  null,
                  "C.UTF-8",
                  "C.UTF-8",
                  -1,
                  "c",
                  null,
                  null,
                  null));
      assertThat(original.described()).isTrue();
      assertThat(original.encoding()).contains("UTF8");
    }
  }

  @Test
  void readsEveryProviderOfLocales() throws Exception {
    var icu =
        of(entry(
                1,
                "DATABASE",
                "d",
                "CREATE DATABASE \"ENCODING = 'X'\" WITH TEMPLATE = template0 ENCODING = 'LATIN1'"
                    + " LOCALE_PROVIDER = icu LC_COLLATE = 'de_DE' LC_CTYPE = 'C' ICU_LOCALE = 'de'"
                    + " ICU_RULES = '& it''s' TABLESPACE = t;\n"))
            .properties();
    var builtin =
        of(entry(
                1,
                "DATABASE",
                "d",
                "CREATE DATABASE d WITH TEMPLATE = template0 ENCODING = 'UTF8'"
                    + " LOCALE_PROVIDER = builtin LOCALE = 'C' BUILTIN_LOCALE = 'C.UTF-8';\n"))
            .properties();

    assertThat(icu)
        .isEqualTo(
            new Manifest.Database(
                "rich", "o w", "LATIN1", "icu", "de", "& it's", "de_DE", "C", -1, null, null, null,
                null));
    assertThat(builtin)
        .isEqualTo(
            new Manifest.Database(
                "rich", "o w", "UTF8", "builtin", "C.UTF-8", null, "C", "C", -1, null, null, null,
                null));
  }

  @Test
  void readsSettingsAsTheManifestHasThem() throws Exception {
    var original =
        of(
            entry(
                1,
                "DATABASE PROPERTIES",
                "d",
                """
                ALTER DATABASE d CONNECTION LIMIT = 5;
                ALTER DATABASE d IS_TEMPLATE = true;
                ALTER DATABASE d SET search_path TO 'a', 'b "c"', 'it''s';
                ALTER DATABASE d SET work_mem TO '64MB';
                ALTER DATABASE d SET "DateStyle" TO 'ISO, MDY';
                ALTER DATABASE d SET my.path TO E'a\\\\b''c; x';
                ALTER ROLE "r x" IN DATABASE d SET search_path TO 'one';
                """),
            entry(2, "ACL", "DATABASE d", "GRANT CONNECT ON DATABASE d TO r;\n"),
            entry(3, "COMMENT", "DATABASE d", "COMMENT ON DATABASE d IS 'what''s this';\n"));
    var properties = original.properties();

    assertThat(properties.connectionLimit()).isEqualTo(5);
    assertThat(properties.settings())
        .containsExactly(
            "search_path=\"a\", \"b \"\"c\"\"\", \"it's\"",
            "work_mem=64MB",
            "DateStyle=ISO, MDY",
            "my.path=a\\b'c; x");
    assertThat(properties.roleSettings())
        .containsExactly(new Manifest.RoleSettings("r x", List.of("search_path=\"one\"")));
    assertThat(properties.comment()).isEqualTo("what's this");
    assertThat(original.granted()).isTrue();
    assertThat(original.described()).isFalse();
    assertThat(properties.encoding()).isNull();
    assertThat(properties.localeProvider()).isNull();
  }

  @Test
  void readsLiteralsWithTheEscapesOfTheArchive() throws Exception {
    var comment = entry(2, "COMMENT", "DATABASE d", "COMMENT ON DATABASE d IS 'a\\\\''b';\n");
    var off = entry(1, "STDSTRINGS", "STDSTRINGS", "SET standard_conforming_strings = 'off';\n");

    assertThat(of(off, comment).properties().comment()).isEqualTo("a\\'b");
    assertThat(of(comment).properties().comment()).isEqualTo("a\\\\'b");
  }
}
