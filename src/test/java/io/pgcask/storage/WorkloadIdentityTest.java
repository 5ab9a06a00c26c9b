package io.pgcask.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.pgcask.api.v1alpha1.LocalObjectRef;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.Storage;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.regions.Region;

/** With an STS of our own; the variables of a pod are given as the SDK's system properties. */
class WorkloadIdentityTest {
  private static final String ANSWER =
      """
      <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
        <AssumeRoleWithWebIdentityResult>
          <Credentials>
            <AccessKeyId>ASIAPOD</AccessKeyId>
            <SecretAccessKey>pods-secret</SecretAccessKey>
            <SessionToken>pods-session</SessionToken>
            <Expiration>2099-01-01T00:00:00Z</Expiration>
          </Credentials>
        </AssumeRoleWithWebIdentityResult>
      </AssumeRoleWithWebIdentityResponse>
      """;

  @TempDir Path temp;

  private final Map<String, String> before = new HashMap<>();
  private final LinkedBlockingQueue<String> asked = new LinkedBlockingQueue<>();
  private HttpServer sts;

  @BeforeEach
  void startSts() throws Exception {
    // no request to an address of the cloud
    set("aws.disableEc2Metadata", "true");
    // what a developer's home would hold is not the pod's
    var profile = temp.resolve("credentials");
    Files.writeString(
        profile, "[default]\naws_access_key_id = HOME\naws_secret_access_key = home\n");
    set("aws.sharedCredentialsFile", profile.toString());
    sts = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
    sts.createContext(
        "/",
        exchange -> {
          asked.add(
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)
                  + " authorization="
                  + exchange.getRequestHeaders().getFirst("Authorization"));
          var bytes = ANSWER.getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "text/xml");
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    sts.start();
  }

  @AfterEach
  void stopSts() {
    sts.stop(0);
    before.forEach(
        (name, value) -> {
          if (value == null) {
            System.clearProperty(name);
          } else {
            System.setProperty(name, value);
          }
        });
  }

  private void set(String name, String value) {
    before.put(name, System.getProperty(name));
    System.setProperty(name, value);
  }

  @Test
  void exchangesTheTokenOfTheServiceAccount() throws Exception {
    // Given
    set("aws.roleArn", "arn:aws:iam::111122223333:role/backup");
    set("aws.webIdentityTokenFile", Files.writeString(temp.resolve("token"), "jwt").toString());
    set("aws.endpointUrlSts", "http://127.0.0.1:" + sts.getAddress().getPort());

    // When
    try (var identity = WorkloadIdentity.of(Region.EU_CENTRAL_1)) {
      var credentials = identity.resolveCredentials();

      // Then
      assertThat(credentials)
          .isInstanceOfSatisfying(
              AwsSessionCredentials.class,
              session -> {
                assertThat(session.accessKeyId()).isEqualTo("ASIAPOD");
                assertThat(session.sessionToken()).isEqualTo("pods-session");
              });
      assertThat(asked.take())
          .contains("Action=AssumeRoleWithWebIdentity", "WebIdentityToken=jwt", "role%2Fbackup")
          .contains("authorization=null");
    }
  }

  @Test
  void readsNoProfileOfAHome() {
    try (var identity = WorkloadIdentity.of(Region.US_EAST_1)) {
      assertThatThrownBy(identity::resolveCredentials)
          .isInstanceOf(WorkloadIdentity.NoIdentityException.class);
    }
  }

  @Test
  void aPodWithoutIdentityIsToldWhatToDo() throws Exception {
    var storage =
        new Storage(
            new Storage.S3("bbb", null, null, "http://127.0.0.1:1", true, null, null), null);
    try (var store = ObjectStores.open(storage, Optional.empty(), List.of(), temp)) {
      assertThatThrownBy(store::check)
          .isInstanceOfSatisfying(
              StorageException.class, e -> assertThat(e.reason()).isEqualTo(Reason.STORAGE_DENIED))
          .hasMessageContaining("no identity with the cloud");
    }
  }

  @Test
  void neverTakesThePodsIdentityWhereASecretWasNamed() {
    var storage =
        new Storage(
            new Storage.S3(
                "bbb", null, null, "http://127.0.0.1:1", true, new LocalObjectRef("s"), null),
            null);
    assertThatThrownBy(() -> ObjectStores.open(storage, Optional.empty(), List.of(), temp))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("s3.credentialsSecretRef");
  }
}
