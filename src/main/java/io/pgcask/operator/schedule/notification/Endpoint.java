package io.pgcask.operator.schedule.notification;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Where a receiver is, read from its Secrets for one attempt.
 *
 * @param key of the signature
 * @param authorities CAs that are trusted, and no others; empty: the well-known ones
 */
record Endpoint(URI url, Optional<byte[]> key, List<X509Certificate> authorities) {

  /** Scheme, host and port: what may be shown. Path and query of many URLs are a password. */
  String shown() {
    var port = url.getPort() < 0 ? "" : ":" + url.getPort();
    return "%s://%s%s".formatted(url.getScheme(), url.getHost(), port);
  }

  /** Another one whenever anything of it is. Tells nobody what it was made of. */
  String digest() {
    try {
      var sha256 = MessageDigest.getInstance("SHA-256");
      add(sha256, url.toString().getBytes(StandardCharsets.UTF_8));
      add(sha256, key.orElse(new byte[0]));
      for (var authority : authorities) {
        add(sha256, authority.getEncoded());
      }
      return HexFormat.of().formatHex(sha256.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("it was read from this form", e);
    }
  }

  private static void add(MessageDigest digest, byte[] part) {
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, part.length));
    digest.update(part);
  }

  @Override
  public String toString() {
    return "Endpoint[" + shown() + "]";
  }
}
