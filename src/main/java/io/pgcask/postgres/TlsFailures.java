package io.pgcask.postgres;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Why TLS failed, in words for people. What this side refuses it knows by type. What the server
 * refuses comes as an alert of a fixed list, whose name stands in Java's message and in no language
 * but English.
 */
final class TlsFailures {
  private static final Pattern ALERT = Pattern.compile("Received fatal alert: ([a-z_]+)");

  private static final Map<String, String> OF_THE_CLIENT =
      Map.of(
          "unknown_ca", "its ssl_ca_file does not hold the CA that signed it",
          "certificate_expired", "it has expired",
          "certificate_revoked", "it has been revoked",
          "certificate_required", "it wants one, and none was shown",
          "bad_certificate", "it cannot read or verify it",
          "certificate_unknown", "it cannot verify it",
          "unsupported_certificate", "it is not one for clients",
          "decrypt_error", "its signature is wrong",
          "access_denied", "access denied");

  private TlsFailures() {}

  static String explain(SQLException e, ConnectionSettings settings) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof ServerTrust.Refused || cause instanceof InvalidSecretException) {
        return cause.getMessage();
      }
      var alert = ALERT.matcher(String.valueOf(cause.getMessage()));
      if (alert.find()) {
        return alert(alert.group(1), settings);
      }
    }
    return SafeText.firstLine(String.valueOf(e.getMessage()));
  }

  private static String alert(String alert, ConnectionSettings settings) {
    var meaning = OF_THE_CLIENT.get(alert);
    if (meaning == null) {
      return alert.equals("protocol_version")
          ? "the server offers no version of TLS that is safe; TLS 1.2 is the oldest that is used"
          : "the server ended the handshake (%s)".formatted(alert);
    }
    if (settings.clientCertificate().isPresent()) {
      return invalidity(settings.clientCertificate().get(), Instant.now())
          .orElse(
              "the server does not accept the client certificate: %s (%s)"
                  .formatted(meaning, alert));
    }
    return "the server wants a client certificate (%s); set spec.tls.clientCertificateSecretRef"
        .formatted(alert);
  }

  private static Optional<String> invalidity(ClientCertificate.Stored stored, Instant now) {
    try {
      return ClientCertificate.read(stored).invalidity(now);
    } catch (IOException | InvalidSecretException e) {
      return Optional.empty(); // it was read a moment ago; the server's word stands
    }
  }
}
