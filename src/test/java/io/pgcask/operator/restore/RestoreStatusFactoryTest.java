package io.pgcask.operator.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.pgcask.api.v1alpha1.Condition;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.Restore;
import io.pgcask.api.v1alpha1.RestorePhase;
import io.pgcask.api.v1alpha1.RestoreStatus;
import io.pgcask.contract.ResultBuilder;
import io.pgcask.operator.job.RunnerReports;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RestoreStatusFactoryTest {
  private static final Instant NOW = Instant.parse("2026-01-31T18:00:00Z");

  private static final Restore RESTORE =
      Serialization.unmarshal(
          """
          apiVersion: pgcask.io/v1alpha1
          kind: Restore
          metadata: {name: copy, namespace: demo, uid: u, generation: 1}
          spec:
            source: {backupRef: {name: nightly}}
            connectionRef: {name: shop}
            database: copy
          status: {startTime: "2026-01-31T17:59:00Z"}
          """,
          Restore.class);

  private static RestoreStatus completed(Reason reason, int errors, String... samples) {
    var reports =
        new RunnerReports.Summary(
            Optional.empty(), List.of(), false, List.of(), List.of(samples), "");
    var result =
        ResultBuilder.builder()
            .succeeded(true)
            .reason(reason)
            .errorCount(errors)
            .restored(new RestoreStatus.Restored(2, 30L, 1))
            .build();
    return RestoreStatusFactory.completed(
        RESTORE, RestoreStatusFactory.reported(RESTORE, reports), result, NOW);
  }

  private static List<String> holding(RestoreStatus status) {
    return status.conditions().stream().filter(Condition::holds).map(Condition::type).toList();
  }

  @Test
  void acceptedErrorsAreNotCalledCompleted() {
    var status = completed(Reason.COMPLETED_WITH_WARNINGS, 25, "TOC entry 7; ACL t: ERROR");

    assertThat(status.phase()).isEqualTo(RestorePhase.COMPLETED_WITH_WARNINGS);
    assertThat(Serialization.asYaml(status)).contains("phase: \"CompletedWithWarnings\"");
    assertThat(status.conditions())
        .extracting(Condition::reason)
        .containsOnly("CompletedWithWarnings");
    assertThat(holding(status)).containsExactly(Condition.READY, Condition.COMPLETE);
    assertThat(status.errors())
        .isEqualTo(new RestoreStatus.Errors(25, List.of("TOC entry 7; ACL t: ERROR")));
    assertThat(status.message()).contains("but for errors");
  }

  @Test
  void withoutErrorsItIs() {
    var status = completed(Reason.COMPLETED, 0);

    assertThat(status.phase()).isEqualTo(RestorePhase.COMPLETED);
    assertThat(holding(status)).containsExactly(Condition.READY, Condition.COMPLETE);
    assertThat(status.restored()).isEqualTo(new RestoreStatus.Restored(2, 30L, 1));
    assertThat(status.durationSeconds()).isEqualTo(60);
  }
}
