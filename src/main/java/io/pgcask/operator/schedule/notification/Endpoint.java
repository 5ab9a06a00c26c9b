package io.pgcask.operator.schedule.notification;

import java.net.URI;
import java.util.Optional;

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

  @Override
  public String toString() {
    return "Endpoint[" + shown() + "]";
  }
}
