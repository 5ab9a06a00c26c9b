package io.pgcask.runner.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.DumpFormat;
import io.pgcask.api.v1alpha1.PlanRow;
import io.pgcask.api.v1alpha1.RestoreMode;
import io.pgcask.api.v1alpha1.RestoreOptionsBuilder;
import io.pgcask.contract.RestoreChoiceBuilder;
import io.pgcask.contract.Task;
import io.pgcask.postgres.ClientTools.Client;
import io.pgcask.postgres.ServerFacts;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ParallelPlanTest {
  private final PlanRows rows = new PlanRows();

  private ParallelPlan plan(RestoreMode mode, RestoreOptionsBuilder options) {
    var choice = RestoreChoiceBuilder.builder().jobs(4).options(options.build()).build();
    var task =
        new Task.Restore(
            "uid", "ns", "name", null, mode, null, null, null, "path", 60, choice, Task.Steps.NONE);
    return new ParallelPlan(task, rows.plan());
  }

  private ParallelPlan plan() {
    return plan(RestoreMode.CREATE_NEW, RestoreOptionsBuilder.builder());
  }

  private static Client client(int major) {
    return new Client(major, Path.of("/nowhere"));
  }

  private static ServerFacts server(int major) {
    return new ServerFacts(major + ".1", major * 10000 + 1, false, false, false);
  }

  @Test
  void needsHashes() throws Exception {
    var plan = plan();

    plan.checkOrigin(true);
    assertThat(rows.messages(PlanRow.Result.FAILED)).isEmpty();
    plan.checkOrigin(false);
    assertThat(rows.messages(PlanRow.Result.FAILED))
        .singleElement()
        .asString()
        .contains("need a backup of pgcask");
  }

  @ParameterizedTest
  @EnumSource(DumpFormat.class)
  void takesFormatsThatCanBeReadInSeveralPlaces(DumpFormat format) throws Exception {
    plan().checkFormat(format);

    boolean taken = format == DumpFormat.CUSTOM || format == DumpFormat.DIRECTORY;
    assertThat(rows.messages(PlanRow.Result.FAILED)).hasSize(taken ? 0 : 1);
  }

  @Test
  void refusesOneTransactionOfSeveralConnections() throws Exception {
    plan(RestoreMode.REPLACE, RestoreOptionsBuilder.builder().singleTransaction(true))
        .checkOptions(client(17), server(17));

    assertThat(rows.messages(PlanRow.Result.FAILED))
        .singleElement()
        .asString()
        .endsWith("one connection: leave out jobs");
  }

  @Test
  void refusesCleanWithoutAWayBack() throws Exception {
    plan(RestoreMode.CLEAN, RestoreOptionsBuilder.builder()).checkOptions(client(17), server(17));

    assertThat(rows.messages(PlanRow.Result.FAILED))
        .singleElement()
        .asString()
        .endsWith("set safetyBackup, or leave out jobs");
  }

  @Test
  void warnsOfErrorsThatDoNotCountAndRefusesToEndAtThem() throws Exception {
    plan().checkOptions(client(17), server(17));
    assertThat(rows.messages(PlanRow.Result.WARNING)).isEmpty();

    plan().checkOptions(client(18), server(16));
    assertThat(rows.messages(PlanRow.Result.WARNING))
        .singleElement()
        .asString()
        .contains("pg_restore 18", "the target (16.1) does not know", "left out of account");

    plan(RestoreMode.CREATE_NEW, RestoreOptionsBuilder.builder().exitOnError(true))
        .checkOptions(client(18), server(16));
    plan(RestoreMode.CREATE_NEW, RestoreOptionsBuilder.builder().transactionSize(100))
        .checkOptions(client(18), server(16));
    assertThat(rows.messages(PlanRow.Result.FAILED))
        .hasSize(2)
        .allMatch(message -> message.endsWith("leave out these, or jobs"));
  }

  @Test
  void saysWhatToSetIfTheDumpDoesNotFit() throws Exception {
    plan().checkSpace(1000, 1000);
    assertThat(rows.messages(PlanRow.Result.FAILED)).isEmpty();

    plan().checkSpace(1000, 999);
    assertThat(rows.messages(PlanRow.Result.FAILED))
        .containsExactly(
            "jobs above 1 need the dump on scratch disk, 1000 bytes, and there are 999: set"
                + " pod.scratch.sizeLimit to more than that, or leave out jobs");
  }
}
