package io.pgcask.postgres;

import io.pgcask.api.v1alpha1.TlsMode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

/**
 * TLS for the driver, as libpq does it: see {@link ServerTrust} and {@link OneIdentity}. The driver
 * makes one per session, with the properties of that session.
 *
 * <p>The driver's own would send no client certificate to a server that does not list its CA, would
 * read keys of one form only, and says little of what it refuses.
 */
public final class TlsSockets extends SSLSocketFactory {
  /** Property: the word of a {@link TlsMode}. */
  private static final String MODE = "pgcask.tls.mode";

  private static final String CA = "pgcask.tls.ca";
  private static final String CERTIFICATE = "pgcask.tls.certificate";
  private static final String KEY = "pgcask.tls.key";

  private final TlsMode mode;
  private final List<X509Certificate> authorities;
  private final KeyManager[] identity;

  /** Tells the driver of a session to use it. */
  static void configure(Properties properties, ConnectionSettings settings) {
    var mode = settings.tlsMode();
    // the host is compared by ServerTrust, which can say what is wrong; the driver need not do it
    // again
    properties.setProperty(
        "sslmode", (mode == TlsMode.VERIFY_FULL ? TlsMode.VERIFY_CA : mode).sslmode());
    properties.setProperty("sslfactory", TlsSockets.class.getName());
    properties.setProperty(MODE, mode.name());
    if (settings.verifiesCertificate()) {
      settings.caFile().ifPresent(file -> properties.setProperty(CA, file.toString()));
    }
    settings
        .clientCertificate()
        .ifPresent(
            stored -> {
              properties.setProperty(CERTIFICATE, stored.certificate().toString());
              properties.setProperty(KEY, stored.key().toString());
            });
  }

  /**
   * Made by the driver.
   *
   * @throws IOException if a file is not there
   * @throws InvalidSecretException if a file cannot be used
   */
  public TlsSockets(Properties properties) throws IOException, InvalidSecretException {
    this.mode = TlsMode.valueOf(properties.getProperty(MODE));
    var ca = Optional.ofNullable(properties.getProperty(CA)).map(Path::of);
    this.authorities =
        ca.isPresent()
            ? Certificates.read("the file of CA certificates", Files.readAllBytes(ca.get()))
            : List.of();
    var certificate = properties.getProperty(CERTIFICATE);
    this.identity =
        certificate == null
            ? new KeyManager[0]
            : new KeyManager[] {
              new OneIdentity(
                  ClientCertificate.read(
                      new ClientCertificate.Stored(
                          Path.of(certificate), Path.of(properties.getProperty(KEY)))))
            };
  }

  @Override
  public Socket createSocket(Socket socket, String host, int port, boolean autoClose)
      throws IOException {
    try {
      var context = SSLContext.getInstance("TLS");
      var trust = new TrustManager[] {new ServerTrust(mode, authorities, host)};
      context.init(identity, trust, null);
      return context.getSocketFactory().createSocket(socket, host, port, autoClose);
    } catch (GeneralSecurityException e) {
      throw new IOException("Java cannot do TLS", e);
    }
  }

  @Override
  public String[] getDefaultCipherSuites() {
    return ((SSLSocketFactory) SSLSocketFactory.getDefault()).getDefaultCipherSuites();
  }

  @Override
  public String[] getSupportedCipherSuites() {
    return ((SSLSocketFactory) SSLSocketFactory.getDefault()).getSupportedCipherSuites();
  }

  @Override
  public Socket createSocket(String host, int port) {
    throw onlyAround();
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress local, int localPort) {
    throw onlyAround();
  }

  @Override
  public Socket createSocket(InetAddress host, int port) {
    throw onlyAround();
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
    throw onlyAround();
  }

  private static UnsupportedOperationException onlyAround() {
    return new UnsupportedOperationException("TLS begins inside a session that is open");
  }
}
