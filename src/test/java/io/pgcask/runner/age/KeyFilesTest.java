package io.pgcask.runner.age;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.exceptionfactory.jagged.bech32.Bech32;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KeyFilesTest {
  private static final Keys ONE = Keys.generate();
  private static final Keys TWO = Keys.generate();

  private static InvalidKeysException refusedRecipients(String text) {
    return catchThrowableOfType(
        InvalidKeysException.class, () -> Recipients.parse("recipients", text));
  }

  private static InvalidKeysException refusedIdentities(String text) {
    return catchThrowableOfType(
        InvalidKeysException.class, () -> Identities.parse("identities", text));
  }

  @Test
  void recipientsStandOnePerLineBesideCommentsAndBlankLines() throws Exception {
    var text =
        "# the team\r\n\n  "
            + ONE.recipient()
            + "  \r\n#"
            + ONE.identity()
            + "\n"
            + TWO.recipient();

    assertThat(Recipients.parse("recipients", text).keys())
        .containsExactly(ONE.recipient(), TWO.recipient());
  }

  @Test
  void aRecipientThatIsThereTwiceCountsOnce() throws Exception {
    var text = (ONE.recipient() + "\n").repeat(40) + TWO.recipient();

    assertThat(Recipients.parse("recipients", text).keys()).hasSize(2);
  }

  @Test
  void recipientsOfTwoPlacesAreTakenTogether() throws Exception {
    var both = ONE.recipients().and(TWO.recipients()).and(ONE.recipients());

    assertThat(both.keys()).containsExactly(ONE.recipient(), TWO.recipient());
  }

  @Test
  void sixteenRecipientsAreTheLimit() throws Exception {
    var sixteen =
        IntStream.range(0, Recipients.MAX)
            .mapToObj(i -> Keys.generate().recipient())
            .collect(Collectors.joining("\n"));

    assertThat(Recipients.parse("recipients", sixteen).keys()).hasSize(16);
    assertThat(refusedRecipients(sixteen + "\n" + ONE.recipient()).line()).isEqualTo(17);
    assertThatThrownBy(() -> Recipients.parse("recipients", sixteen).and(ONE.recipients()))
        .isInstanceOf(InvalidKeysException.class)
        .hasMessageContaining("16");
  }

  @Test
  void anIdentityAmongTheRecipientsIsCalledOneAndNotQuoted() {
    for (var identity : new String[] {ONE.identity(), ONE.identity().toLowerCase(Locale.ROOT)}) {
      var refused = refusedRecipients("# x\n" + identity);

      assertThat(refused.line()).isEqualTo(2);
      assertThat(refused)
          .hasMessageContaining("recipients, line 2: this is an identity")
          .hasNoCause();
      assertThat(refused.getMessage().toUpperCase(Locale.ROOT))
          .doesNotContain(ONE.identity().substring(0, 24));
    }
  }

  static Stream<String> notRecipients() {
    var good = ONE.recipient();
    return Stream.of(
        "password",
        good + good,
        good.substring(0, 61),
        good.toUpperCase(Locale.ROOT),
        // one character is another
        good.substring(0, 20) + (good.charAt(20) == 'q' ? 'p' : 'q') + good.substring(21),
        "age1yubikey1qwerty",
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB",
        "age1",
        "ä",
        // a point of small order: every key agreement with it has the same result
        Bech32.getEncoder().encode("age", new byte[32]).toString());
  }

  @ParameterizedTest
  @MethodSource("notRecipients")
  void whatIsNoRecipientIsRefusedByItsLineAndNotQuoted(String line) {
    var refused = refusedRecipients("\n" + ONE.recipient() + "\n" + line);

    assertThat(refused.line()).isEqualTo(3);
    if (line.length() > 4) {
      assertThat(refused.getMessage()).doesNotContain(line);
    }
    assertThat(refused).hasNoCause();
  }

  @Test
  void noKeyAtAllIsRefused() {
    assertThat(refusedRecipients("# none\n\n").line()).isZero();
    assertThat(refusedIdentities("")).hasMessageContaining("has no identity");
  }

  @Test
  void anIdentityFileOfAgeKeygenIsRead() throws Exception {
    var text =
        "# created: 2026-01-01T00:00:00Z\n# public key: %s\n%s\n\n%s\n"
            .formatted(ONE.recipient(), ONE.identity(), TWO.identity());

    var identities = Identities.parse("identities", text);

    assertThat(identities.secrets()).containsExactly(ONE.identity(), TWO.identity());
    assertThat(identities.recipients()).containsExactly(ONE.recipient(), TWO.recipient());
  }

  static Stream<String> notIdentities() {
    var good = ONE.identity();
    return Stream.of(
        "password",
        good.toLowerCase(Locale.ROOT),
        good.substring(0, 70),
        good + "Q",
        good.substring(0, 30) + (good.charAt(30) == 'Q' ? 'P' : 'Q') + good.substring(31),
        ONE.recipient(),
        "-----BEGIN OPENSSH PRIVATE KEY-----",
        "-----BEGIN AGE ENCRYPTED FILE-----",
        "age-encryption.org/v1",
        "AGE-PLUGIN-YUBIKEY-1QQQQ");
  }

  @ParameterizedTest
  @MethodSource("notIdentities")
  void whatIsNoIdentityIsRefusedByItsLineAndNotQuoted(String line) {
    var refused = refusedIdentities("# c\n" + ONE.identity() + "\n" + line + "\n");

    assertThat(refused.line()).isEqualTo(3);
    assertThat(refused).hasNoCause();
    assertThat(refused.getMessage()).doesNotContain(line).doesNotContain(good24(ONE.identity()));
  }

  private static String good24(String identity) {
    return identity.substring(0, 24);
  }

  @Test
  void nothingThatIsPrintedByAccidentShowsAKey() throws Exception {
    assertThat(ONE.identities().toString()).isEqualTo("1 identities");
    assertThat(ONE.recipients().toString()).isEqualTo("1 recipients");
    assertThat(KeyLines.of(ONE.identity()).toString()).doesNotContain("SECRET");
  }
}
