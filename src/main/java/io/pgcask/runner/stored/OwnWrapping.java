package io.pgcask.runner.stored;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.contract.Manifest;
import io.pgcask.runner.age.AgeDecryption;
import io.pgcask.runner.age.Identities;
import io.pgcask.storage.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** That of our backups: perhaps encryption; the manifest has the hash of everything. */
record OwnWrapping(Manifest manifest, Optional<Identities> identities) implements Wrapping {

  @Override
  public InputStream plain(Manifest.StoredFile file, StoredInput input) throws IOException {
    if (manifest.encryption() == null) {
      return input.shielded();
    }
    if (identities.isEmpty()) {
      throw new StorageException(
          Reason.NO_MATCHING_IDENTITY,
          "the backup is encrypted for %s; name a Secret with the identity of one of them"
              .formatted(String.join(", ", manifest.encryption().recipients())));
    }
    return AgeDecryption.of(input.shielded(), identities.get());
  }

  @Override
  public InputStream content(Manifest.StoredFile file, StoredInput input) throws IOException {
    return Decompression.of(plain(file, input), Decompression.methodOf(file.name()));
  }

  @Override
  public void readWhole(Manifest.StoredFile file, StoredInput input) throws IOException {
    input.drain();
  }

  @Override
  public StoredInput.Witness witness() {
    return StoredInput.Witness.MANIFEST;
  }
}
