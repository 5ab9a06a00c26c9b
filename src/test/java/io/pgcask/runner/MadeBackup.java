package io.pgcask.runner;

import io.pgcask.api.v1alpha1.Compression;
import io.pgcask.api.v1alpha1.Compression.Method;
import io.pgcask.contract.Manifest;
import io.pgcask.contract.ManifestBuilder;
import io.pgcask.contract.Task;
import io.pgcask.storage.Hashes;
import java.util.List;
import java.util.UUID;

/** A backup that is valid in itself, with a Plain dump of the test's own. */
final class MadeBackup {
  private MadeBackup() {}

  /**
   * Makes one.
   *
   * @param like a Plain backup on the volume, whose manifest serves as the model
   * @param dump compressed by the method
   * @return its path
   */
  static String of(RunnerFixture fixture, Task.Backup like, Method method, byte[] dump)
      throws Exception {
    var path = "made/" + UUID.randomUUID();
    var manifest = fixture.manifest(like);
    var object = new Manifest.StoredObject("1/x.sql", dump.length, Hashes.sha256(dump));
    var database = manifest.databases().getFirst().name();
    var changed =
        ManifestBuilder.builder(manifest)
            .compression(new Compression(method, null))
            .files(
                List.of(
                    new Manifest.StoredFile(
                        Manifest.Role.DUMP, database, "x.sql", List.of(object))))
            .build();
    try (var store = fixture.hostStore(like.storage())) {
      store.put(path + "/1/x.sql", dump);
      store.put(path + "/" + Manifest.NAME, fixture.json().pretty(changed));
    }
    fixture.shareVolume();
    return path;
  }
}
