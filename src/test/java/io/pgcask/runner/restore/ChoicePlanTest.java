package io.pgcask.runner.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.PlanRow;
import io.pgcask.api.v1alpha1.RestoreMode;
import io.pgcask.api.v1alpha1.RestoreOptionsBuilder;
import io.pgcask.api.v1alpha1.TlsMode;
import io.pgcask.contract.RestoreChoiceBuilder;
import io.pgcask.contract.Task;
import io.pgcask.postgres.ConnectionSettings;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ChoicePlanTest {
  private final PlanRows rows = new PlanRows();

  private void check(RestoreOptionsBuilder options, int clientMajor, boolean superuser) {
    var choice = RestoreChoiceBuilder.builder().options(options.build()).build();
    var task =
        new Task.Restore(
            "uid",
            "ns",
            "name",
            null,
            RestoreMode.CREATE_NEW,
            null,
            null,
            null,
            "path",
            60,
            choice,
            null);
    var settings =
        new ConnectionSettings(
            "db", 5432, "copy", "shop", Optional.empty(), TlsMode.REQUIRE, Optional.empty(), 10);
    new ChoicePlan(task, settings, rows.plan(), Set.of()).checkOptions(clientMajor, superuser);
  }

  @Test
  void refusesWhatAnOldPgRestoreLacks() throws Exception {
    check(RestoreOptionsBuilder.builder().noTableAccessMethod(true).noOwner(true), 14, true);

    assertThat(rows.messages(PlanRow.Result.FAILED))
        .containsExactly(
            "options.noTableAccessMethod needs pg_restore 15 or newer, and this backup and server are"
                + " served by 14; leave it out");
  }

  @Test
  void takesWhatItHas() throws Exception {
    check(RestoreOptionsBuilder.builder().noTableAccessMethod(true), 15, true);

    assertThat(rows.messages(PlanRow.Result.FAILED)).isEmpty();
  }

  @Test
  void warnsOfTriggersThatOnlyASuperuserDisables() throws Exception {
    check(RestoreOptionsBuilder.builder().disableTriggers(true), 17, true);
    check(RestoreOptionsBuilder.builder().disableTriggers(true).role("admin"), 17, false);
    assertThat(rows.messages(PlanRow.Result.WARNING)).isEmpty();

    check(RestoreOptionsBuilder.builder().disableTriggers(true), 17, false);
    assertThat(rows.messages(PlanRow.Result.WARNING))
        .singleElement()
        .asString()
        .startsWith("options.disableTriggers needs a superuser, and role shop is none");
  }
}
