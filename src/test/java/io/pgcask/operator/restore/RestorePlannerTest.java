package io.pgcask.operator.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.pgcask.api.v1alpha1.DumpContent;
import io.pgcask.api.v1alpha1.PostgresConnection;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.Restore;
import io.pgcask.api.v1alpha1.RestoreNamesBuilder;
import io.pgcask.api.v1alpha1.RestoreSpecBuilder;
import io.pgcask.contract.Mounts;
import io.pgcask.contract.RestoreChoice;
import io.pgcask.contract.Task;
import io.pgcask.operator.TestConfig;
import io.pgcask.operator.connection.ConnectionResolver;
import io.pgcask.operator.job.JobFactory;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class RestorePlannerTest {
  private static final RestorePlanner PLANNER =
      new RestorePlanner(
          new ConnectionResolver(null), null, new JobFactory(new TestConfig(1)), null);

  private static final PostgresConnection CONNECTION =
      Serialization.unmarshal(
          """
          apiVersion: pgcask.io/v1alpha1
          kind: PostgresConnection
          metadata: {name: shop, namespace: demo}
          spec:
            standard: {host: db, database: shop, user: shop}
          """,
          PostgresConnection.class);

  private static Restore restore() {
    return Serialization.unmarshal(
        """
        apiVersion: pgcask.io/v1alpha1
        kind: Restore
        metadata: {name: part, namespace: demo, uid: u}
        spec:
          source: {backupRef: {name: nightly}}
          connectionRef: {name: shop}
          database: copy
          include: {tables: [sales.*]}
          includeDependencies: true
          content: SchemaOnly
          options: {noOwner: true, skipExtensions: [hstore]}
        status:
          jobName: part-1
          resolved:
            connection: {name: shop, host: db, port: 5432, database: copy}
            mode: CreateNew
            storage: {persistentVolumeClaim: {claimName: backups}}
            path: demo/shop/nightly
            image: pgcask:dev
        """,
        Restore.class);
  }

  @Test
  void theRunnerIsToldWhichPart() throws Exception {
    var restore = restore();

    var job = PLANNER.job(restore, CONNECTION);

    var environment = job.getSpec().getTemplate().getSpec().getContainers().getFirst().getEnv();
    var json =
        environment.stream()
            .filter(variable -> variable.getName().equals(Mounts.TASK_VARIABLE))
            .map(EnvVar::getValue)
            .findFirst()
            .orElseThrow();
    var choice = ((Task.Restore) Serialization.unmarshal(json, Task.class)).choice();
    assertThat(choice).isEqualTo(RestoreChoice.of(restore.getSpec()));
    assertThat(choice.include().tables()).containsExactly("sales.*");
    assertThat(choice.includeDependencies()).isTrue();
    assertThat(choice.content()).isEqualTo(DumpContent.SCHEMA_ONLY);
    assertThat(choice.options().noOwner()).isTrue();
    assertThat(choice.skippedExtensions()).containsExactly("hstore");
  }

  @Test
  void refusesAPartThatDoesNotFitIntoAJob() {
    var restore = restore();
    var patterns = Collections.nCopies(256, "x".repeat(256));
    restore.setSpec(
        RestoreSpecBuilder.builder(restore.getSpec())
            .include(RestoreNamesBuilder.builder().tables(List.copyOf(patterns)).build())
            .build());

    assertThat(PLANNER.unusable(restore(), CONNECTION)).isEmpty();
    assertThat(PLANNER.unusable(restore, CONNECTION))
        .hasValueSatisfying(
            trouble -> assertThat(trouble.reason()).isEqualTo(Reason.INVALID_OPTIONS));
  }
}
