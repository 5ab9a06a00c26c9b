package io.pgcask.operator.schedule.notification;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.apache.hc.core5.ssl.SSLContextBuilder;

/** Which certificates are trusted. */
final class Trust {

  private Trust() {}

  /** What was given is no certificate. */
  static final class UnreadableException extends Exception {
    UnreadableException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Those that the CAs have signed, and no others.
   *
   * @param pem one or more certificates
   */
  static SSLContext of(byte[] pem) throws UnreadableException {
    try {
      var store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      var certificates =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(pem));
      int number = 0;
      for (var certificate : certificates) {
        store.setCertificateEntry("ca-" + number++, certificate);
      }
      if (number == 0) {
        throw new UnreadableException("holds no certificate; it must be PEM", null);
      }
      return SSLContextBuilder.create().loadTrustMaterial(store, null).build();
    } catch (IOException | GeneralSecurityException e) {
      throw new UnreadableException("holds no certificate that can be read; it must be PEM", e);
    }
  }

  /** Those of the given CAs, or of the well-known ones. */
  static SSLContext of(Optional<byte[]> pem) throws UnreadableException {
    try {
      return pem.isPresent() ? of(pem.get()) : SSLContext.getDefault();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has a default TLS context", e);
    }
  }
}
