package io.pgcask.operator.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.pgcask.api.v1alpha1.ConfigMapKeyRef;
import io.pgcask.api.v1alpha1.DumpContent;
import io.pgcask.api.v1alpha1.PodSettings;
import io.pgcask.api.v1alpha1.PodSettingsBuilder;
import io.pgcask.api.v1alpha1.PostgresConnection;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.ResolvedConnection;
import io.pgcask.api.v1alpha1.Restore;
import io.pgcask.api.v1alpha1.RestoreErrors;
import io.pgcask.api.v1alpha1.RestoreGlobals;
import io.pgcask.api.v1alpha1.RestoreMode;
import io.pgcask.api.v1alpha1.RestoreNamesBuilder;
import io.pgcask.api.v1alpha1.RestoreSpec;
import io.pgcask.api.v1alpha1.RestoreSpecBuilder;
import io.pgcask.api.v1alpha1.RestoreStatus;
import io.pgcask.api.v1alpha1.RestoreStatusBuilder;
import io.pgcask.api.v1alpha1.SqlSource;
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

    var choice = task(job).choice();
    assertThat(choice).isEqualTo(RestoreChoice.of(restore.getSpec()));
    assertThat(choice.include().tables()).containsExactly("sales.*");
    assertThat(choice.includeDependencies()).isTrue();
    assertThat(choice.content()).isEqualTo(DumpContent.SCHEMA_ONLY);
    assertThat(choice.options().noOwner()).isTrue();
    assertThat(choice.skippedExtensions()).containsExactly("hstore");
  }

  @Test
  void severalJobsGetADiskAndAreToldHowMuchItHolds() throws Exception {
    var restore = restore();
    restore.setSpec(RestoreSpecBuilder.builder(restore.getSpec()).jobs(4).build());
    restore.setStatus(
        RestoreStatusBuilder.builder(restore.getStatus())
            .resolved(
                new RestoreStatus.Resolved(
                    restore.getStatus().resolved().connection(),
                    RestoreMode.CREATE_NEW,
                    restore.getStatus().resolved().storage(),
                    null,
                    "demo/shop/nightly",
                    "pgcask:dev",
                    PodSettingsBuilder.builder()
                        .scratch(new PodSettings.Scratch(new Quantity("2Gi"), null))
                        .build()))
            .build());

    var job = PLANNER.job(restore, CONNECTION);

    assertThat(task(job).choice().jobs()).isEqualTo(4);
    assertThat(task(job).choice().scratchBytes()).isEqualTo(2L << 30);
    assertThat(mounts(job)).contains(Mounts.SCRATCH);
    assertThat(mounts(PLANNER.job(restore(), CONNECTION))).doesNotContain(Mounts.SCRATCH);
  }

  private static Task.Restore task(Job job) {
    var environment = job.getSpec().getTemplate().getSpec().getContainers().getFirst().getEnv();
    var json =
        environment.stream()
            .filter(variable -> variable.getName().equals(Mounts.TASK_VARIABLE))
            .map(EnvVar::getValue)
            .findFirst()
            .orElseThrow();
    return (Task.Restore) Serialization.unmarshal(json, Task.class);
  }

  @Test
  void theRunnerIsToldWhatIsDoneAroundTheLoadAndHasTheSql() throws Exception {
    var restore = restore();
    assertThat(task(PLANNER.job(restore, CONNECTION)).steps())
        .isEqualTo(new Task.Steps(RestoreErrors.FAIL, null, null, true));
    var after = new SqlSource(new ConfigMapKeyRef("shop-sql", "after"));
    restore.setSpec(
        RestoreSpecBuilder.builder(restore.getSpec())
            .errors(RestoreErrors.ACCEPT)
            .postSql(after)
            .analyze(false)
            .build());

    var job = PLANNER.job(restore, CONNECTION);

    assertThat(task(job).steps())
        .isEqualTo(new Task.Steps(RestoreErrors.ACCEPT, null, after, false));
    var sources =
        job.getSpec().getTemplate().getSpec().getVolumes().stream()
            .filter(volume -> volume.getName().equals("sql"))
            .flatMap(volume -> volume.getProjected().getSources().stream())
            .map(VolumeProjection::getConfigMap)
            .toList();
    assertThat(sources).singleElement().extracting("name").isEqualTo("shop-sql");
    assertThat(sources.getFirst().getItems())
        .containsExactly(new KeyToPath("after", null, Mounts.POST_SQL));
  }

  @Test
  void theRunnerIsToldWhichDatabases() throws Exception {
    var restore = restore();
    assertThat(task(PLANNER.job(restore, CONNECTION)).extent()).isEqualTo(Task.Extent.ONE_DATABASE);
    var databases = List.of(new RestoreSpec.Target("a", "b"), new RestoreSpec.Target(null, "c"));
    restore.setSpec(
        RestoreSpecBuilder.builder(restore.getSpec())
            .database(null)
            .include(null)
            .databases(databases)
            .globals(RestoreGlobals.ALL)
            .build());
    var resolved = restore.getStatus().resolved();
    restore.setStatus(
        RestoreStatusBuilder.builder(restore.getStatus())
            .resolved(
                new RestoreStatus.Resolved(
                    new ResolvedConnection("shop", "db", 5432, null),
                    resolved.mode(),
                    resolved.storage(),
                    null,
                    resolved.path(),
                    resolved.image(),
                    null))
            .build());

    var task = task(PLANNER.job(restore, CONNECTION));

    assertThat(task.extent()).isEqualTo(new Task.Extent(databases, RestoreGlobals.ALL));
    assertThat(task.extent().databases())
        .extracting(RestoreSpec.Target::sourceOrTarget)
        .containsExactly("a", "c");
    assertThat(task.server().database()).as("the connection's own").isEqualTo("shop");
  }

  private static List<String> mounts(Job job) {
    return job
        .getSpec()
        .getTemplate()
        .getSpec()
        .getContainers()
        .getFirst()
        .getVolumeMounts()
        .stream()
        .map(VolumeMount::getMountPath)
        .toList();
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
