package io.pgcask.operator.connection;

import io.pgcask.api.v1alpha1.PostgresConnection;
import io.pgcask.api.v1alpha1.PostgresConnectionSpec;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.Tls;
import io.pgcask.api.v1alpha1.TlsMode;
import io.pgcask.contract.Mounts;
import io.pgcask.contract.Task;
import io.pgcask.operator.job.TroubleException;
import io.pgcask.postgres.ClientCertificate;
import io.pgcask.postgres.ConnectionString;
import io.pgcask.postgres.InvalidConnectionStringException;
import io.pgcask.postgres.InvalidSecretException;
import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.Sessions;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.cert.X509Certificate;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

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
   * @param readHost where dumps are read from, if not from the server's own host
   * @param user the role to connect as
   * @param caCertificates not empty for verify-ca and verify-full
   * @param clientCertificate what is shown to the server, if anything is
   */
  public record Resolved(
      Task.Server server,
      Optional<String> readHost,
      String user,
      Optional<String> password,
      List<X509Certificate> caCertificates,
      Optional<ClientCertificate> clientCertificate) {

    /** What it takes to open sessions; the caller closes it when they are open. */
    public Login login() {
      return Login.of(this);
    }

    /** Logs in, as {@link Sessions#open} does; the caller closes the session. */
    public Connection open(String applicationName, Duration answerTimeout)
        throws PostgresException {
      try (var login = login()) {
        return Sessions.open(login.settings(), applicationName, answerTimeout);
      }
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
    return spec.standard() != null ? standard(namespace, spec) : connectionString(namespace, spec);
  }

  private Resolved standard(String namespace, PostgresConnectionSpec spec) throws TroubleException {
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
            timeout(spec, OptionalInt.empty()),
            spec.provider());
    return resolved(namespace, spec, server, user, password);
  }

  private Resolved connectionString(String namespace, PostgresConnectionSpec spec)
      throws TroubleException {
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
    if (mode.compareTo(TlsMode.VERIFY_CA) >= 0
        && (spec.tls() == null || spec.tls().caSecretRef() == null)) {
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
            timeout(spec, parsed.connectTimeoutSeconds()),
            spec.provider());
    return resolved(namespace, spec, server, user, parsed.password());
  }

  private Resolved resolved(
      String namespace,
      PostgresConnectionSpec spec,
      Task.Server server,
      String user,
      Optional<String> password)
      throws TroubleException {
    return new Resolved(
        server,
        Optional.ofNullable(spec.readHost()).map(host -> ServiceNames.qualify(host, namespace)),
        user,
        password,
        caCertificates(namespace, spec),
        clientCertificate(namespace, spec));
  }

  private List<X509Certificate> caCertificates(String namespace, PostgresConnectionSpec spec)
      throws TroubleException {
    if (spec.tls() == null || spec.tls().caSecretRef() == null) {
      return List.of();
    }
    return secrets.certificates(namespace, spec.tls().caSecretRef());
  }

  private Optional<ClientCertificate> clientCertificate(
      String namespace, PostgresConnectionSpec spec) throws TroubleException {
    if (spec.tls() == null || spec.tls().clientCertificateSecretRef() == null) {
      return Optional.empty();
    }
    var secret = spec.tls().clientCertificateSecretRef().name();
    var certificate = secrets.bytes(namespace, secret, Mounts.CLIENT_CERTIFICATE);
    var key = secrets.bytes(namespace, secret, Mounts.CLIENT_KEY);
    try {
      return Optional.of(ClientCertificate.read(certificate, key));
    } catch (InvalidSecretException e) {
      throw new TroubleException(
          Reason.INVALID_SECRET, "Secret %s: %s".formatted(secret, e.getMessage()));
    }
  }

  private static Optional<TlsMode> mode(PostgresConnectionSpec spec) {
    return Optional.ofNullable(spec.tls()).map(Tls::mode);
  }

  /** The field is the more particular word: whoever wrote it saw the string. */
  private static int timeout(PostgresConnectionSpec spec, OptionalInt ofTheString) {
    return Optional.ofNullable(spec.connectTimeoutSeconds())
        .orElse(ofTheString.orElse(DEFAULT_CONNECT_TIMEOUT));
  }
}
