package io.pgcask.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.LocalObjectRef;
import io.pgcask.api.v1alpha1.Storage;
import io.pgcask.storage.ObjectStores;
import io.pgcask.storage.StorageCredentials;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * What the warm-up asks of its store is answered, so that the class cache holds what an answer
 * needs.
 */
class WarmUpStoreTest {

  @Test
  void answersWhatTheWarmUpAsks() throws Exception {
    try (var server = new WarmUpStore();
        var store =
            ObjectStores.open(
                storage(server.endpoint()),
                Optional.of(new StorageCredentials("id", "secret", Optional.empty())),
                List.of(),
                Path.of("/nowhere"))) {
      store.check();
      store.putIfAbsent("some/object", new byte[1]);

      assertThat(store.size("some/object")).hasValue(0);
      assertThat(store.read("some/object")).isEmpty();
      assertThat(store.list("some")).isEmpty();
      assertThat(store.unfinished("some")).isEmpty();
    }
  }

  private static Storage storage(String endpoint) {
    return new Storage(
        new Storage.S3("warm-up", null, null, endpoint, true, new LocalObjectRef("none"), null),
        null);
  }
}
