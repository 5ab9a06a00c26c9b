package io.pgcask.postgres;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The certificate and the key with which a client shows a server who it is.
 *
 * @param chain the client's own certificate, then those that lead to its CA, if there are any
 * @param key of the first of them
 */
public record ClientCertificate(List<X509Certificate> chain, PrivateKey key) {

  /** Keys of a Secret of type kubernetes.io/tls, and names of files. */
  public static final String CERTIFICATE = "tls.crt";

  /** See {@link #CERTIFICATE}. */
  public static final String KEY = "tls.key";

  public ClientCertificate {
    chain = List.copyOf(chain);
  }

  /**
   * Where a certificate and its key lie, for those who take them from files only.
   *
   * @param certificate PEM, with the chain
   * @param key PEM, PKCS#8, readable by its owner only
   */
  public record Stored(Path certificate, Path key) {}

  /**
   * Reads a certificate and its key, both in PEM.
   *
   * @throws InvalidSecretException if one of them cannot be read, if the key is encrypted, or if it
   *     is not the certificate's
   */
  public static ClientCertificate read(byte[] certificates, byte[] key)
      throws InvalidSecretException {
    var chain = Certificates.read(CERTIFICATE, certificates);
    var read = new ClientCertificate(chain, PrivateKeys.read(KEY, key));
    if (!read.fits()) {
      throw new InvalidSecretException(
          "%s is not the key of the first certificate in %s (%s)"
              .formatted(KEY, CERTIFICATE, read.subject()));
    }
    return read;
  }

  /** Why no server can accept it now, as far as that can be told from its dates. */
  Optional<String> invalidity(Instant now) {
    var own = chain.getFirst();
    if (now.isAfter(own.getNotAfter().toInstant())) {
      return Optional.of(
          "the client certificate (%s) expired on %s"
              .formatted(subject(), own.getNotAfter().toInstant()));
    }
    return now.isBefore(own.getNotBefore().toInstant())
        ? Optional.of(
            "the client certificate (%s) is valid only from %s on"
                .formatted(subject(), own.getNotBefore().toInstant()))
        : Optional.empty();
  }

  /**
   * Reads what {@link #store} wrote.
   *
   * @throws IOException if a file cannot be read
   * @throws InvalidSecretException if somebody else wrote it
   */
  static ClientCertificate read(Stored stored) throws IOException, InvalidSecretException {
    return read(Files.readAllBytes(stored.certificate()), Files.readAllBytes(stored.key()));
  }

  /**
   * Writes both into a directory, in a form that every client reads. Both go when the directory
   * does.
   *
   * @throws IOException if the directory cannot be written or has such files already
   */
  public Stored store(Path directory) throws IOException {
    var stored = new Stored(directory.resolve(CERTIFICATE), directory.resolve(KEY));
    PrivateFile.write(stored.certificate(), Certificates.pem(chain));
    PrivateFile.write(
        stored.key(),
        Pem.block("PRIVATE KEY", key.getEncoded()).getBytes(StandardCharsets.US_ASCII));
    return stored;
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "ClientCertificate[%s]".formatted(subject());
  }

  private String subject() {
    return SafeText.shorten(chain.getFirst().getSubjectX500Principal().getName(), 200);
  }

  private boolean fits() {
    var publicKey = chain.getFirst().getPublicKey();
    var algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> "EdDSA";
        };
    try {
      var signature = Signature.getInstance(algorithm);
      var text = KEY.getBytes(StandardCharsets.US_ASCII);
      signature.initSign(key);
      signature.update(text);
      var signed = signature.sign();
      signature.initVerify(publicKey);
      signature.update(text);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false; // of another algorithm or curve
    }
  }
}
