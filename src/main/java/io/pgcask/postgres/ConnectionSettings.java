package io.pgcask.postgres;

import io.pgcask.api.v1alpha1.TlsMode;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * Everything that is needed to log in to one database.
 *
 * @param host host name or IP address, an IPv6 address without brackets
 * @param port TCP port, 1 to 65535
 * @param database name as the server knows it, unquoted
 * @param user role to connect as, unquoted
 * @param password empty where none is to be sent
 * @param tlsMode as libpq means it
 * @param caFile CA certificates in PEM; used by verify-ca and verify-full only
 * @param clientCertificate shown to a server that asks for one; not used by disable
 * @param connectTimeoutSeconds bound of one attempt to connect, name resolution and login included
 */
public record ConnectionSettings(
    String host,
    int port,
    String database,
    String user,
    Optional<String> password,
    TlsMode tlsMode,
    Optional<Path> caFile,
    Optional<ClientCertificate.Stored> clientCertificate,
    int connectTimeoutSeconds) {

  public ConnectionSettings {
    Objects.requireNonNull(host);
    Objects.requireNonNull(database);
    Objects.requireNonNull(user);
    Objects.requireNonNull(password);
    Objects.requireNonNull(tlsMode);
    Objects.requireNonNull(caFile);
    Objects.requireNonNull(clientCertificate);
    if (connectTimeoutSeconds < 1) {
      throw new IllegalArgumentException("connectTimeoutSeconds must be positive");
    }
  }

  /** Without a client certificate. */
  public ConnectionSettings(
      String host,
      int port,
      String database,
      String user,
      Optional<String> password,
      TlsMode tlsMode,
      Optional<Path> caFile,
      int connectTimeoutSeconds) {
    this(
        host,
        port,
        database,
        user,
        password,
        tlsMode,
        caFile,
        Optional.empty(),
        connectTimeoutSeconds);
  }

  /** The same server and role, another database. */
  public ConnectionSettings withDatabase(String other) {
    return new ConnectionSettings(
        host,
        port,
        other,
        user,
        password,
        tlsMode,
        caFile,
        clientCertificate,
        connectTimeoutSeconds);
  }

  /** The same, with another mode of TLS. */
  ConnectionSettings withTlsMode(TlsMode other) {
    return new ConnectionSettings(
        host,
        port,
        database,
        user,
        password,
        other,
        caFile,
        clientCertificate,
        connectTimeoutSeconds);
  }

  /** Whether a connection without encryption is refused. */
  public boolean requiresTls() {
    // the modes are declared in the order of what they demand
    return tlsMode.compareTo(TlsMode.REQUIRE) >= 0;
  }

  /** Whether the server's certificate is checked against {@link #caFile}. */
  public boolean verifiesCertificate() {
    return tlsMode.compareTo(TlsMode.VERIFY_CA) >= 0;
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "ConnectionSettings[host=%s, port=%d, database=%s, user=%s, password=%s, tlsMode=%s]"
        .formatted(
            host, port, database, user, password.isPresent() ? "***" : "none", tlsMode.sslmode());
  }
}
