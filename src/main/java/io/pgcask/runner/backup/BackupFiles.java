package io.pgcask.runner.backup;

import io.pgcask.api.v1alpha1.Compression;
import io.pgcask.api.v1alpha1.DumpFormat;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.contract.Manifest;
import io.pgcask.contract.PathNames;
import io.pgcask.runner.TaskFailedException;
import io.pgcask.runner.age.EncryptedUpload;
import io.pgcask.runner.age.Recipients;
import io.pgcask.storage.Hashes;
import io.pgcask.storage.ObjectStore;
import io.pgcask.storage.StorageException;
import io.pgcask.storage.Upload;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Where the objects of one attempt lie. Encrypted ones have the suffix {@code .age} behind the name
 * that they have when they are decrypted.
 */
final class BackupFiles {
  private static final String ENCRYPTED = ".age";

  private final String path;
  private final int attempt;
  private final Optional<Recipients> recipients;

  /**
   * For an attempt.
   *
   * @param recipients for whom everything is encrypted; empty: nothing is
   */
  BackupFiles(String path, int attempt, Optional<Recipients> recipients) {
    this.path = path;
    this.attempt = attempt;
    this.recipients = recipients;
  }

  /** Begins a file. */
  Upload begin(ObjectStore store, String relative, long estimatedBytes) throws StorageException {
    return begin(store, relative, estimatedBytes, UnaryOperator.identity());
  }

  /**
   * Begins a file.
   *
   * @param around is put around what goes into storage, encrypted or not
   */
  Upload begin(
      ObjectStore store, String relative, long estimatedBytes, UnaryOperator<Upload> around)
      throws StorageException {
    var upload = around.apply(store.begin(key(stored(relative)), estimatedBytes));
    return recipients.isPresent() ? EncryptedUpload.to(upload, recipients.get()) : upload;
  }

  private String stored(String relative) {
    return recipients.isPresent() ? relative + ENCRYPTED : relative;
  }

  /** Directory of the attempt, as a key. */
  String directory() {
    return path + "/" + attempt;
  }

  /** Path of the dump relative to the backup's directory. */
  String dump(String database, DumpFormat format, Compression.Method method) {
    return attempt + "/" + base(database) + suffix(format, method);
  }

  /** Path of a file of a dump in format Directory, relative to the backup's directory. */
  String member(String database, String name) {
    return attempt + "/" + base(database) + "/" + name;
  }

  /** Path of the properties of an encrypted database, relative to the backup's directory. */
  String properties(String database) {
    return attempt + "/" + base(database) + ".properties.json";
  }

  /** Path of what a database's snapshot held, relative to the backup's directory. */
  String content(String database) {
    return attempt + "/" + base(database) + ".content.json";
  }

  /** Path of the roles and the like, relative to the backup's directory. */
  String globals() {
    return attempt + "/globals.sql";
  }

  /** A database called {@code globals} must not lie where the globals do. */
  private static String base(String database) {
    var name = PathNames.encode(database);
    return name.startsWith("globals") || name.startsWith("log.txt")
        ? "%%%02X".formatted((int) name.charAt(0)) + name.substring(1)
        : name;
  }

  /** Path of the tool's log relative to the backup's directory. */
  String log() {
    return attempt + "/log.txt";
  }

  /** The last part of a path. */
  static String name(String relative) {
    return relative.substring(relative.lastIndexOf('/') + 1);
  }

  /** A key from a path that is relative to the backup's directory. */
  String key(String relative) {
    return path + "/" + relative;
  }

  /** Writes a small file. */
  Manifest.StoredObject put(ObjectStore store, String relative, byte[] bytes)
      throws StorageException {
    if (recipients.isPresent()) {
      try (var upload = begin(store, relative, bytes.length)) {
        upload.write(bytes, 0, bytes.length);
        return stored(upload.complete().getFirst());
      }
    }
    store.put(key(relative), bytes);
    return new Manifest.StoredObject(relative, bytes.length, Hashes.sha256(bytes));
  }

  /** What an upload has made, as the manifest says it. */
  Manifest.StoredObject stored(Upload.Stored written) {
    var relative = written.key().substring(path.length() + 1);
    return new Manifest.StoredObject(relative, written.sizeBytes(), written.sha256());
  }

  /**
   * Asks storage what it has: its answer to the writer alone is no evidence.
   *
   * @throws TaskFailedException ChecksumMismatch if an object is absent or of another size
   */
  void confirm(ObjectStore store, List<Manifest.StoredObject> written)
      throws TaskFailedException, StorageException {
    for (var object : written) {
      long found = store.size(key(object.path())).orElse(-1);
      if (found != object.sizeBytes()) {
        throw new TaskFailedException(
            Reason.CHECKSUM_MISMATCH,
            "%s has %d bytes, but %d were written"
                .formatted(store.place(key(object.path())), found, object.sizeBytes()));
      }
    }
  }

  String manifest() {
    return key(Manifest.NAME);
  }

  String guide() {
    return key(Manifest.RESTORE_NAME);
  }

  private static String suffix(DumpFormat format, Compression.Method method) {
    return switch (format) {
      case CUSTOM -> ".dump";
      case TAR -> ".tar";
      case DIRECTORY -> "";
      case PLAIN ->
          switch (method) {
            case ZSTD -> ".sql.zst";
            case LZ4 -> ".sql.lz4";
            case GZIP -> ".sql.gz";
            case NONE -> ".sql";
          };
    };
  }
}
