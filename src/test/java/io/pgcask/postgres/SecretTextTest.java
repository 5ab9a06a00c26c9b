package io.pgcask.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretTextTest {
  private static String read(String value) throws InvalidSecretException {
    return SecretText.read("password", value.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void dropsOneNewlineAtTheEnd() throws Exception {
    assertThat(read("geheim\n")).isEqualTo("geheim");
    assertThat(read("geheim\r\n")).isEqualTo("geheim");
    assertThat(read("geheim")).isEqualTo("geheim");
  }

  @Test
  void keepsBlanksAndEveryOtherCharacter() throws Exception {
    assertThat(read(" ä ß 😀 \\:'\" ")).isEqualTo(" ä ß 😀 \\:'\" ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\n\n", "a\nb", "\na", "a\tb", "a\0b", "a\u007f", "a\u0085b", "a\r"})
  void refusesOtherControlCharacters(String value) {
    assertThatThrownBy(() -> read(value))
        .isInstanceOf(InvalidSecretException.class)
        .hasMessageStartingWith("password holds a control character");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n"})
  void refusesNothing(String value) {
    assertThatThrownBy(() -> read(value)).hasMessage("password is empty");
  }

  @Test
  void refusesWhatIsNotUtf8() {
    assertThatThrownBy(() -> SecretText.read("user", new byte[] {(byte) 0xff}))
        .isInstanceOf(InvalidSecretException.class)
        .hasMessage("user is not text in UTF-8");
  }
}
