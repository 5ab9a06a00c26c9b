package io.pgcask.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The files of {@code certificates} were made by openssl; none of them is used anywhere. */
class ClientCertificateTest {
  @TempDir Path directory;

  private static byte[] file(String name) throws IOException {
    try (var stream = ClientCertificateTest.class.getResourceAsStream("/certificates/" + name)) {
      return stream.readAllBytes();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "rsa.crt,rsa-pkcs8.key",
    "rsa.crt,rsa-pkcs1.key",
    "ec.crt,ec-pkcs8.key",
    "ec.crt,ec-sec1.key",
    "ed25519.crt,ed25519-pkcs8.key"
  })
  void readsEveryFormOfKeyAndStoresItInOne(String certificate, String key) throws Exception {
    var read = ClientCertificate.read(file(certificate), file(key));
    var stored = read.store(directory);

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(stored.key())))
        .isEqualTo("rw-------");
    assertThat(Files.readString(stored.key())).startsWith("-----BEGIN PRIVATE KEY-----\n");
    assertThat(ClientCertificate.read(stored)).isEqualTo(read);
    assertThat(read.toString()).isEqualTo("ClientCertificate[CN=%s]", certificate.split("\\.")[0]);
  }

  @Test
  void keepsTheChain() throws Exception {
    var chain = text("rsa.crt") + "a comment\n" + text("ec.crt").replace("\n", "\r\n");
    var stored =
        ClientCertificate.read(chain.getBytes(StandardCharsets.US_ASCII), file("rsa-pkcs1.key"))
            .store(directory);

    assertThat(ClientCertificate.read(stored).chain())
        .extracting(certificate -> certificate.getSubjectX500Principal().getName())
        .containsExactly("CN=rsa", "CN=ec");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rsa-encrypted.key", "rsa-encrypted-pkcs1.key"})
  void refusesEncryptedKeys(String key) {
    assertThatThrownBy(() -> ClientCertificate.read(file("rsa.crt"), file(key)))
        .isInstanceOf(InvalidSecretException.class)
        .hasMessageStartingWith("tls.key is encrypted");
  }

  @ParameterizedTest
  @CsvSource({"rsa.crt,ec-sec1.key", "ec.crt,rsa-pkcs1.key", "ed25519.crt,ec-pkcs8.key"})
  void namesTheCertificateThatAKeyDoesNotFit(String certificate, String key) {
    assertThatThrownBy(() -> ClientCertificate.read(file(certificate), file(key)))
        .isInstanceOf(InvalidSecretException.class)
        .hasMessageContaining("tls.key is not the key of the first certificate in tls.crt (CN=");
  }

  @Test
  void saysWhatIsWrongWithOther() throws Exception {
    assertRefused("", text("rsa-pkcs1.key"), "tls.crt holds no certificate in PEM");
    assertRefused(text("rsa.crt"), text("rsa.crt"), "tls.key holds no private key in PEM");
    assertRefused(
        text("rsa.crt"),
        "-----BEGIN EC PRIVATE KEY-----\nMAA=\n-----END EC PRIVATE KEY-----\n",
        "tls.key does not name its curve");
    assertRefused(
        text("rsa.crt"),
        "-----BEGIN EC PRIVATE KEY-----\nMIIF\n-----END EC PRIVATE KEY-----\n",
        "tls.key cannot be read");
    assertRefused(
        text("rsa.crt"),
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        "tls.key cannot be read");
    assertRefused(
        text("rsa.crt"),
        "-----BEGIN RSA PRIVATE KEY-----\nS3CR3T!\n-----END RSA PRIVATE KEY-----\n",
        "tls.key is damaged: the block RSA PRIVATE KEY is no Base64");
    assertRefused(
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        text("rsa-pkcs1.key"),
        "certificate 1 in tls.crt cannot be read");
  }

  private static void assertRefused(String certificate, String key, String message) {
    assertThatThrownBy(
            () ->
                ClientCertificate.read(
                    certificate.getBytes(StandardCharsets.US_ASCII),
                    key.getBytes(StandardCharsets.US_ASCII)))
        .isInstanceOf(InvalidSecretException.class)
        .hasMessageStartingWith(message)
        .hasMessageNotContaining("S3CR3T");
  }

  @Test
  void knowsItsDates() throws Exception {
    var expired = ClientCertificate.read(file("expired.crt"), file("ec-sec1.key"));

    assertThat(expired.invalidity(Instant.parse("2020-01-15T00:00:00Z"))).isEmpty();
    assertThat(expired.invalidity(Instant.parse("2020-02-02T00:00:00Z")))
        .hasValue("the client certificate (CN=expired) expired on 2020-02-01T00:00:00Z");
    assertThat(expired.invalidity(Instant.parse("2019-12-31T00:00:00Z")))
        .hasValue("the client certificate (CN=expired) is valid only from 2020-01-01T00:00:00Z on");
  }

  private static String text(String name) throws IOException {
    return new String(file(name), StandardCharsets.US_ASCII);
  }
}
