package io.pgcask.operator.schedule.notification;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.apache.hc.core5.ssl.SSLContextBuilder;

/** Which certificates are trusted. */
final class Trust {

  private Trust() {}

  /** Those that the given CAs have signed, and no others; of none given, the well-known ones. */
  static SSLContext of(List<X509Certificate> authorities) {
    try {
      if (authorities.isEmpty()) {
        return SSLContext.getDefault();
      }
      var store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (var authority : authorities) {
        store.setCertificateEntry("ca-" + store.size(), authority);
      }
      return SSLContextBuilder.create().loadTrustMaterial(store, null).build();
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("every Java has TLS", e);
    }
  }
}
