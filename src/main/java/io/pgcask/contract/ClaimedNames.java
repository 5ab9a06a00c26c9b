package io.pgcask.contract;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Set;
import java.util.TreeSet;

/**
 * Names of directories that belong to a Backup, as a task can carry ten thousand of them: eight
 * hexadecimal digits of the SHA-256 of each. Two that share their digits, one pair in four thousand
 * million, make a directory look claimed that is not: then it is not reported.
 */
public final class ClaimedNames {
  /** With more of them, a task does not fit into an environment variable. */
  public static final int MAX = 10_000;

  private static final int DIGITS = 8;

  private final Set<String> hashes;

  private ClaimedNames(Set<String> hashes) {
    this.hashes = hashes;
  }

  /** Of these names. */
  public static ClaimedNames of(Collection<String> names) {
    var hashes = new TreeSet<String>();
    names.forEach(name -> hashes.add(hash(name)));
    return new ClaimedNames(hashes);
  }

  /** As {@link #joined} gave them. */
  @JsonCreator
  public static ClaimedNames parse(String joined) {
    var hashes = new TreeSet<String>();
    for (int i = 0; i + DIGITS <= joined.length(); i += DIGITS) {
      hashes.add(joined.substring(i, i + DIGITS));
    }
    return new ClaimedNames(hashes);
  }

  /** All of them in one text. */
  @JsonValue
  public String joined() {
    return String.join("", hashes);
  }

  /** How many there are. */
  public int size() {
    return hashes.size();
  }

  /** Whether a directory of that name belongs to a Backup. */
  public boolean contains(String name) {
    return hashes.contains(hash(name));
  }

  private static String hash(String name) {
    try {
      var digest =
          MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest).substring(0, DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ClaimedNames names && names.hashes.equals(hashes);
  }

  @Override
  public int hashCode() {
    return hashes.hashCode();
  }

  @Override
  public String toString() {
    return size() + " names";
  }
}
