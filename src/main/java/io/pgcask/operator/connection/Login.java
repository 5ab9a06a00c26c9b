package io.pgcask.operator.connection;

import io.pgcask.postgres.Certificates;
import io.pgcask.postgres.ClientCertificate;
import io.pgcask.postgres.ConnectionSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What it takes to open sessions, and the files with certificates and the key that this needs. They
 * lie in a directory of their own, which nobody else can read and which is gone after {@link
 * #close}; sessions that are open stay open.
 *
 * @param settings for sessions with the connection's own host
 * @param directory empty where no file is needed
 */
public record Login(ConnectionSettings settings, Optional<Path> directory)
    implements AutoCloseable {

  private static final String CA = "ca.crt";

  /** Of a connection, as its Secrets were a moment ago. */
  static Login of(ConnectionResolver.Resolved resolved) {
    if (resolved.caCertificates().isEmpty() && resolved.clientCertificate().isEmpty()) {
      return new Login(settings(resolved, Optional.empty(), Optional.empty()), Optional.empty());
    }
    try {
      var directory = Files.createTempDirectory("pgcask-tls");
      var ca = Optional.<Path>empty();
      if (!resolved.caCertificates().isEmpty()) {
        var pem = Certificates.pem(resolved.caCertificates());
        ca = Optional.of(Files.write(directory.resolve(CA), pem));
      }
      var client = Optional.<ClientCertificate.Stored>empty();
      if (resolved.clientCertificate().isPresent()) {
        client = Optional.of(resolved.clientCertificate().get().store(directory));
      }
      return new Login(settings(resolved, ca, client), Optional.of(directory));
    } catch (IOException e) {
      throw new UncheckedIOException("the operator needs a writable /tmp", e);
    }
  }

  private static ConnectionSettings settings(
      ConnectionResolver.Resolved resolved,
      Optional<Path> ca,
      Optional<ClientCertificate.Stored> client) {
    var server = resolved.server();
    return new ConnectionSettings(
        server.host(),
        server.port(),
        server.database(),
        resolved.user(),
        resolved.password(),
        server.tlsMode(),
        ca,
        client,
        server.connectTimeoutSeconds());
  }

  @Override
  public void close() {
    if (directory.isPresent()) {
      try {
        for (var name : new String[] {CA, ClientCertificate.CERTIFICATE, ClientCertificate.KEY}) {
          Files.deleteIfExists(directory.get().resolve(name));
        }
        Files.delete(directory.get());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
