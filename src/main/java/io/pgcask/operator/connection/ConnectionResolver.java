package io.pgcask.operator.connection;

import io.pgcask.api.v1alpha1.PostgresConnection;
import io.pgcask.api.v1alpha1.PostgresConnectionSpec;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.Tls;
import io.pgcask.api.v1alpha1.TlsMode;
import io.pgcask.contract.Task;
import io.pgcask.operator.job.TroubleException;
import io.pgcask.postgres.ConnectionSettings;
import io.pgcask.postgres.ConnectionString;
import io.pgcask.postgres.InvalidConnectionStringException;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import java.util.Optional;

/** Turns a PostgresConnection and its Secrets into what it takes to log in. */
@ApplicationScoped
public class ConnectionResolver {

  private static final int DEFAULT_PORT = 5432;
  private static final int DEFAULT_CONNECT_TIMEOUT = 10;

  private final SecretReader secrets;

  /** Made by the container, and by tests with a reader of their own. */
  public ConnectionResolver(SecretReader secrets) {
    this.secrets = secrets;
  }

  /**
   * A connection that can be tried.
   *
   * @param server what a Job is told: everything but credentials
   * @param user the role to connect as
   * @param caCertificates PEM; present for verify-ca and verify-full
   */
  public record Resolved(
      Task.Server server, String user, Optional<String> password, Optional<byte[]> caCertificates) {

    /**
     * What it takes to open a session.
     *
     * @param ca file with the certificates, if there are any
     */
    ConnectionSettings settings(Optional<Path> ca) {
      return new ConnectionSettings(
          server.host(),
          server.port(),
          server.database(),
          user,
          password,
          server.tlsMode(),
          ca,
          server.connectTimeoutSeconds());
    }

    /** Without the password. */
    @Override
    public String toString() {
      return "Resolved[server=%s, user=%s]".formatted(server, user);
    }
  }

  /**
   * Resolves.
   *
   * @throws TroubleException with SecretMissing, SecretKeyMissing, InvalidSecret or
   *     InvalidConnectionString
   */
  public Resolved resolve(PostgresConnection connection) throws TroubleException {
    var namespace = connection.getMetadata().getNamespace();
    var spec = connection.getSpec();
    var ca = caCertificates(namespace, spec);
    if (spec.standard() != null) {
      return standard(namespace, spec, ca);
    }
    return connectionString(namespace, spec, ca);
  }

  private Resolved standard(String namespace, PostgresConnectionSpec spec, Optional<byte[]> ca)
      throws TroubleException {
    var standard = spec.standard();
    var userRef = standard.userSecretRef();
    var user =
        userRef == null ? standard.user() : secrets.text(namespace, userRef.name(), userRef.key());
    Optional<String> password = Optional.empty();
    if (standard.passwordSecretRef() != null) {
      var ref = standard.passwordSecretRef();
      password = Optional.of(secrets.text(namespace, ref.name(), ref.key()));
    }
    var server =
        new Task.Server(
            ServiceNames.qualify(standard.host(), namespace),
            standard.portOrDefault(),
            standard.database(),
            spec.maintenanceDatabase(),
            standard.user(),
            mode(spec).orElse(TlsMode.REQUIRE),
            timeout(spec),
            spec.provider());
    return new Resolved(server, user, password, ca);
  }

  private Resolved connectionString(
      String namespace, PostgresConnectionSpec spec, Optional<byte[]> ca) throws TroubleException {
    var ref = spec.connectionString().secretRef();
    ConnectionString parsed;
    try {
      parsed = ConnectionString.parse(secrets.text(namespace, ref.name(), ref.key()));
    } catch (InvalidConnectionStringException e) {
      throw new TroubleException(
          Reason.INVALID_CONNECTION_STRING,
          "key %s of Secret %s: %s".formatted(ref.key(), ref.name(), e.getMessage()));
    }
    var user =
        parsed
            .user()
            .orElseThrow(
                () ->
                    new TroubleException(
                        Reason.INVALID_CONNECTION_STRING,
                        "key %s of Secret %s names no user".formatted(ref.key(), ref.name())));
    var mode = mode(spec).or(parsed::tlsMode).orElse(TlsMode.REQUIRE);
    if (mode.compareTo(TlsMode.VERIFY_CA) >= 0 && ca.isEmpty()) {
      throw new TroubleException(
          Reason.INVALID_CONNECTION_STRING,
          "sslmode %s needs the CA that signed the server's certificate: set spec.tls.mode and"
                  .formatted(mode.sslmode())
              + " spec.tls.caSecretRef");
    }
    var server =
        new Task.Server(
            ServiceNames.qualify(parsed.host(), namespace),
            parsed.port().orElse(DEFAULT_PORT),
            parsed.databaseOrUser().orElse(user),
            spec.maintenanceDatabase(),
            null,
            mode,
            timeout(spec),
            spec.provider());
    return new Resolved(server, user, parsed.password(), ca);
  }

  private Optional<byte[]> caCertificates(String namespace, PostgresConnectionSpec spec)
      throws TroubleException {
    if (spec.tls() == null || spec.tls().caSecretRef() == null) {
      return Optional.empty();
    }
    var ref = spec.tls().caSecretRef();
    return Optional.of(secrets.bytes(namespace, ref.name(), ref.keyOrDefault()));
  }

  private static Optional<TlsMode> mode(PostgresConnectionSpec spec) {
    return Optional.ofNullable(spec.tls()).map(Tls::mode);
  }

  private static int timeout(PostgresConnectionSpec spec) {
    return Optional.ofNullable(spec.connectTimeoutSeconds()).orElse(DEFAULT_CONNECT_TIMEOUT);
  }
}
