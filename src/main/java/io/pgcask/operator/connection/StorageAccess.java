package io.pgcask.operator.connection;

import io.pgcask.api.v1alpha1.Storage;
import io.pgcask.operator.job.TroubleException;
import io.pgcask.storage.ObjectStore;
import io.pgcask.storage.ObjectStores;
import io.pgcask.storage.StorageException;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
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

  /**
   * Opens a bucket that it {@link #reaches}; no request is made yet.
   *
   * @param namespace of the Secrets, and of the service that an endpoint of one word names
   * @throws TroubleException if a Secret or one of its keys is missing or cannot be used
   * @throws StorageException if the storage cannot be opened
   */
  public ObjectStore open(String namespace, Storage storage)
      throws TroubleException, StorageException {
    var s3 = storage.s3();
    var reachable =
        s3.endpoint() == null
            ? s3
            : s3.withEndpoint(ServiceNames.qualifyUrl(s3.endpoint(), namespace));
    var credentials = secrets.storageCredentials(namespace, s3.credentialsSecretRef().name());
    var authorities =
        s3.caSecretRef() == null
            ? List.<X509Certificate>of()
            : secrets.certificates(namespace, s3.caSecretRef());
    return ObjectStores.open(
        new Storage(reachable, null), Optional.of(credentials), authorities, Path.of("/"));
  }
}
