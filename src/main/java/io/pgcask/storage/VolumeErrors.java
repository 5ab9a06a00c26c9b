package io.pgcask.storage;

import io.pgcask.api.v1alpha1.Reason;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Reasons of failures on a volume. */
final class VolumeErrors {
  /** Less than this left after a failed write is a full volume. */
  private static final long FULL_BELOW = 1 << 20;

  private final String volume;

  VolumeErrors(String volume) {
    this.volume = volume;
  }

  StorageException of(IOException e, String place) {
    if (e instanceof StorageException typed) {
      return typed;
    }
    return switch (e) {
      case NoSuchFileException missing ->
          new StorageException(Reason.STORAGE_NOT_FOUND, place + " does not exist", e);
      case AccessDeniedException denied ->
          new StorageException(
              Reason.STORAGE_DENIED,
              "the volume of %s does not let user 10001 at %s; give it a fsGroup or the rights"
                  .formatted(volume, place),
              e);
      case NotDirectoryException link ->
          new StorageException(
              Reason.STORAGE_DENIED,
              "%s goes through a symbolic link or a file, which is not followed".formatted(place),
              e);
      default ->
          new StorageException(
              Reason.STORAGE_UNREACHABLE,
              "the volume of %s failed at %s: %s".formatted(volume, place, e.getMessage()),
              e);
    };
  }

  /** The same for a write, which may have found the volume full. */
  StorageException ofWrite(IOException e, String place, SafeDirectory directory) {
    return !(e instanceof StorageException) && isFull(e, directory)
        ? new StorageException(
            Reason.STORAGE_FULL, "the volume of %s is full; enlarge it".formatted(volume), e)
        : of(e, place);
  }

  /** There is not enough room for what is to come. */
  StorageException tooSmall(long needed, long usable) {
    return new StorageException(
        Reason.STORAGE_FULL,
        "the volume of %s has %d MiB free, and the dump is estimated to need %d MiB; enlarge it"
            .formatted(volume, usable >> 20, needed >> 20));
  }

  /** The write went well, but the next may not. */
  StorageException nearlyFull(long usable) {
    return new StorageException(
        Reason.STORAGE_FULL,
        "the volume of %s is nearly full, %d MiB are free; enlarge it"
            .formatted(volume, usable >> 20));
  }

  /**
   * Java has no type for ENOSPC and EDQUOT: the free space is asked for, and the message, which
   * comes from strerror and is English with the locale C.UTF-8 that the image sets.
   */
  private static boolean isFull(IOException e, SafeDirectory directory) {
    var message = String.valueOf(e.getMessage());
    if (message.contains("No space left on device") || message.contains("Disk quota exceeded")) {
      return true;
    }
    try {
      return directory.usableBytes() < FULL_BELOW;
    } catch (IOException unknown) {
      return false;
    }
  }
}
