package io.pgcask.operator.job;

import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.fabric8.kubernetes.api.model.VolumeProjectionBuilder;
import io.pgcask.api.v1alpha1.PostgresConnectionSpec;
import io.pgcask.api.v1alpha1.SecretKeyRef;
import io.pgcask.api.v1alpha1.Storage;
import io.pgcask.contract.Mounts;
import io.pgcask.contract.Task;
import java.util.ArrayList;
import java.util.List;

/** The Secrets that a Job mounts, each key as a file of its own. Pure. */
final class TaskSecrets {

  private TaskSecrets() {}

  /** The Secrets of a connection. */
  static List<VolumeProjection> of(PostgresConnectionSpec spec) {
    var sources = new ArrayList<VolumeProjection>();
    if (spec.standard() != null) {
      if (spec.standard().userSecretRef() != null) {
        var ref = spec.standard().userSecretRef();
        sources.add(file(ref.name(), ref.key(), Mounts.USER, false));
      }
      if (spec.standard().passwordSecretRef() != null) {
        var ref = spec.standard().passwordSecretRef();
        sources.add(file(ref.name(), ref.key(), Mounts.PASSWORD, false));
      }
    } else {
      var ref = spec.connectionString().secretRef();
      sources.add(file(ref.name(), ref.key(), Mounts.CONNECTION_STRING, false));
    }
    if (spec.tls() != null && spec.tls().caSecretRef() != null) {
      var ref = spec.tls().caSecretRef();
      sources.add(file(ref.name(), ref.keyOrDefault(), Mounts.CA, false));
    }
    if (spec.tls() != null && spec.tls().clientCertificateSecretRef() != null) {
      var secret = spec.tls().clientCertificateSecretRef().name();
      sources.add(file(secret, Mounts.CLIENT_CERTIFICATE, Mounts.CLIENT_CERTIFICATE, false));
      sources.add(file(secret, Mounts.CLIENT_KEY, Mounts.CLIENT_KEY, false));
    }
    return sources;
  }

  /** The keys with which a task encrypts or decrypts. */
  static List<VolumeProjection> keys(Task task) {
    var keys = new ArrayList<VolumeProjection>();
    switch (task) {
      case Task.Backup backup -> {
        var encryption = backup.spec().encryption();
        if (encryption != null && encryption.age().recipientsSecretRef() != null) {
          keys.add(file(encryption.age().recipientsSecretRef(), Mounts.RECIPIENTS));
        }
        var verification = backup.spec().verification();
        if (verification != null && verification.identitySecretRef() != null) {
          keys.add(file(verification.identitySecretRef(), Mounts.IDENTITY));
        }
      }
      case Task.Restore restore -> {
        if (restore.decryption() != null) {
          keys.add(file(restore.decryption().ageIdentitySecretRef(), Mounts.IDENTITY));
        }
      }
      case Task.Verify verify -> {
        if (verify.verification().identitySecretRef() != null) {
          keys.add(file(verify.verification().identitySecretRef(), Mounts.IDENTITY));
        }
      }
      case Task.Import imported -> {
        if (imported.verification().identitySecretRef() != null) {
          keys.add(file(imported.verification().identitySecretRef(), Mounts.IDENTITY));
        }
      }
      case Task.Sweep s -> {}
      case Task.Probe p -> {}
      case Task.Settle s -> {}
      case Task.Delete d -> {}
    }
    return keys;
  }

  private static VolumeProjection file(SecretKeyRef ref, String path) {
    return file(ref.name(), ref.key(), path, false);
  }

  /** The Secrets of a storage. */
  static List<VolumeProjection> of(Storage storage) {
    var sources = new ArrayList<VolumeProjection>();
    if (storage.s3() != null) {
      if (storage.s3().credentialsSecretRef() != null) {
        var secret = storage.s3().credentialsSecretRef().name();
        sources.add(file(secret, Mounts.ACCESS_KEY_ID, Mounts.ACCESS_KEY_ID, false));
        sources.add(file(secret, Mounts.SECRET_ACCESS_KEY, Mounts.SECRET_ACCESS_KEY, false));
        sources.add(file(secret, Mounts.SESSION_TOKEN, Mounts.SESSION_TOKEN, true));
      }
      if (storage.s3().caSecretRef() != null) {
        var ca = storage.s3().caSecretRef();
        sources.add(file(ca.name(), ca.keyOrDefault(), Mounts.CA, false));
      }
    }
    return sources;
  }

  private static VolumeProjection file(String secret, String key, String path, boolean optional) {
    // @formatter:off
    return new VolumeProjectionBuilder()
        .withNewSecret()
        .withName(secret)
        .withOptional(optional ? true : null)
        .addNewItem()
        .withKey(key)
        .withPath(path)
        .endItem()
        .endSecret()
        .build();
    // @formatter:on
  }

  /** Adds a read-only directory of files, if there are any. */
  static void mount(
      String name,
      String directory,
      List<VolumeProjection> sources,
      List<Volume> volumes,
      List<VolumeMount> mounts) {
    if (sources.isEmpty()) {
      return;
    }
    volumes.add(
        new VolumeBuilder()
            .withName(name)
            .withNewProjected()
            .withDefaultMode(0440)
            .withSources(sources)
            .endProjected()
            .build());
    mounts.add(
        new VolumeMountBuilder()
            .withName(name)
            .withMountPath(directory)
            .withReadOnly(true)
            .build());
  }
}
