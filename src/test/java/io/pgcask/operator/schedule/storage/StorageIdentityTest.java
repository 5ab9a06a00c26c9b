package io.pgcask.operator.schedule.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.PostgresConnection;
import java.util.HashMap;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class StorageIdentityTest {

  private static BackupSchedule schedule(String memory) {
    return Serialization.unmarshal(
        """
        metadata: {name: nightly, namespace: demo, uid: 0a1b2c3d-4e5f}
        spec:
          schedule: "0 2 * * *"
          template:
            spec:
              connectionRef: {name: shop}
              storage: {persistentVolumeClaim: {claimName: disk}}
              pod: {resources: {limits: {memory: "%s"}}}
        """
            .formatted(memory),
        BackupSchedule.class);
  }

  private static PostgresConnection connection(String memory) {
    return Serialization.unmarshal(
        """
        metadata: {name: shop, namespace: demo}
        spec:
          defaultPod: {resources: {requests: {memory: "%s"}}}
        """
            .formatted(memory),
        PostgresConnection.class);
  }

  private static StorageIdentity identity(String memory, String byDefault) {
    var schedule = schedule(memory);
    var connection = Optional.of(connection(byDefault));
    return StorageIdentity.of(schedule, connection, ProbePlan.of(schedule, connection).storages());
  }

  /** The first is no number, the second has more digits than there is memory for. */
  @ParameterizedTest
  @ValueSource(strings = {"1e1.5", "1e300000000"})
  void quantitiesAreNotCalculatedWith(String memory) {
    var known = new HashMap<StorageIdentity, String>();
    known.put(identity(memory, memory), "first");

    assertThat(known).containsKey(identity(memory, memory));
    assertThat(known).doesNotContainKey(identity(memory, "1Gi"));
    assertThat(known).doesNotContainKey(identity("1Gi", memory));
    assertThat(ProbePlan.subject(schedule(memory)).equals(ProbePlan.subject(schedule(memory))))
        .isTrue();
    assertThat(ProbePlan.subject(schedule(memory)).equals(ProbePlan.subject(schedule("1Gi"))))
        .isFalse();
  }

  @Test
  void settingsOfAPodAreToldApart() {
    assertThat(identity("1Gi", "2Gi")).isNotEqualTo(identity("2Gi", "1Gi"));
  }
}
