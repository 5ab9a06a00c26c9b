package io.pgcask.runner;

import io.pgcask.api.v1alpha1.Encryption;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.contract.Mounts;
import io.pgcask.contract.Task;
import io.pgcask.postgres.Certificates;
import io.pgcask.postgres.ClientCertificate;
import io.pgcask.postgres.ConnectionSettings;
import io.pgcask.postgres.ConnectionString;
import io.pgcask.postgres.InvalidConnectionStringException;
import io.pgcask.postgres.InvalidSecretException;
import io.pgcask.postgres.SecretText;
import io.pgcask.runner.age.Identities;
import io.pgcask.runner.age.InvalidKeysException;
import io.pgcask.runner.age.Recipients;
import io.pgcask.storage.StorageCredentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the secrets that the Job mounts, see {@link Mounts}. A client certificate is written anew:
 * into files that only this process's user can read, with the key in a form that every client
 * takes. They are gone after {@link #close}.
 */
final class Credentials implements AutoCloseable {
  private final RunnerEnvironment environment;
  private final List<WorkDirectory> written = new ArrayList<>();

  Credentials(RunnerEnvironment environment) {
    this.environment = environment;
  }

  /** The server of a task with user and password. */
  ConnectionSettings connection(Task.Server server) throws TaskFailedException {
    var user = Optional.ofNullable(server.user());
    var password = Optional.<String>empty();
    var text = read(environment.connection(), Mounts.CONNECTION_STRING);
    if (text.isPresent()) {
      try {
        var parsed = ConnectionString.parse(text.get());
        user = user.or(parsed::user);
        password = parsed.password();
      } catch (InvalidConnectionStringException e) {
        throw TaskFailedException.of(e);
      }
    } else {
      if (user.isEmpty()) {
        user = read(environment.connection(), Mounts.USER);
      }
      password = read(environment.connection(), Mounts.PASSWORD);
    }
    return new ConnectionSettings(
        server.host(),
        server.port(),
        server.database(),
        user.orElseThrow(
            () ->
                new TaskFailedException(
                    Reason.INVALID_CONNECTION_STRING, "the connection names no user")),
        password,
        server.tlsMode(),
        caFile(environment.connection()),
        clientCertificate(),
        server.connectTimeoutSeconds());
  }

  private Optional<ClientCertificate.Stored> clientCertificate() throws TaskFailedException {
    var certificate = environment.connection().resolve(Mounts.CLIENT_CERTIFICATE);
    if (!Files.exists(certificate)) {
      return Optional.empty();
    }
    try {
      var read =
          ClientCertificate.read(
              Files.readAllBytes(certificate),
              Files.readAllBytes(environment.connection().resolve(Mounts.CLIENT_KEY)));
      var directory = WorkDirectory.create(environment.temporary());
      written.add(directory);
      return Optional.of(read.store(directory.path()));
    } catch (InvalidSecretException e) {
      throw TaskFailedException.of(e);
    } catch (IOException e) {
      throw new TaskFailedException(
          Reason.INTERNAL, "the mounted client certificate cannot be read or stored");
    }
  }

  @Override
  public void close() throws IOException {
    for (var directory : written) {
      directory.close();
    }
  }

  /** The credentials of an S3 storage, from its directory; empty if none are mounted. */
  static Optional<StorageCredentials> storage(Path directory) throws TaskFailedException {
    var id = read(directory, Mounts.ACCESS_KEY_ID);
    var secret = read(directory, Mounts.SECRET_ACCESS_KEY);
    if (id.isEmpty() || secret.isEmpty()) {
      return Optional.empty();
    }
    var token = read(directory, Mounts.SESSION_TOKEN);
    return Optional.of(new StorageCredentials(id.get(), secret.get(), token));
  }

  /** The identities with which encrypted backups are read; empty if none are mounted. */
  Optional<Identities> identities() throws TaskFailedException {
    var file = environment.encryption().resolve(Mounts.IDENTITY);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Identities.parse("the mounted identity", lines(file)));
    } catch (InvalidKeysException e) {
      throw new TaskFailedException(Reason.INVALID_SECRET, e.getMessage());
    }
  }

  /** For whom a backup is encrypted: those of its spec and those that are mounted. */
  Recipients recipients(Encryption.Age age) throws TaskFailedException {
    var file = environment.encryption().resolve(Mounts.RECIPIENTS);
    try {
      var given =
          age.recipients() == null
              ? Optional.<Recipients>empty()
              : Optional.of(
                  Recipients.parse(
                      "encryption.age.recipients", String.join("\n", age.recipients())));
      if (age.recipientsSecretRef() == null) {
        return given.orElseThrow();
      }
      var mounted = Recipients.parse("Secret " + age.recipientsSecretRef().name(), lines(file));
      return given.isPresent() ? given.get().and(mounted) : mounted;
    } catch (InvalidKeysException e) {
      throw new TaskFailedException(Reason.ENCRYPTION_FAILED, e.getMessage());
    }
  }

  private static String lines(Path file) throws TaskFailedException {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new TaskFailedException(
          Reason.INVALID_SECRET, "the mounted secret %s is no text".formatted(file.getFileName()));
    }
  }

  /** The file with CA certificates in a directory, if one is mounted there. */
  static Optional<Path> caFile(Path directory) {
    return Optional.of(directory.resolve(Mounts.CA)).filter(Files::isRegularFile);
  }

  /** The CAs of an S3 storage, from its directory; empty if none are mounted. */
  static List<X509Certificate> authorities(Path directory) throws TaskFailedException {
    var file = caFile(directory);
    if (file.isEmpty()) {
      return List.of();
    }
    try {
      return Certificates.read("the value of s3.caSecretRef", Files.readAllBytes(file.get()));
    } catch (InvalidSecretException e) {
      throw new TaskFailedException(Reason.STORAGE_UNREACHABLE, e.getMessage());
    } catch (IOException e) {
      throw new TaskFailedException(
          Reason.STORAGE_UNREACHABLE, "the CA certificates of s3.caSecretRef cannot be read");
    }
  }

  private static Optional<String> read(Path directory, String name) throws TaskFailedException {
    var file = directory.resolve(name);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(SecretText.read(name, Files.readAllBytes(file)));
    } catch (InvalidSecretException e) {
      throw TaskFailedException.of(e);
    } catch (IOException e) {
      throw new TaskFailedException(
          Reason.INTERNAL, "the mounted secret " + name + " cannot be read");
    }
  }
}
