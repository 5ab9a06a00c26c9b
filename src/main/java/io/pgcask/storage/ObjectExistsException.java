package io.pgcask.storage;

import io.pgcask.api.v1alpha1.Reason;

/** An object that was to be written only if absent is there already, with other bytes. */
public final class ObjectExistsException extends StorageException {
  public ObjectExistsException(String place) {
    super(Reason.STORAGE_DENIED, place + " exists already; somebody else wrote it");
  }
}
