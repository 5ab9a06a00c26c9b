package io.pgcask.runner.age;

import com.exceptionfactory.jagged.FileKey;
import com.exceptionfactory.jagged.RecipientStanzaWriter;
import com.exceptionfactory.jagged.x25519.X25519RecipientStanzaWriterFactory;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * For whom something is encrypted: 1 to {@link #MAX} age recipients of type X25519, that is public
 * keys. Each of them alone can decrypt.
 */
public final class Recipients {
  /** As many as {@code spec.encryption.age.recipients} may have; the header has some bytes each. */
  public static final int MAX = 16;

  private final Map<String, RecipientStanzaWriter> writers;

  private Recipients(Map<String, RecipientStanzaWriter> writers) {
    this.writers = writers;
  }

  /**
   * Reads recipients, one per line, as {@code age -R} does: blank lines and lines that begin with
   * {@code #} are skipped. One that is there twice counts once.
   *
   * @param name what the text is, for the message, for example {@code recipients of Secret keys}
   * @throws InvalidKeysException if a line is no recipient of type X25519, or there are none or too
   *     many
   */
  public static Recipients parse(String name, String text) throws InvalidKeysException {
    var writers = new LinkedHashMap<String, RecipientStanzaWriter>();
    for (var line : KeyLines.of(text)) {
      if (!writers.containsKey(line.text())) {
        writers.put(line.text(), writer(name, line));
      }
      if (writers.size() > MAX) {
        throw new InvalidKeysException(
            name, line.number(), "more than " + MAX + " recipients cannot be used");
      }
    }
    if (writers.isEmpty()) {
      throw new InvalidKeysException(name, "has no recipient (age1...)");
    }
    return new Recipients(writers);
  }

  /**
   * These and others.
   *
   * @throws InvalidKeysException if they are too many together
   */
  public Recipients and(Recipients others) throws InvalidKeysException {
    var all = new LinkedHashMap<>(writers);
    all.putAll(others.writers);
    if (all.size() > MAX) {
      throw new InvalidKeysException(
          "encryption", "has more than " + MAX + " recipients, which cannot be used");
    }
    return new Recipients(all);
  }

  private static RecipientStanzaWriter writer(String name, KeyLines.Line line)
      throws InvalidKeysException {
    if (line.isIdentity()) {
      throw new InvalidKeysException(
          name,
          line.number(),
          "this is an identity, that is a secret key, where its recipient (age1...) is wanted;"
              + " `age-keygen -y` prints it. Take the identity out of here, and replace it by a new"
              + " one if others can read this");
    }
    if (line.isSsh()) {
      throw new InvalidKeysException(
          name, line.number(), "SSH keys cannot be used; make a key with `age-keygen`");
    }
    try {
      var writer = X25519RecipientStanzaWriterFactory.newRecipientStanzaWriter(line.text());
      // Some well-formed keys do not work (points of small order). That shall show now, and not
      // after the dump has begun.
      writer.getRecipientStanzas(new FileKey());
      return writer;
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      // not the cause: its message may quote the line
      throw new InvalidKeysException(
          name,
          line.number(),
          "this is no recipient of age's type X25519 (age1 and 58 characters), or has a typing"
              + " error");
    }
  }

  /** The recipients as they were given. They are public. */
  public List<String> keys() {
    return List.copyOf(writers.keySet());
  }

  List<RecipientStanzaWriter> writers() {
    return new ArrayList<>(writers.values());
  }

  @Override
  public String toString() {
    return writers.size() + " recipients";
  }
}
