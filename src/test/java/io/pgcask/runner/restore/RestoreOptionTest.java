package io.pgcask.runner.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.RestoreOptions;
import io.pgcask.api.v1alpha1.RestoreOptionsBuilder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RestoreOptionTest {
  private static final RestoreOptions ALL =
      RestoreOptionsBuilder.builder()
          .noOwner(true)
          .noPrivileges(true)
          .noComments(true)
          .noPublications(true)
          .noSubscriptions(true)
          .noSecurityLabels(true)
          .noTablespaces(true)
          .noTableAccessMethod(true)
          .disableTriggers(true)
          .enableRowSecurity(true)
          .role("the owners")
          .skipExtensions(List.of("hstore"))
          .createMissingRoles(true)
          .exitOnError(true)
          .singleTransaction(true)
          .transactionSize(100)
          .build();

  @Test
  void nothingIsAskedForByDefault() {
    var none = RestoreOptionsBuilder.builder().noOwner(false).singleTransaction(false).build();

    assertThat(RestoreOption.arguments(none)).isEmpty();
    assertThat(RestoreOption.used(none)).isEmpty();
  }

  @Test
  void eachIsWhatPgRestoreCallsIt() {
    assertThat(RestoreOption.arguments(ALL))
        .containsExactly(
            "--no-owner",
            "--no-privileges",
            "--no-comments",
            "--no-publications",
            "--no-subscriptions",
            "--no-security-labels",
            "--no-tablespaces",
            "--no-table-access-method",
            "--disable-triggers",
            "--data-only",
            "--enable-row-security",
            "--role=the owners",
            "--exit-on-error",
            "--single-transaction",
            "--transaction-size=100");
  }

  @Test
  void everyFieldIsOneOfThemOrChoosesEntries() {
    assertThat(RestoreOption.used(ALL).map(RestoreOption::field).distinct())
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(RestoreOptions.class.getRecordComponents())
                .map(component -> "options." + component.getName())
                .filter(field -> !field.equals("options.skipExtensions"))
                .filter(field -> !field.equals("options.createMissingRoles"))
                .filter(field -> !field.equals("options.sessionReplicationRole"))
                .filter(field -> !field.endsWith("Map"))
                .toList());
  }
}
