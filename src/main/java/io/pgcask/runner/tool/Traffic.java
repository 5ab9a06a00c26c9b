package io.pgcask.runner.tool;

/** How much has moved so far, asked by another thread than the one that moves it. */
public interface Traffic {
  /** Backup: bytes that the tool has written. Restore: bytes read from storage. */
  long bytesRead();

  /** Backup: bytes that storage has acknowledged. Restore: bytes handed to the tool. */
  long bytesStored();

  /** A number that changes whenever anything moves. */
  default long moved() {
    return bytesRead() + bytesStored();
  }
}
