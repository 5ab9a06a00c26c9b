package io.pgcask.storage;

import io.pgcask.api.v1alpha1.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;

/**
 * Tries a storage out: a small object is written, read, compared and removed. Each text is another
 * one, so that an old object is not taken for the new one.
 */
public final class StorageProbe {
  /** No name of a Backup begins with a dot, so nothing takes it for one. */
  private static final String NAME = ".pgcask-probe-";

  private StorageProbe() {}

  /**
   * The key of the object, the same for all probes of one resource: what an earlier probe could not
   * remove is overwritten by the next.
   *
   * @param directory of the backups of a connection
   * @param uid of the resource that asks
   */
  public static String key(String directory, String uid) {
    return directory + "/" + NAME + uid;
  }

  /**
   * Tries it.
   *
   * @throws StorageException what is wrong, with what to do
   */
  public static void run(ObjectStore store, String key) throws StorageException {
    store.check();
    var bytes =
        "pgcask tries whether this storage can be used: %s\n"
            .formatted(UUID.randomUUID())
            .getBytes(StandardCharsets.UTF_8);
    store.putUnlocked(key, bytes);
    if (!Arrays.equals(store.read(key), bytes)) {
      throw new StorageException(
          Reason.CHECKSUM_MISMATCH,
          "%s was written and reads differently: nothing in this storage can be relied on; look into its server or disk"
              .formatted(store.place(key)));
    }
    try {
      store.delete(key);
    } catch (StorageException e) {
      // the bucket's own retention protects everything in it for a while, and that is as it should
      if (e.reason() != Reason.OBJECT_LOCKED) {
        throw new StorageException(
            e.reason(),
            "a small object was written and read, and cannot be removed, which retention and deletionPolicy need as well: "
                + e.getMessage(),
            e);
      }
    }
  }
}
