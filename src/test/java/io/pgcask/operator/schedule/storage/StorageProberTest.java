package io.pgcask.operator.schedule.storage;

import static io.pgcask.operator.schedule.ScheduleFixture.schedule;
import static io.pgcask.operator.schedule.ScheduleFixture.slot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.PostgresConnection;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.Storage;
import io.pgcask.contract.Mounts;
import io.pgcask.contract.ResultBuilder;
import io.pgcask.operator.TestConfig;
import io.pgcask.operator.connection.Connections;
import io.pgcask.operator.connection.StorageAccess;
import io.pgcask.operator.job.JobFactory;
import io.pgcask.operator.job.JobProtocol;
import io.pgcask.operator.job.JobState;
import io.pgcask.operator.job.Trouble;
import io.pgcask.operator.job.TroubleException;
import io.pgcask.operator.schedule.health.Verdict;
import io.pgcask.storage.ObjectStore;
import io.pgcask.storage.ObjectStores;
import io.pgcask.storage.StorageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StorageProberTest {

  private static final String DISK = "defaultStorage: {persistentVolumeClaim: {claimName: disk}}";

  @TempDir Path mount;

  private final List<Job> made = new ArrayList<>();
  private boolean wanted = true;
  private Optional<PostgresConnection> connection = Optional.empty();
  private Optional<TroubleException> secrets = Optional.empty();
  private UnaryOperator<String> secretVersions = name -> name + "-1";
  private Function<Job, JobState> job =
      desired -> {
        throw new AssertionError("no Job is needed");
      };

  private Verdict probe(BackupSchedule schedule) throws Exception {
    return prober().probe(schedule, slot(9), () -> wanted);
  }

  private StorageProber prober() {
    var connections =
        new Connections(null) {
          @Override
          public Optional<PostgresConnection> find(String namespace, String name) {
            return connection;
          }
        };
    var access =
        new StorageAccess(null) {
          @Override
          public String secretVersion(String namespace, String name) {
            return secretVersions.apply(name);
          }

          /** A directory that stands for the bucket. */
          @Override
          public ObjectStore open(String namespace, Storage storage)
              throws TroubleException, StorageException {
            if (secrets.isPresent()) {
              throw secrets.get();
            }
            var claim = new Storage(null, new Storage.PersistentVolumeClaim("c", null));
            return ObjectStores.open(claim, Optional.empty(), List.of(), mount);
          }
        };
    var protocol =
        new JobProtocol(null, null, Clock.systemUTC()) {
          @Override
          public JobState helper(CustomResource<?, ?> resource, Job desired) {
            made.add(desired);
            return job.apply(desired);
          }
        };
    return new StorageProber(connections, access, new JobFactory(new TestConfig(1)), protocol);
  }

  private void connection(String more) {
    connection =
        Optional.of(
            Serialization.unmarshal(
                "metadata: {name: shop, namespace: demo}\nspec:\n" + more.indent(2),
                PostgresConnection.class));
  }

  /** Its template names no storage. */
  private static BackupSchedule bare() {
    return Serialization.unmarshal(
        """
        metadata: {name: nightly, namespace: demo, uid: 0a1b2c3d-4e5f}
        spec:
          schedule: "0 2 * * *"
          template: {spec: {connectionRef: {name: shop}}}
        """,
        BackupSchedule.class);
  }

  private static void assertVerdict(Verdict verdict, String status, Reason reason, String words) {
    assertThat(verdict.status()).as(verdict.message()).isEqualTo(status);
    assertThat(verdict.reason()).isEqualTo(reason);
    assertThat(verdict.message()).contains(words);
  }

  @Test
  void keysAreUsedWithinTheOperator() throws Exception {
    assertVerdict(
        probe(schedule()), "True", Reason.STORAGE_USABLE, "s3://b/demo/shop/.pgcask-probe-0a1b");
    assertThat(made).isEmpty();
    try (var all = Files.walk(mount)) {
      assertThat(all.filter(Files::isRegularFile)).isEmpty();
    }
  }

  @Test
  void saysWhatIsMissing() throws Exception {
    assertVerdict(probe(bare()), "Unknown", Reason.STORAGE_NOT_PROBED, "does not exist");
    connection("provider: Generic");
    assertVerdict(probe(bare()), "False", Reason.NO_STORAGE, "set one");
    secrets = Optional.of(new TroubleException(Reason.SECRET_MISSING, "create it"));
    assertVerdict(probe(schedule()), "False", Reason.SECRET_MISSING, "create it");
  }

  @Test
  void aVolumeIsTriedByAJobThatMayWriteToIt() throws Exception {
    // Given
    connection(DISK);
    var result = ResultBuilder.builder().succeeded(true).reason(Reason.COMPLETED).build();
    job = desired -> new JobState.Ended(desired, null, result);

    // When
    var verdict = probe(bare());

    // Then
    assertVerdict(verdict, "True", Reason.STORAGE_USABLE, "pvc://disk/demo/shop/.pgcask-probe-");
    var pod = made.getFirst().getSpec().getTemplate().getSpec();
    assertThat(made.getFirst().getMetadata().getName()).startsWith("nightly-0a1b2c3d-probe-");
    assertThat(made.getFirst().getSpec().getActiveDeadlineSeconds())
        .as("it ends, also if its operator does not come back")
        .isEqualTo(900);
    assertThat(pod.getContainers().getFirst().getVolumeMounts())
        .filteredOn(one -> one.getMountPath().equals(Mounts.VOLUME))
        .singleElement()
        .satisfies(one -> assertThat(one.getReadOnly()).isNotEqualTo(true));
    assertThat(pod.getContainers().getFirst().getEnv().getLast().getValue())
        .contains("\"task\":\"probe\"");
  }

  @Test
  void onlyWhatTheJobSaysIsAVerdict() throws Exception {
    // Given
    connection(DISK);
    var full =
        ResultBuilder.builder()
            .succeeded(false)
            .reason(Reason.STORAGE_FULL)
            .message("enlarge it")
            .build();

    // When, Then
    job = desired -> new JobState.Ended(desired, null, full);
    assertVerdict(probe(bare()), "False", Reason.STORAGE_FULL, "enlarge it");
    job =
        desired ->
            new JobState.Lost(desired, new Trouble(Reason.IMAGE_PULL, "the image cannot be had"));
    assertVerdict(probe(bare()), "Unknown", Reason.STORAGE_NOT_PROBED, "the image cannot be had");
    job =
        desired -> {
          throw new KubernetesClientException("exceeded quota");
        };
    assertVerdict(probe(bare()), "Unknown", Reason.STORAGE_NOT_PROBED, "exceeded quota");
  }

  @Test
  void noJobIsMadeAnewForAScheduleThatIsGone() throws Exception {
    connection(DISK);
    job =
        desired -> {
          wanted = false;
          return new JobState.Running(desired, null);
        };

    assertVerdict(probe(bare()), "Unknown", Reason.STORAGE_NOT_PROBED, "gone");
    assertThat(made).hasSize(1);
  }

  private static BackupSchedule of(String connection, String storage) {
    return Serialization.unmarshal(
        """
        metadata: {name: %s, namespace: demo, uid: %s}
        spec:
          schedule: "0 2 * * *"
          template: {spec: {connectionRef: {name: %s}%s}}
        """
            .formatted(connection, connection, connection, storage),
        BackupSchedule.class);
  }

  @Test
  void whatIsTriedChangesWithAllThatItRestsOn() {
    // Given
    var keys = ", storage: {s3: {bucket: b, credentialsSecretRef: {name: s3}}}";
    var before = prober().identity(of("shop", keys));

    // Then
    assertThat(prober().identity(of("shop", keys))).isEqualTo(before);
    assertThat(prober().identity(of("other", keys)))
        .as("keys may be good for one directory only")
        .isNotEqualTo(before);
    secretVersions = name -> name + "-2";
    assertThat(prober().identity(of("shop", keys))).isNotEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403})
  void aSecretThatIsRefusedIsAnotherOne(int code) {
    var keys = of("shop", ", storage: {s3: {bucket: b, credentialsSecretRef: {name: s3}}}");
    var before = prober().identity(keys);

    secretsFailWith(code);

    assertThat(prober().identity(keys)).isNotEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 429, 500, 503})
  void anApiServerInTroubleSaysNothingOfASecret(int code) {
    var keys = of("shop", ", storage: {s3: {bucket: b, credentialsSecretRef: {name: s3}}}");

    secretsFailWith(code);

    assertThatThrownBy(() -> prober().identity(keys)).isInstanceOf(KubernetesClientException.class);
  }

  private void secretsFailWith(int code) {
    secretVersions =
        name -> {
          throw new KubernetesClientException("no", code, null);
        };
  }

  @Test
  void aDefaultStorageThatChangesIsAnotherOne() {
    var none = prober().identity(bare());
    connection("provider: Generic");
    var without = prober().identity(bare());
    connection(DISK);
    var disk = prober().identity(bare());
    connection(DISK + "\ndefaultPod: {nodeSelector: {a: b}}");

    assertThat(none).isNotEqualTo(without);
    assertThat(disk).isNotEqualTo(without);
    assertThat(prober().identity(bare())).as("with the pod of its Job").isNotEqualTo(disk);
  }

  @Test
  void aVolumeIsOneForAllConnections() {
    var disk = ", storage: {persistentVolumeClaim: {claimName: disk}}";

    assertThat(prober().identity(of("shop", disk))).isEqualTo(prober().identity(of("two", disk)));
  }
}
