package io.pgcask.runner.stored;

import io.pgcask.contract.Manifest;
import java.io.IOException;
import java.io.InputStream;

/** How a file in storage becomes what pg_dump wrote, and who says whether it is the whole of it. */
sealed interface Wrapping permits OwnWrapping, BareWrapping {

  /**
   * What pg_dump wrote. Closing it leaves the input open.
   *
   * @throws io.pgcask.storage.StorageException if there is no identity for it, or it is damaged
   */
  InputStream plain(Manifest.StoredFile file, StoredInput input) throws IOException;

  /** The same of a data file of a directory, without the compression that its name tells. */
  InputStream content(Manifest.StoredFile file, StoredInput input) throws IOException;

  /** Reads a file of a directory to its end, as far in as it takes to know that it is whole. */
  void readWhole(Manifest.StoredFile file, StoredInput input) throws IOException;

  /** Who says what the size and the hash of an object are. */
  StoredInput.Witness witness();
}
