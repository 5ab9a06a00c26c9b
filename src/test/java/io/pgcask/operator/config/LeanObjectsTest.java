package io.pgcask.operator.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupPhase;
import org.junit.jupiter.api.Test;

class LeanObjectsTest {

  @Test
  void whatIsReadHasEverythingButItsManagedFields() {
    // Given
    var mapper = new ObjectMapper();
    var serialization = new KubernetesSerialization(mapper, true);
    new LeanObjects().customize(mapper);

    // When
    var backup =
        serialization.unmarshal(
            """
            {"apiVersion": "pgcask.io/v1alpha1", "kind": "Backup",
             "metadata": {"name": "b", "uid": "u", "resourceVersion": "7", "generation": 2,
                          "annotations": {"a": "1"}, "finalizers": ["pgcask.io/cleanup"],
                          "managedFields": [{"manager": "m", "fieldsV1": {"f:spec": {}}}]},
             "spec": {"hold": true}, "status": {"phase": "Completed"}}
            """,
            Backup.class);

    // Then
    var meta = backup.getMetadata();
    assertThat(meta.getManagedFields()).isEmpty();
    assertThat(meta.getAdditionalProperties()).isEmpty();
    assertThat(meta.getName()).isEqualTo("b");
    assertThat(meta.getResourceVersion()).isEqualTo("7");
    assertThat(meta.getGeneration()).isEqualTo(2);
    assertThat(meta.getAnnotations()).containsEntry("a", "1");
    assertThat(meta.getFinalizers()).containsExactly("pgcask.io/cleanup");
    assertThat(backup.getSpec().hold()).isTrue();
    assertThat(backup.getStatus().phase()).isEqualTo(BackupPhase.COMPLETED);
    assertThat(serialization.asJson(backup)).doesNotContain("managedFields");
  }
}
