package io.pgcask.runner.stored;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.runner.age.AgeDecryption;
import io.pgcask.runner.age.Identities;
import io.pgcask.storage.StorageException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What lies around a dump: encryption once, compression once, in any order.
 *
 * @param found from the outside in
 */
record Layers(List<Beginning> found) {

  /**
   * A dump without them.
   *
   * @param dump what it begins as
   * @param plain from its first byte on
   */
  record Peeled(Layers layers, Beginning dump, InputStream plain) {}

  /**
   * Takes them off one after the other, until what is left is no layer.
   *
   * @throws StorageException NoMatchingIdentity if one is encrypted and cannot be decrypted
   * @throws IOException if it cannot be read, or is no whole beginning of what it begins as
   */
  static Peeled peel(InputStream stored, Optional<Identities> identities) throws IOException {
    var found = new ArrayList<Beginning>();
    var in = stored;
    while (true) {
      var head = in.readNBytes(Beginning.BYTES);
      in = new SequenceInputStream(new ByteArrayInputStream(head), in);
      var beginning = Beginning.of(head);
      if (!beginning.wraps()) {
        return new Peeled(new Layers(List.copyOf(found)), beginning, in);
      }
      if (found.stream()
          .anyMatch(layer -> (layer == Beginning.AGE) == (beginning == Beginning.AGE))) {
        throw new IOException("it is compressed or encrypted more than once");
      }
      found.add(beginning);
      in = open(beginning, in, identities);
    }
  }

  /** A file that lies in the same layers, without them. */
  InputStream open(InputStream stored, Optional<Identities> identities) throws IOException {
    var in = stored;
    for (var layer : found) {
      in = open(layer, in, identities);
    }
    return in;
  }

  private static InputStream open(Beginning layer, InputStream in, Optional<Identities> identities)
      throws IOException {
    if (layer.compression().isPresent()) {
      return Decompression.of(in, layer.compression().get());
    }
    if (identities.isEmpty()) {
      throw new StorageException(
          Reason.NO_MATCHING_IDENTITY,
          "the dump is encrypted with age; name a Secret with an identity that opens it in"
              + " decryption");
    }
    return AgeDecryption.of(in, identities.get());
  }

  /** Whether there is more than encryption. */
  boolean compressed() {
    return found.stream().anyMatch(layer -> layer.compression().isPresent());
  }

  /** For people, behind the name of a format: {@code , gzip, age}; empty for none. */
  String shown() {
    return found.stream()
        .map(layer -> ", " + layer.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining());
  }
}
