package io.pgcask.runner.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.CreateDatabase;
import io.pgcask.api.v1alpha1.LocaleProvider;
import io.pgcask.contract.Manifest;
import io.pgcask.contract.ManifestDatabaseBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;

class DatabaseSqlTest {
  private static Manifest.Database database(String provider, String locale, String rules) {
    return new Manifest.Database(
        "shop",
        "o\"wner",
        "UTF8",
        provider,
        locale,
        rules,
        "C.UTF-8",
        "en_US.UTF-8",
        7,
        "it's",
        List.of("=Tc/owner", "owner=CTc/owner", "\"a b\"\"=c\"=c*T/owner"),
        List.of("search_path=\"$user\", public, \"a,b\"", "work_mem=5MB", "my.x='q'"),
        List.of(new Manifest.RoleSettings("r", List.of("role=x"))));
  }

  private static DatabaseSql sql(String provider, String locale, String rules) {
    return new DatabaseSql("co\"py", database(provider, locale, rules));
  }

  @Test
  void createsWithWhatTheTargetKnows() {
    var libc =
        "CREATE DATABASE \"co\"\"py\" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.UTF-8'"
            + " LC_CTYPE 'en_US.UTF-8'";

    assertThat(sql("libc", null, null).create(14)).isEqualTo(libc);
    assertThat(sql("libc", null, null).create(15)).isEqualTo(libc + " LOCALE_PROVIDER libc");
    assertThat(sql("icu", "de", "&a<b").create(14)).isEqualTo(libc);
    assertThat(sql("icu", "de", "&a<b").create(15))
        .isEqualTo(libc + " LOCALE_PROVIDER icu ICU_LOCALE 'de'");
    assertThat(sql("icu", "de", "&a<b").create(16))
        .isEqualTo(libc + " LOCALE_PROVIDER icu ICU_LOCALE 'de' ICU_RULES '&a<b'");
    assertThat(sql("builtin", "C.UTF-8", null).create(16)).isEqualTo(libc);
    assertThat(sql("builtin", "C.UTF-8", null).create(17))
        .isEqualTo(libc + " LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'");
  }

  @Test
  void leavesToTemplate0WhatNobodyKnows() {
    var unknown =
        new Manifest.Database(
            "shop", null, null, null, null, null, null, null, -1, null, null, null, null);

    assertThat(new DatabaseSql("copy", unknown).create(17))
        .isEqualTo("CREATE DATABASE \"copy\" TEMPLATE template0");
    assertThat(new DatabaseSql("copy", unknown).afterData()).isEmpty();
  }

  @Test
  void knowsWhichTargetsKnowAProvider() {
    assertThat(sql("icu", "de", null).providerKnownTo(14)).isFalse();
    assertThat(sql("icu", "de", null).providerKnownTo(15)).isTrue();
    assertThat(sql("builtin", "C", null).providerKnownTo(16)).isFalse();
    assertThat(sql("builtin", "C", null).providerKnownTo(17)).isTrue();
    assertThat(sql(null, null, null).providerKnownTo(14)).isTrue();
  }

  @Test
  void setsEverythingElseWithTheOwnerLast() {
    assertThat(sql("libc", null, null).afterData())
        .containsExactly(
            "COMMENT ON DATABASE \"co\"\"py\" IS 'it''s'",
            "ALTER DATABASE \"co\"\"py\" SET \"search_path\" TO '$user', 'public', 'a,b'",
            "ALTER DATABASE \"co\"\"py\" SET \"work_mem\" TO '5MB'",
            "ALTER DATABASE \"co\"\"py\" SET \"my.x\" TO '''q'''",
            "ALTER ROLE \"r\" IN DATABASE \"co\"\"py\" SET \"role\" TO 'x'",
            "ALTER DATABASE \"co\"\"py\" CONNECTION LIMIT 7",
            "REVOKE ALL ON DATABASE \"co\"\"py\" FROM PUBLIC",
            "GRANT TEMPORARY, CONNECT ON DATABASE \"co\"\"py\" TO PUBLIC",
            "GRANT CREATE, TEMPORARY, CONNECT ON DATABASE \"co\"\"py\" TO \"owner\"",
            "GRANT TEMPORARY ON DATABASE \"co\"\"py\" TO \"a b\"\"=c\"",
            "GRANT CONNECT ON DATABASE \"co\"\"py\" TO \"a b\"\"=c\" WITH GRANT OPTION",
            "ALTER DATABASE \"co\"\"py\" OWNER TO \"o\"\"wner\"");
  }

  @Test
  void setsNothingThatIsTheDefault() {
    var plain =
        new Manifest.Database(
            "x", null, "UTF8", "libc", null, null, "C", "C", -1, null, null, null, null);

    assertThat(new DatabaseSql("x", plain).afterData()).isEmpty();
  }

  @Test
  void setsAnEmptyList() {
    var empty =
        new Manifest.Database(
            "x",
            null,
            "UTF8",
            "libc",
            null,
            null,
            "C",
            "C",
            -1,
            null,
            null,
            List.of("search_path="),
            null);

    assertThat(new DatabaseSql("x", empty).afterData())
        .containsExactly("ALTER DATABASE \"x\" SET \"search_path\" TO ''");
  }

  @Test
  void aLocaleReplacesThatOfItsProvider() {
    var original =
        ManifestDatabaseBuilder.builder()
            .name("shop")
            .encoding("UTF8")
            .localeProvider("icu")
            .locale("en-US")
            .icuRules("&a < b")
            .collate("C")
            .ctype("C")
            .connectionLimit(-1)
            .build();

    assertThat(create(original, asked(null, null, "de-DE")))
        .contains("LC_COLLATE 'C'", "ICU_LOCALE 'de-DE'", "ICU_RULES '&a < b'");
    assertThat(create(original, asked(null, LocaleProvider.LIBC, "C.UTF-8")))
        .contains("LC_COLLATE 'C.UTF-8'", "LC_CTYPE 'C.UTF-8'", "LOCALE_PROVIDER libc")
        .doesNotContain("ICU");
    assertThat(create(original, asked("LATIN1", LocaleProvider.BUILTIN, "C")))
        .contains("ENCODING 'LATIN1'", "BUILTIN_LOCALE 'C'")
        .doesNotContain("ICU");
  }

  private static CreateDatabase asked(String encoding, LocaleProvider provider, String locale) {
    return new CreateDatabase(null, encoding, provider, locale, null);
  }

  private static String create(Manifest.Database original, CreateDatabase asked) {
    return new DatabaseSql("copy", DatabaseSql.changed(original, asked)).create(17);
  }
}
