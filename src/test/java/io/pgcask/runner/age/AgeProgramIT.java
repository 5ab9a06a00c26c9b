package io.pgcask.runner.age;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgcask.runner.DockerCli;
import io.pgcask.runner.age.AgeException.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is written here and what the program {@code age} of Debian writes are the same format. The
 * program is in the image of the test servers ({@code dev/images servers}); another image can be
 * chosen by the system property {@code pgcask.it.age-image}.
 */
@Tag("host")
class AgeProgramIT {
  private static final String IMAGE =
      System.getProperty("pgcask.it.age-image", "pgcask-dev-servers");

  @TempDir static Path files;

  private static DockerCli docker;
  private static String container;
  private static String recipient;
  private static Recipients recipients;
  private static Identities identities;

  @BeforeAll
  static void makeKeys() throws Exception {
    docker = new DockerCli();
    container =
        docker.start(
            "age",
            List.of("--user=0", "-v=" + files + ":/work", "--entrypoint=sleep", IMAGE, "3600"));
    must("age-keygen -o key && age-keygen -y key > recipient && chmod a+r *");
    recipient = Files.readString(files.resolve("recipient")).strip();
    recipients = Recipients.parse("recipients", recipient);
    identities = Identities.parse("identities", Files.readString(files.resolve("key")));
  }

  @AfterAll
  static void stop() {
    if (docker != null) {
      docker.close();
    }
  }

  private static void must(String command) {
    DockerCli.must("exec", "-w", "/work", container, "sh", "-ec", command);
  }

  private static DockerCli.Outcome run(String command) {
    return DockerCli.run("exec", "-w", "/work", container, "sh", "-ec", command);
  }

  private static byte[] content(int length) {
    var bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static void encrypt(byte[] content, String name, Recipients to) throws IOException {
    try (OutputStream out = AgeEncryption.to(Files.newOutputStream(files.resolve(name)), to)) {
      out.write(content);
    }
  }

  private static byte[] decrypt(String name, Identities by) throws IOException {
    try (InputStream in = AgeDecryption.of(Files.newInputStream(files.resolve(name)), by)) {
      return in.readAllBytes();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, 131_072, 5_000_003})
  void ageOpensWhatIsWrittenHere(int length) throws Exception {
    encrypt(content(length), "ours.age", recipients);

    must("age -d -i key -o plain ours.age && chmod a+r plain");

    assertThat(Arrays.equals(Files.readAllBytes(files.resolve("plain")), content(length))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, 131_072, 5_000_003})
  void whatAgeWritesIsOpenedHere(int length) throws Exception {
    Files.write(files.resolve("plain-" + length), content(length));

    must("age -r %s -o theirs.age plain-%d && chmod a+r theirs.age".formatted(recipient, length));

    assertThat(Arrays.equals(decrypt("theirs.age", identities), content(length))).isTrue();
  }

  @Test
  void eachOfSeveralRecipientsOpensItOnBothSides() throws Exception {
    must("age-keygen -o second && { echo '# two'; cat recipient; age-keygen -y second; } > both");
    must("chmod a+r second both");
    var both = Recipients.parse("both", Files.readString(files.resolve("both")));
    var second = Identities.parse("second", Files.readString(files.resolve("second")));
    encrypt(content(100_000), "ours-both.age", both);

    for (var key : List.of("key", "second")) {
      must("age -d -i %s -o plain-both ours-both.age && chmod a+r plain-both".formatted(key));
      assertThat(Files.readAllBytes(files.resolve("plain-both"))).isEqualTo(content(100_000));
    }
    must("age -R both -o theirs-both.age plain-both && chmod a+r theirs-both.age");
    assertThat(decrypt("theirs-both.age", identities)).isEqualTo(content(100_000));
    assertThat(decrypt("theirs-both.age", second)).isEqualTo(content(100_000));
  }

  @Test
  void ageRefusesWhatWasAborted() throws Exception {
    var sink = Files.newOutputStream(files.resolve("aborted.age"));
    var out = AgeEncryption.to(sink, recipients);
    out.write(content(65_536 * 2 + 1));
    out.abort();
    out.close();

    assertThat(run("age -d -i key aborted.age > /dev/null").code()).isNotZero();
  }

  @Test
  void anArmoredFileAndOneForOthersAreToldApart() throws Exception {
    must("head -c 1000 /dev/zero | age -a -r %s > armored.age".formatted(recipient));
    assertThatThrownBy(() -> decrypt("armored.age", identities))
        .isInstanceOfSatisfying(
            AgeException.class, e -> assertThat(e.problem()).isEqualTo(Problem.NOT_AGE))
        .hasMessageContaining("armored");

    must(
        "age-keygen -o other 2>&1 && head -c 1000 /dev/zero | age -r $(age-keygen -y other) > for-other.age");
    assertThatThrownBy(() -> decrypt("for-other.age", identities))
        .isInstanceOfSatisfying(
            AgeException.class, e -> assertThat(e.problem()).isEqualTo(Problem.NO_IDENTITY));
  }
}
