package io.pgcask.postgres;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * How the bytes of a Secret become text: UTF-8, one newline at the end dropped ({@code echo} and
 * editors leave it there), any other control character refused, since libpq's files are read line
 * by line and a user would never find out.
 */
public final class SecretText {
  private SecretText() {}

  /**
   * Reads a Secret's value.
   *
   * @param name what it is, for the message, for example {@code password}
   * @throws InvalidSecretException if it is empty, not UTF-8, or holds a control character
   */
  public static String read(String name, byte[] value) throws InvalidSecretException {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString();
    } catch (CharacterCodingException e) {
      throw new InvalidSecretException(name + " is not text in UTF-8");
    }
    if (text.endsWith("\r\n")) {
      text = text.substring(0, text.length() - 2);
    } else if (text.endsWith("\n")) {
      text = text.substring(0, text.length() - 1);
    }
    if (text.isEmpty()) {
      throw new InvalidSecretException(name + " is empty");
    }
    if (text.chars().anyMatch(Character::isISOControl)) {
      throw new InvalidSecretException(
          name
              + " holds a control character (a line break in the middle, a tab, or more than one"
              + " newline at the end); one newline at the end is ignored, others cannot be used");
    }
    return text;
  }
}
