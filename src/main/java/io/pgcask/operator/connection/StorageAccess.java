package io.pgcask.operator.connection;

import io.pgcask.api.v1alpha1.Storage;
import io.pgcask.operator.job.TroubleException;
import io.pgcask.storage.ObjectStore;
import io.pgcask.storage.ObjectStores;
import io.pgcask.storage.StorageException;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import java.util.Optional;

/** Opens S3 storages that name their keys, from within the operator. */
@ApplicationScoped
public class StorageAccess {

  private final SecretReader secrets;

  /** Made by the container, and by tests with parts of their own. */
  public StorageAccess(SecretReader secrets) {
    this.secrets = secrets;
  }

  /** Whether the operator itself can: by keys, and not by what only a pod has. */
  public static boolean reaches(Storage storage) {
    return storage.s3() != null && storage.s3().credentialsSecretRef() != null;
  }

  /** Changes whenever that Secret does; empty if there is none. */
  public String secretVersion(String namespace, String name) {
    return secrets.version(namespace, name).orElse("");
  }

  /** An open storage, and the file with the CA that it trusts. */
  public record Open(ObjectStore store, TemporaryFile ca) implements AutoCloseable {
    @Override
    public void close() {
      try (ca) {
        store.close();
      }
    }
  }

  /**
   * Opens a bucket that it {@link #reaches}; no request is made yet.
   *
   * @param namespace of the Secrets, and of the service that an endpoint of one word names
   * @throws TroubleException if a Secret or one of its keys is missing or cannot be used
   * @throws StorageException if credentials or CA cannot be used
   */
  public Open open(String namespace, Storage storage) throws TroubleException, StorageException {
    var s3 = storage.s3();
    var reachable =
        s3.endpoint() == null
            ? s3
            : s3.withEndpoint(ServiceNames.qualifyUrl(s3.endpoint(), namespace));
    var credentials = secrets.storageCredentials(namespace, s3.credentialsSecretRef().name());
    var ca =
        s3.caSecretRef() == null
            ? TemporaryFile.none()
            : TemporaryFile.of(secrets.certificates(namespace, s3.caSecretRef()));
    try {
      var store =
          ObjectStores.open(
              new Storage(reachable, null), Optional.of(credentials), ca.path(), Path.of("/"));
      return new Open(store, ca);
    } catch (StorageException e) {
      ca.close();
      throw e;
    }
  }
}
