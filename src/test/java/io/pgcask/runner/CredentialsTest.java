package io.pgcask.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.TlsMode;
import io.pgcask.contract.Mounts;
import io.pgcask.contract.Task;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialsTest {
  @TempDir Path directory;

  private Credentials credentials;

  @BeforeEach
  void open() {
    credentials =
        new Credentials(
            new RunnerEnvironment(
                directory,
                directory,
                directory,
                directory,
                directory,
                directory,
                directory,
                directory,
                directory,
                directory,
                System.out));
  }

  private static Task.Server server(String user) {
    return new Task.Server("h", 5432, "d", null, user, TlsMode.REQUIRE, 10);
  }

  private void write(String name, String value) throws Exception {
    Files.writeString(directory.resolve(name), value);
  }

  @Test
  void takesUserAndPasswordFromFiles() throws Exception {
    write(Mounts.USER, "shop\n");
    write(Mounts.PASSWORD, "S3CR3T\n");

    var settings = credentials.connection(server(null));
    assertThat(settings.user()).isEqualTo("shop");
    assertThat(settings.password()).hasValue("S3CR3T");
    assertThat(settings.caFile()).isEmpty();
    assertThat(credentials.connection(server("other")).user()).isEqualTo("other");
  }

  @Test
  void takesUserAndPasswordFromAConnectionStringAndNothingElse() throws Exception {
    write(Mounts.CONNECTION_STRING, "postgres://shop:S3CR3T@elsewhere:1/x?sslmode=disable\n");
    write(Mounts.CA, "x");

    var settings = credentials.connection(server(null));
    assertThat(settings.user()).isEqualTo("shop");
    assertThat(settings.password()).hasValue("S3CR3T");
    assertThat(settings.host()).isEqualTo("h");
    assertThat(settings.database()).isEqualTo("d");
    assertThat(settings.tlsMode()).isEqualTo(TlsMode.REQUIRE);
    assertThat(settings.caFile()).hasValue(directory.resolve(Mounts.CA));
  }

  @Test
  void sendsNoPasswordWhereNoneIsMounted() throws Exception {
    assertThat(credentials.connection(server("shop")).password()).isEmpty();
  }

  @Test
  void refusesWhatCannotBeUsed() throws Exception {
    assertFails(Reason.INVALID_CONNECTION_STRING, null);
    write(Mounts.PASSWORD, "two\nlines\n");
    assertFails(Reason.INVALID_SECRET, "shop");
    write(Mounts.CONNECTION_STRING, "service=x");
    assertFails(Reason.INVALID_CONNECTION_STRING, "shop");
  }

  private void assertFails(Reason reason, String user) {
    assertThatThrownBy(() -> credentials.connection(server(user)))
        .isInstanceOfSatisfying(
            TaskFailedException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  @Test
  void needsBothHalvesOfS3Credentials() throws Exception {
    assertThat(Credentials.storage(directory)).isEmpty();
    write(Mounts.ACCESS_KEY_ID, "id\n");
    assertThat(Credentials.storage(directory)).isEmpty();
    write(Mounts.SECRET_ACCESS_KEY, "secret\n");
    assertThat(Credentials.storage(directory).orElseThrow().sessionToken()).isEmpty();
    write(Mounts.SESSION_TOKEN, "token");
    assertThat(Credentials.storage(directory).orElseThrow().sessionToken()).hasValue("token");
  }

  @Test
  void saysWhatIsWrongWithTheCaOfS3() throws Exception {
    assertThat(Credentials.authorities(directory)).isEmpty();
    write(Mounts.CA, "x");
    assertThatThrownBy(() -> Credentials.authorities(directory))
        .isInstanceOfSatisfying(
            TaskFailedException.class,
            e -> assertThat(e.reason()).isEqualTo(Reason.STORAGE_UNREACHABLE))
        .hasMessageContaining("the value of s3.caSecretRef holds no certificate in PEM");
  }
}
