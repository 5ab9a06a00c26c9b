package io.pgcask.postgres;

import io.pgcask.api.v1alpha1.TlsMode;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXCertPathBuilderResult;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Whether a server's certificate is trusted: the verdict of libpq (OpenSSL), so that the session
 * that looks at a server and the tool that dumps it agree. Java alone differs in these: it takes an
 * intermediate CA for a root, it does not look when a root expires, and it takes an expired
 * certificate that is itself in the file of CAs.
 *
 * <p>What it refuses it refuses with an {@link Refused}, which says why in words for people.
 */
final class ServerTrust extends X509ExtendedTrustManager {
  /** TLS server, of the extended key usages. */
  private static final String SERVER_AUTHENTICATION = "1.3.6.1.5.5.7.3.1";

  private final TlsMode mode;
  private final List<X509Certificate> authorities;
  private final String host;

  /**
   * For one session.
   *
   * @param authorities the CAs; not looked at by modes that verify nothing
   * @param host as it was configured, which is what the certificate must name
   */
  ServerTrust(TlsMode mode, List<X509Certificate> authorities, String host) {
    this.mode = mode;
    this.authorities = List.copyOf(authorities);
    this.host = host;
  }

  /** A certificate is not trusted. The message says why, and holds nothing that is secret. */
  static final class Refused extends CertificateException {
    Refused(String message) {
      super(message);
    }

    Refused(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Judges a chain as a server sends it.
   *
   * @throws Refused if the mode asks for more than it can show
   */
  void check(X509Certificate[] chain) throws Refused {
    switch (mode) {
      case DISABLE, ALLOW, PREFER, REQUIRE -> {}
      case VERIFY_CA -> checkSigned(chain);
      case VERIFY_FULL -> {
        checkSigned(chain);
        checkName(chain[0]);
      }
    }
  }

  private void checkSigned(X509Certificate[] chain) throws Refused {
    var own = chain[0];
    checkValidity("the server's certificate", own);
    if (selfSigned(own) && authorities.contains(own)) {
      checkUsage(own);
      return;
    }
    var path = path(chain);
    for (var certificate : path.getCertPath().getCertificates()) {
      checkValidity("a certificate in the server's chain", (X509Certificate) certificate);
    }
    checkValidity("the CA certificate", path.getTrustAnchor().getTrustedCert());
    checkUsage(own);
  }

  private PKIXCertPathBuilderResult path(X509Certificate[] chain) throws Refused {
    var roots =
        authorities.stream()
            .filter(ServerTrust::selfSigned)
            .map(root -> new TrustAnchor(root, null))
            .collect(Collectors.toSet());
    if (roots.isEmpty()) {
      throw new Refused(
          "the CA certificates lead to no root: none of them (%s) has signed itself; add the root"
              .formatted(names(authorities)));
    }
    var others = new ArrayList<>(authorities);
    others.addAll(List.of(chain));
    var target = new X509CertSelector();
    target.setCertificate(chain[0]);
    try {
      var parameters = new PKIXBuilderParameters(roots, target);
      parameters.setRevocationEnabled(false);
      parameters.addCertStore(
          CertStore.getInstance("Collection", new CollectionCertStoreParameters(others)));
      return (PKIXCertPathBuilderResult) CertPathBuilder.getInstance("PKIX").build(parameters);
    } catch (CertPathBuilderException e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof CertificateExpiredException
            || cause instanceof CertificateNotYetValidException) {
          throw new Refused(
              "a certificate in the server's chain is not valid now: " + cause.getMessage(), e);
        }
      }
      throw new Refused(
          "the server's certificate was issued by %s, which the CA certificates (%s) do not lead to"
              .formatted(
                  name(chain[chain.length - 1].getIssuerX500Principal().getName()),
                  names(authorities)),
          e);
    } catch (InvalidAlgorithmParameterException e) {
      throw new IllegalStateException("there are roots", e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has PKIX", e);
    }
  }

  private static void checkValidity(String what, X509Certificate certificate) throws Refused {
    try {
      certificate.checkValidity();
    } catch (CertificateExpiredException e) {
      throw new Refused(
          "%s (%s) expired on %s"
              .formatted(what, subject(certificate), certificate.getNotAfter().toInstant()));
    } catch (CertificateNotYetValidException e) {
      throw new Refused(
          "%s (%s) is valid only from %s on"
              .formatted(what, subject(certificate), certificate.getNotBefore().toInstant()));
    }
  }

  private static void checkUsage(X509Certificate certificate) throws Refused {
    try {
      var usage = certificate.getExtendedKeyUsage();
      if (usage != null && !usage.contains(SERVER_AUTHENTICATION)) {
        throw new Refused(
            "the server's certificate (%s) is not one for servers (extended key usage)"
                .formatted(subject(certificate)));
      }
    } catch (java.security.cert.CertificateParsingException e) {
      throw new Refused("the server's certificate cannot be read", e);
    }
  }

  private void checkName(X509Certificate certificate) throws Refused {
    var names = CertificateNames.of(certificate);
    if (!names.match(host)) {
      throw new Refused(
          "the server's certificate is for %s and not for %s; connect by a name that it is for, or use"
                  .formatted(names, host)
              + " mode verify-ca");
    }
  }

  static boolean selfSigned(X509Certificate certificate) {
    return certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal());
  }

  private static String names(List<X509Certificate> certificates) {
    var first = certificates.stream().limit(3).map(ServerTrust::subject);
    return first.collect(Collectors.joining("; ")) + (certificates.size() > 3 ? "; ..." : "");
  }

  private static String subject(X509Certificate certificate) {
    return name(certificate.getSubjectX500Principal().getName());
  }

  private static String name(String distinguished) {
    return SafeText.shorten(SafeText.firstLine(distinguished), 120);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws Refused {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws Refused {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws Refused {
    check(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws Refused {
    throw noClient();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws Refused {
    throw noClient();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws Refused {
    throw noClient();
  }

  private static Refused noClient() {
    return new Refused("this is no server");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
