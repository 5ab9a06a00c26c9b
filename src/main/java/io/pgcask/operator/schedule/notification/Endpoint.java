package io.pgcask.operator.schedule.notification;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where a receiver is, read from its Secrets for one attempt.
 *
 * @param key of the signature
 * @param ca PEM; empty: the well-known ones
 */
record Endpoint(URI url, Optional<byte[]> key, Optional<byte[]> ca) {

  /** Scheme, host and port: what may be shown. Path and query of many URLs are a password. */
  String shown() {
    var port = url.getPort() < 0 ? "" : ":" + url.getPort();
    return "%s://%s%s".formatted(url.getScheme(), url.getHost(), port);
  }

  /** Another one whenever anything of it is. Tells nobody what it was made of. */
  String digest() {
    try {
      var sha256 = MessageDigest.getInstance("SHA-256");
      var parts = Stream.of(Optional.of(url.toString().getBytes(StandardCharsets.UTF_8)), key, ca);
      parts.forEach(
          part -> {
            var bytes = part.orElse(new byte[0]);
            sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
            sha256.update(bytes);
          });
      return HexFormat.of().formatHex(sha256.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return "Endpoint[" + shown() + "]";
  }
}
