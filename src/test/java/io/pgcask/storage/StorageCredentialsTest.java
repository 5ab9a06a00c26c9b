package io.pgcask.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class StorageCredentialsTest {
  @Test
  void hidesTheSecretsInToString() {
    assertThat(new StorageCredentials("AKID", "S3CR3T", Optional.of("T0KEN")).toString())
        .doesNotContain("AKID", "S3CR3T", "T0KEN");
  }
}
