package io.pgcask.operator.schedule.notification;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.apache.hc.core5.ssl.SSLContextBuilder;

/** A certificate that a server of a test has and nobody else has signed. */
public record TestCertificate(SSLContext context, X509Certificate certificate) {

  private static final char[] PASSWORD = "changeit".toCharArray();

  /**
   * Made by keytool.
   *
   * @param name the DNS name that it is for
   */
  public static TestCertificate of(String name, Path folder)
      throws IOException, GeneralSecurityException, InterruptedException {
    var file = folder.resolve(name + ".p12");
    var command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-genkeypair",
            "-alias=server",
            "-keyalg=EC",
            "-dname=CN=" + name,
            "-ext=san=dns:" + name,
            "-validity=2",
            "-storetype=PKCS12",
            "-storepass=" + new String(PASSWORD),
            "-keystore=" + file);
    var keytool =
        new ProcessBuilder(
                command.stream()
                    .flatMap(
                        part ->
                            part.startsWith("-") && part.contains("=")
                                ? List.of(part.split("=", 2)).stream()
                                : List.of(part).stream())
                    .toList())
            .inheritIO()
            .start();
    if (keytool.waitFor() != 0) {
      throw new IllegalStateException("keytool failed");
    }
    var store = KeyStore.getInstance("PKCS12");
    try (var in = Files.newInputStream(file)) {
      store.load(in, PASSWORD);
    }
    return new TestCertificate(
        SSLContextBuilder.create().loadKeyMaterial(store, PASSWORD).build(),
        (X509Certificate) store.getCertificate("server"));
  }
}
