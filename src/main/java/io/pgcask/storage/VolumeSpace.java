package io.pgcask.storage;

import java.io.IOException;

/** How full a file system is, in bytes. */
interface VolumeSpace {
  /** What can still be written without special rights. */
  long usableBytes(SafeDirectory directory) throws IOException;

  /** What the file system holds when it is empty. */
  long totalBytes(SafeDirectory directory) throws IOException;

  /** Asks the file system. */
  VolumeSpace REAL =
      new VolumeSpace() {
        @Override
        public long usableBytes(SafeDirectory directory) throws IOException {
          return directory.usableBytes();
        }

        @Override
        public long totalBytes(SafeDirectory directory) throws IOException {
          return directory.totalBytes();
        }
      };
}
