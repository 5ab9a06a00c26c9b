package io.pgcask.postgres;

import java.io.ByteArrayInputStream;
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
}
