package io.pgcask.postgres;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Private keys in PEM, in each form that OpenSSL writes: PKCS#8 ({@code PRIVATE KEY}), PKCS#1
 * ({@code RSA PRIVATE KEY}) and SEC1 ({@code EC PRIVATE KEY}). Java knows only the first, which can
 * be put around the others.
 */
final class PrivateKeys {
  private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");

  private static final byte[] VERSION_0 = HexFormat.of().parseHex("020100");

  /** SEQUENCE of the object identifier rsaEncryption and NULL. */
  private static final byte[] RSA = HexFormat.of().parseHex("300d06092a864886f70d0101010500");

  /** The object identifier id-ecPublicKey. */
  private static final byte[] EC = HexFormat.of().parseHex("06072a8648ce3d0201");

  private static final int OCTET_STRING = 0x04;
  private static final int SEQUENCE = 0x30;

  /** Explicit tag 0: the parameters of an ECPrivateKey (RFC 5915). */
  private static final int PARAMETERS = 0xa0;

  private PrivateKeys() {}

  /**
   * Reads the first key of a text.
   *
   * @param name of the text, for messages
   * @throws InvalidSecretException if there is none, if it is encrypted, or of no known form
   */
  static PrivateKey read(String name, byte[] pem) throws InvalidSecretException {
    var blocks = Pem.read(name, pem);
    var block =
        blocks.stream()
            .filter(found -> found.label().endsWith("PRIVATE KEY"))
            .findFirst()
            .orElseThrow(
                () ->
                    new InvalidSecretException(
                        name + " holds no private key in PEM (-----BEGIN PRIVATE KEY-----)"));
    if (block.encrypted() || block.label().startsWith("ENCRYPTED")) {
      throw new InvalidSecretException(
          name
              + " is encrypted, and nobody is there to type its passphrase; store it decrypted"
              + " (openssl pkey -in tls.key)");
    }
    try {
      return switch (block.label()) {
        case "PRIVATE KEY" -> ofPkcs8(name, block.der());
        case "RSA PRIVATE KEY" -> ofPkcs8(name, pkcs8(RSA, block.der()));
        case "EC PRIVATE KEY" ->
            ofPkcs8(name, pkcs8(der(SEQUENCE, EC, curve(name, block, blocks)), block.der()));
        default ->
            throw new InvalidSecretException(
                "%s holds a %s; use one of RSA, EC, Ed25519 or Ed448 (openssl genpkey)"
                    .formatted(name, block.label()));
      };
    } catch (IndexOutOfBoundsException | java.nio.BufferUnderflowException e) {
      throw unreadable(name);
    }
  }

  private static PrivateKey ofPkcs8(String name, byte[] der) throws InvalidSecretException {
    for (var algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
      } catch (InvalidKeySpecException e) {
        // of another algorithm
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java has " + algorithm, e);
      }
    }
    throw unreadable(name);
  }

  private static InvalidSecretException unreadable(String name) {
    return new InvalidSecretException(
        name + " cannot be read; use an unencrypted RSA, EC, Ed25519 or Ed448 key in PEM");
  }

  private static byte[] pkcs8(byte[] algorithm, byte[] key) {
    return der(SEQUENCE, VERSION_0, algorithm, der(OCTET_STRING, key));
  }

  /** The curve stands in the key, or in a block of its own before it. */
  private static byte[] curve(String name, Pem.Block key, List<Pem.Block> all)
      throws InvalidSecretException {
    return parameters(key.der())
        .or(
            () ->
                all.stream()
                    .filter(block -> block.label().equals("EC PARAMETERS"))
                    .map(Pem.Block::der)
                    .findFirst())
        .orElseThrow(() -> new InvalidSecretException(name + " does not name its curve"));
  }

  private static Optional<byte[]> parameters(byte[] ecPrivateKey) {
    var inside = content(ByteBuffer.wrap(ecPrivateKey));
    while (inside.hasRemaining()) {
      int tag = inside.get(inside.position()) & 0xff;
      var content = content(inside);
      if (tag == PARAMETERS) {
        var bytes = new byte[content.remaining()];
        content.get(bytes);
        return Optional.of(bytes);
      }
    }
    return Optional.empty();
  }

  /** The content of the element at the position, which moves behind it. */
  private static ByteBuffer content(ByteBuffer from) {
    from.get(); // the tag
    int length = from.get() & 0xff;
    if (length > 0x7f) {
      int bytes = length - 0x80;
      length = 0;
      for (int i = 0; i < bytes; i++) {
        length = length << 8 | from.get() & 0xff;
      }
    }
    var content = from.slice(from.position(), length);
    from.position(from.position() + length);
    return content;
  }

  private static byte[] der(int tag, byte[]... contents) {
    var content = new ByteArrayOutputStream();
    for (var part : contents) {
      content.writeBytes(part);
    }
    var element = new ByteArrayOutputStream();
    element.write(tag);
    int length = content.size();
    if (length > 0xff) {
      element.write(0x82);
      element.write(length >> 8);
    } else if (length > 0x7f) {
      element.write(0x81);
    }
    element.write(length);
    element.writeBytes(content.toByteArray());
    return element.toByteArray();
  }
}
