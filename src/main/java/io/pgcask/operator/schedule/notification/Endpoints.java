package io.pgcask.operator.schedule.notification;

import io.pgcask.api.v1alpha1.CaSecretRef;
import io.pgcask.api.v1alpha1.Notification;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.SecretKeyRef;
import io.pgcask.operator.connection.SecretReader;
import io.pgcask.operator.job.TroubleException;
import io.pgcask.postgres.Certificates;
import io.pgcask.postgres.InvalidSecretException;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads a receiver's Secrets, anew for each attempt, so that a rotated one is used at once. */
@ApplicationScoped
public class Endpoints {

  /** What Standard Webhooks asks for. */
  private static final int KEY_MIN_BYTES = 24;

  private static final int URL_MAX = 4096;

  /** The prefix of a key in base64 by Standard Webhooks. */
  private static final String BASE64_KEY = "whsec_";

  private final SecretReader secrets;

  /** Made by the container, and by tests with a reader of their own. */
  public Endpoints(SecretReader secrets) {
    this.secrets = secrets;
  }

  /**
   * The receiver of an entry.
   *
   * @throws TroubleException with SecretMissing, SecretKeyMissing, InvalidSecret or
   *     InvalidReceiver; the message holds nothing of a Secret's value
   */
  Endpoint of(String namespace, Notification notification) throws TroubleException {
    var ref = notification.urlSecretRef();
    var url = url(ref, secrets.text(namespace, ref.name(), ref.key()));
    var webhook = Optional.ofNullable(notification.webhook());
    var hmac = webhook.map(Notification.Webhook::hmacSecretRef);
    var ca =
        webhook.isPresent()
            ? webhook.map(Notification.Webhook::caSecretRef)
            : Optional.ofNullable(notification.heartbeat().caSecretRef());
    return new Endpoint(
        url,
        hmac.isPresent() ? Optional.of(key(namespace, hmac.get())) : Optional.empty(),
        ca.isPresent() ? authorities(namespace, ca.get()) : List.of());
  }

  private static URI url(SecretKeyRef ref, String text) throws TroubleException {
    URI url;
    try {
      url = new URI(text);
    } catch (URISyntaxException e) {
      throw invalid(ref, "holds no URL; special characters must be percent-encoded");
    }
    var scheme = Optional.ofNullable(url.getScheme()).orElse("").toLowerCase(Locale.ROOT);
    if (!scheme.equals("https") && !scheme.equals("http")) {
      throw invalid(ref, "holds no URL that begins with https:// or http://");
    }
    if (url.getRawAuthority() != null && url.getRawAuthority().contains("@")) {
      throw invalid(
          ref,
          "holds a URL with a user before its host, which is not supported; use a token in it");
    }
    if (url.getHost() == null || url.getPort() == 0 || url.getPort() > 65_535) {
      throw invalid(
          ref, "holds a URL without a usable host and port; write names in ASCII (punycode)");
    }
    if (url.getRawFragment() != null || text.length() > URL_MAX) {
      throw invalid(
          ref, "holds a URL with a fragment or of more than %d characters".formatted(URL_MAX));
    }
    return url;
  }

  private byte[] key(String namespace, SecretKeyRef ref) throws TroubleException {
    var text = secrets.text(namespace, ref.name(), ref.key());
    byte[] key;
    try {
      key =
          text.startsWith(BASE64_KEY)
              ? Base64.getDecoder().decode(text.substring(BASE64_KEY.length()))
              : text.getBytes(StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw invalid(ref, "holds something behind whsec_ that is not base64");
    }
    if (key.length < KEY_MIN_BYTES) {
      throw invalid(
          ref,
          "holds a key of fewer than %d bytes; make one with: openssl rand -base64 32"
              .formatted(KEY_MIN_BYTES));
    }
    return key;
  }

  private List<X509Certificate> authorities(String namespace, CaSecretRef ref)
      throws TroubleException {
    var key = ref.keyOrDefault();
    var pem = secrets.bytes(namespace, ref.name(), key);
    try {
      return Certificates.read("key %s of Secret %s".formatted(key, ref.name()), pem);
    } catch (InvalidSecretException e) {
      throw new TroubleException(Reason.INVALID_RECEIVER, e.getMessage());
    }
  }

  private static TroubleException invalid(SecretKeyRef ref, String what) {
    return new TroubleException(
        Reason.INVALID_RECEIVER, "key %s of Secret %s %s".formatted(ref.key(), ref.name(), what));
  }
}
