package io.pgcask.runner.age;

import com.exceptionfactory.jagged.x25519.X25519KeyPairGenerator;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;

/** A new pair of keys, as {@code age-keygen} makes them. */
record Keys(String recipient, String identity) {
  static Keys generate() {
    try {
      var pair = new X25519KeyPairGenerator().generateKeyPair();
      return new Keys(text(pair.getPublic().getEncoded()), text(pair.getPrivate().getEncoded()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  Recipients recipients() {
    try {
      return Recipients.parse("recipients", recipient);
    } catch (InvalidKeysException e) {
      throw new IllegalStateException(e);
    }
  }

  Identities identities() {
    try {
      return Identities.parse("identities", identity);
    } catch (InvalidKeysException e) {
      throw new IllegalStateException(e);
    }
  }
}
