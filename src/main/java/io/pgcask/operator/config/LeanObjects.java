package io.pgcask.operator.config;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.quarkus.kubernetes.client.KubernetesClientObjectMapperCustomizer;
import jakarta.inject.Singleton;

/**
 * Leaves {@code metadata.managedFields} out of everything that is read from the API server. Nothing
 * here looks at it, a patch must not have it, and it is most of what a cached resource takes: of
 * 10,000 Backups 163 of 243 MiB.
 */
@Singleton
public class LeanObjects implements KubernetesClientObjectMapperCustomizer {

  @Override
  public void customize(ObjectMapper mapper) {
    mapper.addMixIn(ObjectMeta.class, WithoutManagedFields.class);
  }

  @JsonIgnoreProperties("managedFields")
  private interface WithoutManagedFields {}
}
