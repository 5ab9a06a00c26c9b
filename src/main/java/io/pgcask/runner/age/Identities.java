package io.pgcask.runner.age;

import com.exceptionfactory.jagged.FileKey;
import com.exceptionfactory.jagged.RecipientStanza;
import com.exceptionfactory.jagged.RecipientStanzaReader;
import com.exceptionfactory.jagged.UnsupportedRecipientStanzaException;
import com.exceptionfactory.jagged.x25519.X25519KeyFactory;
import com.exceptionfactory.jagged.x25519.X25519RecipientStanzaReaderFactory;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import javax.crypto.spec.SecretKeySpec;

/** Who decrypts: age identities of type X25519, that is secret keys. */
public final class Identities {
  /** After this many rotations a file should be cleaned. */
  public static final int MAX = 64;

  private final Map<String, RecipientStanzaReader> readers;
  private final List<String> recipients;

  private Identities(Map<String, RecipientStanzaReader> readers, List<String> recipients) {
    this.readers = readers;
    this.recipients = recipients;
  }

  /**
   * Reads an identity file as {@code age-keygen} writes it: one {@code AGE-SECRET-KEY-1...} per
   * line; blank lines and lines that begin with {@code #} are skipped.
   *
   * @param name what the text is, for the message, for example {@code identities of Secret keys}
   * @throws InvalidKeysException if a line is no identity of type X25519, or there are none or more
   *     than {@link #MAX}
   */
  public static Identities parse(String name, String text) throws InvalidKeysException {
    var readers = new LinkedHashMap<String, RecipientStanzaReader>();
    var recipients = new LinkedHashSet<String>();
    for (var line : KeyLines.of(text)) {
      refuseOthers(name, line);
      try {
        readers.put(
            line.text(), X25519RecipientStanzaReaderFactory.newRecipientStanzaReader(line.text()));
        recipients.add(recipient(line.text()));
      } catch (GeneralSecurityException | IllegalArgumentException e) {
        // not the cause: its message may quote the line
        throw new InvalidKeysException(
            name,
            line.number(),
            "this is no identity of age's type X25519 (AGE-SECRET-KEY-1 and 58 characters, upper"
                + " case), or has a typing error");
      }
      if (readers.size() > MAX) {
        throw new InvalidKeysException(
            name, line.number(), "more than " + MAX + " identities cannot be used");
      }
    }
    if (readers.isEmpty()) {
      throw new InvalidKeysException(name, "has no identity (AGE-SECRET-KEY-1...)");
    }
    return new Identities(readers, List.copyOf(recipients));
  }

  private static void refuseOthers(String name, KeyLines.Line line) throws InvalidKeysException {
    if (line.isSsh()) {
      throw new InvalidKeysException(name, line.number(), "SSH keys cannot be used");
    }
    if (line.isEncryptedFile()) {
      throw new InvalidKeysException(
          name,
          line.number(),
          "this is an encrypted file, perhaps an identity file with a passphrase; decrypt it first"
              + " with `age -d`");
    }
    if (line.text().startsWith("age1")) {
      throw new InvalidKeysException(
          name,
          line.number(),
          "this is a recipient, that is a public key, where its identity (AGE-SECRET-KEY-1...) is"
              + " wanted");
    }
  }

  private static String recipient(String identity) throws GeneralSecurityException {
    var key = new SecretKeySpec(identity.getBytes(StandardCharsets.US_ASCII), "X25519");
    var recipient = new X25519KeyFactory().translateKey(key);
    return new String(recipient.getEncoded(), StandardCharsets.US_ASCII);
  }

  /** The identities themselves, for {@code io.pgcask.runner.report.Redactor}. */
  public List<String> secrets() {
    return List.copyOf(readers.keySet());
  }

  /** The recipients that belong to the identities. They are public. */
  public List<String> recipients() {
    return recipients;
  }

  /** Tries each identity on each stanza of a header. */
  RecipientStanzaReader reader() {
    return this::fileKey;
  }

  private FileKey fileKey(Iterable<RecipientStanza> stanzas) throws GeneralSecurityException {
    for (var reader : readers.values()) {
      try {
        return reader.getFileKey(stanzas);
      } catch (UnsupportedRecipientStanzaException e) {
        // it is not for this one
      }
    }
    throw new UnsupportedRecipientStanzaException("no identity matches");
  }

  /** Says how many there are, and nothing of them. */
  @Override
  public String toString() {
    return readers.size() + " identities";
  }
}
