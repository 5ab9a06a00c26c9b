package io.pgcask.storage;

import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * One of the objects of an upload. The writer's thread feeds and ends it; parts come from the
 * senders' threads.
 */
final class S3Piece {
  private final String key;
  private final S3Multipart object;
  private final MessageDigest digest = Hashes.sha256();
  private final Map<Integer, CompletedPart> sent = new TreeMap<>();

  private String uploadId = "";
  private int parts;
  private long size;
  private boolean completed;
  private boolean perhapsVisible;

  S3Piece(String key, S3Multipart object) {
    this.key = key;
    this.object = object;
  }

  String place() {
    return object.place();
  }

  /** How many parts it has been given. */
  int parts() {
    return parts;
  }

  /** Takes note of bytes that will be sent as parts of it. */
  void count(byte[] bytes, int offset, int length) {
    digest.update(bytes, offset, length);
    size += length;
  }

  /** The number of the next part; the first begins the upload. */
  int nextPart(BooleanSupplier wanted) throws StorageException {
    if (parts == 0) {
      uploadId = object.create(wanted);
    }
    return ++parts;
  }

  /** Sends a part. For any thread. */
  void send(int number, byte[] buffer, int length, BooleanSupplier wanted) throws StorageException {
    var part = object.send(uploadId, number, buffer, length, wanted);
    synchronized (sent) {
      sent.put(number, part);
    }
  }

  /** Writes the object in one piece, if no part of it was sent. */
  void putWhole(byte[] buffer, int length, BooleanSupplier wanted) throws StorageException {
    perhapsVisible = true;
    object.putWhole(buffer, length, wanted);
    completed = true;
  }

  /** Makes the object of its parts, all of which have been sent. */
  void complete(BooleanSupplier wanted) throws StorageException {
    perhapsVisible = true;
    List<CompletedPart> all;
    synchronized (sent) {
      all = List.copyOf(sent.values());
    }
    object.complete(uploadId, all, size, wanted);
    completed = true;
  }

  /** What it has become. To be asked once. */
  Upload.Stored stored() {
    return new Upload.Stored(key, size, Hashes.hex(digest.digest()));
  }

  /** Removes whatever there is of it: parts, and the object if it has or may have come to be. */
  void remove() throws StorageException {
    if (!uploadId.isEmpty() && !completed) {
      object.abort(uploadId);
    }
    if (perhapsVisible) {
      object.delete();
    }
  }
}
