package io.pgcask.runner.restore;

import static io.pgcask.runner.restore.Entries.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.Provider;
import io.pgcask.api.v1alpha1.RestoreOptionsBuilder;
import io.pgcask.archive.ArchiveEntry;
import io.pgcask.contract.RestoreChoice;
import io.pgcask.contract.RestoreChoiceBuilder;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProviderLimitsTest {
  private static final String IN_C =
      "CREATE FUNCTION s.f() RETURNS integer\n    LANGUAGE c\n    AS 'x', 'f';";
  private static final String IN_SQL =
      "CREATE FUNCTION s.g() RETURNS text\n    LANGUAGE sql\n    AS $$ SELECT '\n    LANGUAGE c' $$;";

  private static final List<ArchiveEntry> ENTRIES =
      List.of(
          entry(1, "EXTENSION", "", "hstore", ""),
          entry(2, "COMMENT", "", "EXTENSION hstore", "COMMENT", 1),
          entry(3, "EXTENSION", "", "aws_s3", ""),
          entry(4, "EXTENSION", "", "mine", ""),
          entry(5, "EVENT TRIGGER", "", "e", ""),
          entry(6, "COMMENT", "", "EVENT TRIGGER e", "", 5),
          entry(7, "FUNCTION", "s", "f()", IN_C),
          entry(8, "PROCEDURAL LANGUAGE", "", "plx", "", 7),
          entry(9, "FUNCTION", "s", "g()", IN_SQL),
          entry(10, "DEFAULT ACL", "", "x", "", "", "rdsadmin"),
          entry(11, "DEFAULT ACL", "", "x", "", "", "shop"),
          entry(12, "OPERATOR CLASS", "s", "o", ""),
          entry(13, "INDEX", "s", "i", "", 12));

  private static ProviderLimits limits(Provider provider, RestoreChoice choice) {
    var rights = new TargetRights("shop", false, true, true, Map.of("hstore", true), Map.of());
    return ProviderLimits.of(ENTRIES, provider, choice, rights);
  }

  @Test
  void ofNobodyNothingIsKnown() {
    assertThat(limits(Provider.GENERIC, RestoreChoice.EVERYTHING))
        .isEqualTo(new ProviderLimits(Set.of(), List.of(), List.of()));
  }

  @Test
  void leavesOutWhatNothingElseNeeds() {
    var limits = limits(Provider.RDS, RestoreChoice.EVERYTHING);

    assertThat(limits.leftOut()).containsExactlyInAnyOrder(2, 3, 7, 8, 10);
    assertThat(limits.warnings())
        .contains(
            "the comment on EXTENSION hstore is left out: extensions belong to provider RDS",
            "extension aws_s3 is left out: another provider's, and provider RDS does not offer it",
            "default acl x is left out: default rights of the role of a provider")
        .anyMatch(text -> text.startsWith("function s.f() is left out: it is machine code"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"c", "C", "'c'", "\"internal\"", "/* sql */ c"})
  void machineCodeIsKnownByItsLanguage(String language) {
    var function = "CREATE FUNCTION s.f() RETURNS integer LANGUAGE " + language + " AS 'x', 'f';";
    var rights = new TargetRights("shop", false, true, true, Map.of(), Map.of());

    assertThat(
            ProviderLimits.of(
                    List.of(entry(7, "FUNCTION", "s", "f()", function)),
                    Provider.RDS,
                    RestoreChoice.EVERYTHING,
                    rights)
                .leftOut())
        .containsExactly(7);
  }

  @Test
  void refusesWhatIsNeeded() {
    assertThat(limits(Provider.RDS, RestoreChoice.EVERYTHING).refusals())
        .containsExactly(
            "operator class s.o cannot be restored, and index s.i needs it: it takes a superuser, whom"
                + " provider RDS gives to nobody; leave both out by exclude");
  }

  @Test
  void azureTakesNoEventTriggers() {
    assertThat(limits(Provider.AZURE, RestoreChoice.EVERYTHING).leftOut()).contains(5, 6);
    assertThat(limits(Provider.CLOUD_SQL, RestoreChoice.EVERYTHING).leftOut()).doesNotContain(5, 6);
  }

  @Test
  void aRoleThatIsMappedIsTheProvidersNoMore() {
    var options = RestoreOptionsBuilder.builder().roleMap(Map.of("rdsadmin", "shop")).build();
    var choice = RestoreChoiceBuilder.builder().options(options).build();

    assertThat(limits(Provider.RDS, choice).leftOut()).doesNotContain(10);
  }
}
