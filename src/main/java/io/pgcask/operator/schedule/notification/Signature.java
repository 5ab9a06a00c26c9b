package io.pgcask.operator.schedule.notification;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The symmetric signature of <a href="https://www.standardwebhooks.com">Standard Webhooks</a>:
 * HMAC-SHA256 of ID, time and content, joined by dots.
 */
final class Signature {

  private Signature() {}

  /**
   * The value of header webhook-signature.
   *
   * @param seconds since 1970
   */
  static String of(byte[] key, String id, long seconds, byte[] content) {
    try {
      var signed = new ByteArrayOutputStream();
      signed.writeBytes((id + "." + seconds + ".").getBytes(StandardCharsets.UTF_8));
      signed.writeBytes(content);
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(signed.toByteArray()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HmacSHA256", e);
    }
  }
}
