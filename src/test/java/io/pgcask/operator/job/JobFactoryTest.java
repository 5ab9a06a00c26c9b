package io.pgcask.operator.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupSpecBuilder;
import io.pgcask.api.v1alpha1.PodSettings;
import io.pgcask.api.v1alpha1.PodSettingsBuilder;
import io.pgcask.api.v1alpha1.PostgresConnection;
import io.pgcask.api.v1alpha1.TlsMode;
import io.pgcask.api.v1alpha1.Verification;
import io.pgcask.api.v1alpha1.VerificationLevel;
import io.pgcask.contract.ClaimedNames;
import io.pgcask.contract.Task;
import io.pgcask.operator.TestConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each case is {@code in.yaml} (a Backup and its connection) and the Job it must give. */
class JobFactoryTest {

  @ParameterizedTest
  @ValueSource(strings = {"s3", "s3-identity", "volume", "copies", "pod", "pod-volume"})
  void aJobIsAsTheGoldenFileSays(String name) throws IOException {
    // Given
    var folder = Path.of("src/test/resources/golden/job");
    var documents = Files.readString(folder.resolve("in-" + name + ".yaml")).split("---\n");
    var backup = Serialization.unmarshal(documents[0], Backup.class);
    var connection = Serialization.unmarshal(documents[1], PostgresConnection.class);
    var task =
        new Task.Backup(
            backup.getMetadata().getUid(),
            backup.getMetadata().getNamespace(),
            backup.getMetadata().getName(),
            backup.getSpec().connectionRef().name(),
            1,
            new Task.Server("db", 5432, "shop", null, "shop", TlsMode.REQUIRE, 10),
            BackupSpecBuilder.builder(backup.getSpec()).pod(null).build(),
            backup.getSpec().storage(),
            backup.getSpec().copies(),
            "demo/shop/nightly-0a1b2c3d",
            1800,
            null,
            false);

    var factory = new JobFactory(new TestConfig(3));
    var pod = factory.pod(Optional.of(connection), Optional.ofNullable(backup.getSpec().pod()));

    // When
    var job =
        factory.job(
            "nightly-0a1b2c3d-1",
            backup,
            task,
            pod.image(),
            Optional.of(pod.settings()),
            Optional.of("shop"),
            Optional.of(connection.getSpec()),
            true);

    // Then
    var golden = folder.resolve("out-" + name + ".yaml");
    var yaml = Serialization.asYaml(job);
    if (Boolean.getBoolean("pgcask.generate")) {
      Files.writeString(golden, yaml);
    }
    assertThat(golden).hasContent(yaml);
    assertThat(yaml).doesNotContain("hunter2");
  }

  @Test
  void aHelperOfAPlanWithoutPodSettingsHasThoseOfTheChart() throws IOException {
    // Given
    var backup = backupOnVolume();
    var task = new Task.Delete("uid", backup.getSpec().storage(), List.of(), "path");
    var config = new TestConfig(3, "{\"nodeSelector\":{\"disk\":\"ssd\"}}");

    // When
    var pod = pod(new JobFactory(config), backup, task, Optional.empty());

    // Then
    assertThat(pod.getNodeSelector()).containsExactly(Map.entry("disk", "ssd"));
    assertThat(pod.getImagePullSecrets()).extracting("name").containsExactly("registry");
    assertThat(pod.getContainers().getFirst().getResources().getLimits())
        .containsExactly(Map.entry("memory", new Quantity("256Mi")));
  }

  @Test
  void whatOnlyLooksMountsVolumesForReading() throws IOException {
    // Given
    var backup = backupOnVolume();
    var volume = backup.getSpec().storage();
    var task =
        new Task.Sweep(
            "uid", volume, List.of(volume), "demo/shop", ClaimedNames.of(List.of()), Instant.EPOCH);

    // When
    var pod = pod(new JobFactory(new TestConfig(3)), backup, task, Optional.empty());

    // Then
    assertThat(pod.getVolumes())
        .filteredOn(mounted -> mounted.getPersistentVolumeClaim() != null)
        .hasSize(2)
        .allMatch(mounted -> mounted.getPersistentVolumeClaim().getReadOnly());
  }

  @Test
  void aHelperHasTheNodeAndTheAccountOfTheRun() throws IOException {
    // Given
    var backup = backupOnVolume();
    var task = new Task.Delete("uid", backup.getSpec().storage(), List.of(), "path");
    var settings =
        PodSettingsBuilder.builder()
            .serviceAccountName("backups")
            .nodeSelector(Map.of("zone", "a"))
            .build();

    // When
    var pod =
        pod(
            new JobFactory(new TestConfig(3, "{\"nodeSelector\":{\"disk\":\"ssd\"}}")),
            backup,
            task,
            Optional.of(settings));

    // Then: what was resolved, and not what the chart has come to say since
    assertThat(pod.getServiceAccountName()).isEqualTo("backups");
    assertThat(pod.getNodeSelector()).containsExactly(Map.entry("zone", "a"));
    assertThat(pod.getAutomountServiceAccountToken()).isFalse();
  }

  @Test
  void aVerificationThatRestoresHasAServerBesideIt() throws IOException {
    // Given
    var backup = backupOnVolume();
    var factory = new JobFactory(new TestConfig(3));
    var storage = backup.getSpec().storage();
    var restore = new Verification(VerificationLevel.RESTORE, null, factory.serverImage(17));
    var parse = new Verification(VerificationLevel.PARSE, null, null);

    // When
    var proof =
        pod(
            factory,
            backup,
            new Task.Verify("uid", restore, ThrowAwayServer.ADDRESS, storage, List.of(), "a/b"),
            Optional.empty());
    var other =
        pod(
            factory,
            backup,
            new Task.Verify("uid", parse, null, storage, List.of(), "a/b"),
            Optional.empty());

    // Then
    assertThat(proof.getInitContainers())
        .singleElement()
        .satisfies(
            server -> {
              assertThat(server.getImage()).isEqualTo("postgres:17");
              assertThat(server.getRestartPolicy())
                  .as("it ends with the runner")
                  .isEqualTo("Always");
              assertThat(server.getSecurityContext().getRunAsUser()).isEqualTo(999);
              assertThat(server.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
              assertThat(server.getVolumeMounts())
                  .as("nothing of the storage's or the connection's Secrets")
                  .extracting(VolumeMount::getName)
                  .containsExactly("server");
            });
    assertThat(other.getInitContainers()).isEmpty();
  }

  private static Backup backupOnVolume() throws IOException {
    var yaml = Files.readString(Path.of("src/test/resources/golden/job/in-volume.yaml"));
    return Serialization.unmarshal(yaml.split("---\n")[0], Backup.class);
  }

  private static PodSpec pod(
      JobFactory factory, Backup backup, Task task, Optional<PodSettings> settings) {
    return factory
        .job(
            "helper",
            backup,
            task,
            "pgcask:test",
            settings,
            Optional.empty(),
            Optional.empty(),
            false)
        .getSpec()
        .getTemplate()
        .getSpec();
  }
}
