package io.pgcask.storage;

import java.util.List;

/** Keys as they must be, so that no part of them leads out of the storage. */
final class StorageKeys {
  private StorageKeys() {}

  /** The parts of a key. */
  static List<String> parts(String key) {
    var parts = List.of(key.split("/", -1));
    for (var part : parts) {
      if (part.isEmpty() || part.equals(".") || part.equals("..") || part.indexOf('\0') >= 0) {
        throw new IllegalArgumentException("not a key of an object: " + key);
      }
    }
    return parts;
  }

  /** A key below a prefix, which may be null for none. */
  static String join(String prefix, String key) {
    parts(key);
    return prefix == null ? key : prefix + "/" + key;
  }
}
