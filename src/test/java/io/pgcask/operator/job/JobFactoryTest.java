package io.pgcask.operator.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.PostgresConnection;
import io.pgcask.api.v1alpha1.TlsMode;
import io.pgcask.contract.Task;
import io.pgcask.operator.TestConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each case is {@code in.yaml} (a Backup and its connection) and the Job it must give. */
class JobFactoryTest {

  @ParameterizedTest
  @ValueSource(strings = {"s3", "s3-identity", "volume", "copies"})
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
            backup.getSpec(),
            backup.getSpec().storage(),
            backup.getSpec().copies(),
            "demo/shop/nightly-0a1b2c3d",
            1800,
            null);

    // When
    var job =
        new JobFactory(new TestConfig(3))
            .job(
                "nightly-0a1b2c3d-1",
                backup,
                task,
                "pgcask:test",
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
}
