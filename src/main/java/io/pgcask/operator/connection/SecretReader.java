package io.pgcask.operator.connection;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.pgcask.api.v1alpha1.CaSecretRef;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.Storage;
import io.pgcask.contract.Mounts;
import io.pgcask.operator.job.TroubleException;
import io.pgcask.postgres.Certificates;
import io.pgcask.postgres.InvalidSecretException;
import io.pgcask.postgres.SecretText;
import io.pgcask.storage.StorageCredentials;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Gets the Secrets that a resource names, one by one. Secrets are never listed nor watched. */
@ApplicationScoped
public class SecretReader {

  private final KubernetesClient client;

  /** Made by the container, and by tests with a client of their own. */
  public SecretReader(KubernetesClient client) {
    this.client = client;
  }

  /**
   * The value of a key as text.
   *
   * @throws TroubleException with SecretMissing, SecretKeyMissing or InvalidSecret
   */
  public String text(String namespace, String name, String key) throws TroubleException {
    return text(data(namespace, name), name, key);
  }

  private static String text(Map<String, String> data, String name, String key)
      throws TroubleException {
    try {
      return SecretText.read("key %s of Secret %s".formatted(key, name), bytes(data, name, key));
    } catch (InvalidSecretException e) {
      throw new TroubleException(Reason.INVALID_SECRET, e.getMessage());
    }
  }

  /**
   * The value of a key as it is.
   *
   * @throws TroubleException with SecretMissing or SecretKeyMissing
   */
  public byte[] bytes(String namespace, String name, String key) throws TroubleException {
    return bytes(data(namespace, name), name, key);
  }

  private static byte[] bytes(Map<String, String> data, String name, String key)
      throws TroubleException {
    return Optional.ofNullable(data.get(key))
        .map(Base64.getDecoder()::decode)
        .orElseThrow(
            () ->
                new TroubleException(
                    Reason.SECRET_KEY_MISSING,
                    "Secret %s has no key %s; it has %s"
                        .formatted(
                            name,
                            key,
                            data.isEmpty() ? "none" : String.join(", ", data.keySet()))));
  }

  /**
   * The CAs that a Secret holds.
   *
   * @throws TroubleException with SecretMissing, SecretKeyMissing, or InvalidSecret if a
   *     certificate cannot be read or there is none
   */
  public List<X509Certificate> certificates(String namespace, CaSecretRef ref)
      throws TroubleException {
    var key = ref.keyOrDefault();
    try {
      return Certificates.read(
          "key %s of Secret %s".formatted(key, ref.name()), bytes(namespace, ref.name(), key));
    } catch (InvalidSecretException e) {
      throw new TroubleException(Reason.INVALID_SECRET, e.getMessage());
    }
  }

  /**
   * The keys of an S3 server, read at once.
   *
   * @throws TroubleException with SecretMissing, SecretKeyMissing or InvalidSecret
   */
  public StorageCredentials storageCredentials(String namespace, String name)
      throws TroubleException {
    var data = data(namespace, name);
    return new StorageCredentials(
        text(data, name, Mounts.ACCESS_KEY_ID),
        text(data, name, Mounts.SECRET_ACCESS_KEY),
        data.containsKey(Mounts.SESSION_TOKEN)
            ? Optional.of(text(data, name, Mounts.SESSION_TOKEN))
            : Optional.empty());
  }

  /** The version of a Secret, if there is one: another one after any change. */
  public Optional<String> version(String namespace, String name) {
    return Optional.ofNullable(client.secrets().inNamespace(namespace).withName(name).get())
        .map(secret -> secret.getMetadata().getUid() + secret.getMetadata().getResourceVersion());
  }

  /**
   * Looks whether a Job could mount the Secrets of a storage. It would wait for a missing one
   * without a word; so look before.
   *
   * @throws TroubleException with SecretMissing, SecretKeyMissing or InvalidSecret
   */
  public void checkStorage(String namespace, Storage storage) throws TroubleException {
    if (storage.s3() == null) {
      return;
    }
    if (storage.s3().credentialsSecretRef() != null) {
      storageCredentials(namespace, storage.s3().credentialsSecretRef().name());
    }
    if (storage.s3().caSecretRef() != null) {
      certificates(namespace, storage.s3().caSecretRef());
    }
  }

  private Map<String, String> data(String namespace, String name) throws TroubleException {
    var secret = client.secrets().inNamespace(namespace).withName(name).get();
    if (secret == null) {
      throw new TroubleException(
          Reason.SECRET_MISSING,
          "Secret %s does not exist in namespace %s; create it".formatted(name, namespace));
    }
    return Optional.of(secret).map(Secret::getData).orElse(Map.of());
  }
}
