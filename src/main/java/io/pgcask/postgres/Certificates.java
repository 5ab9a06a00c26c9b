package io.pgcask.postgres;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/** Certificates as a Secret holds them. */
public final class Certificates {

  private Certificates() {}

  /**
   * The certificates of a text in PEM.
   *
   * @param name of the text, for the message
   * @throws InvalidSecretException if there is none or one cannot be read
   */
  public static List<X509Certificate> read(String name, byte[] pem) throws InvalidSecretException {
    var certificates = new ArrayList<X509Certificate>();
    for (var block : Pem.read(name, pem)) {
      if (block.label().equals("CERTIFICATE") || block.label().equals("X509 CERTIFICATE")) {
        try {
          certificates.add(
              (X509Certificate)
                  CertificateFactory.getInstance("X.509")
                      .generateCertificate(new ByteArrayInputStream(block.der())));
        } catch (CertificateException e) {
          throw new InvalidSecretException(
              "certificate %d in %s cannot be read".formatted(certificates.size() + 1, name));
        }
      }
    }
    if (certificates.isEmpty()) {
      throw new InvalidSecretException(
          name + " holds no certificate in PEM (-----BEGIN CERTIFICATE-----)");
    }
    return certificates;
  }

  /** What {@link #read} reads again, as a file for a client. */
  public static byte[] pem(List<X509Certificate> certificates) {
    var text = new StringBuilder();
    for (var certificate : certificates) {
      try {
        text.append(Pem.block("CERTIFICATE", certificate.getEncoded()));
      } catch (CertificateEncodingException e) {
        throw new IllegalStateException("it was read from this form", e);
      }
    }
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }
}
