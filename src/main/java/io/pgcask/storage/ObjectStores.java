package io.pgcask.storage;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.Storage;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Opens what a user configured. */
public final class ObjectStores {
  private ObjectStores() {}

  /**
   * Opens a storage; no request is made yet.
   *
   * @param credentials of S3; empty for the pod's own identity, where the storage names no Secret
   * @param authorities CAs to trust beside the system's
   * @param volumeMount where a persistent volume is mounted
   * @throws StorageException if the credentials cannot be used
   */
  public static ObjectStore open(
      Storage storage,
      Optional<StorageCredentials> credentials,
      List<X509Certificate> authorities,
      Path volumeMount)
      throws StorageException {
    return open(storage, credentials, authorities, volumeMount, InstantSource.system());
  }

  /**
   * The same with a clock, from which object lock counts its days.
   *
   * @throws StorageException if the credentials cannot be used
   */
  public static ObjectStore open(
      Storage storage,
      Optional<StorageCredentials> credentials,
      List<X509Certificate> authorities,
      Path volumeMount,
      InstantSource clock)
      throws StorageException {
    if (storage.s3() != null) {
      if (credentials.isEmpty() && storage.s3().credentialsSecretRef() != null) {
        // never another identity than the one that was asked for
        throw new StorageException(
            Reason.STORAGE_DENIED,
            "the Secret of s3.credentialsSecretRef has no accessKeyId and secretAccessKey");
      }
      return S3ObjectStore.open(storage.s3(), credentials, authorities, clock);
    }
    return VolumeObjectStore.open(storage.persistentVolumeClaim(), volumeMount);
  }
}
