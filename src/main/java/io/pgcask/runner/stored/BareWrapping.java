package io.pgcask.runner.stored;

import io.pgcask.contract.Manifest;
import io.pgcask.runner.age.Identities;
import io.pgcask.storage.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * That of a dump without a manifest: what was found around it; the dump itself has to tell whether
 * it is whole.
 *
 * @param directory where it lies
 * @param ofPlain how to look at a file without its layers
 * @param ofContent how to look at a data file of a directory, by its name, decompressed
 */
record BareWrapping(
    ObjectStore store,
    String directory,
    Layers layers,
    Optional<Identities> identities,
    Supplier<Completeness> ofPlain,
    Function<String, Completeness> ofContent)
    implements Wrapping {

  @Override
  public InputStream plain(Manifest.StoredFile file, StoredInput input) throws IOException {
    return whole(file, input, unwrapped(file, input), ofPlain.get());
  }

  @Override
  public InputStream content(Manifest.StoredFile file, StoredInput input) throws IOException {
    InputStream content;
    try {
      content = Decompression.of(unwrapped(file, input), Decompression.methodOf(file.name()));
    } catch (IOException e) {
      throw WholeInput.invalid(input, place(file), e);
    }
    return whole(file, input, content, ofContent.apply(file.name()));
  }

  private InputStream unwrapped(Manifest.StoredFile file, StoredInput input) throws IOException {
    try {
      return layers.open(input.shielded(), identities);
    } catch (IOException e) {
      throw WholeInput.invalid(input, place(file), e);
    }
  }

  private WholeInput whole(
      Manifest.StoredFile file, StoredInput input, InputStream plain, Completeness completeness) {
    return new WholeInput(input, place(file), plain, completeness);
  }

  private String place(Manifest.StoredFile file) {
    return store.place(StoredBackup.key(directory, file.objects().getFirst()));
  }

  @Override
  public void readWhole(Manifest.StoredFile file, StoredInput input) throws IOException {
    try (var content = content(file, input)) {
      content.transferTo(OutputStream.nullOutputStream());
    }
  }

  @Override
  public StoredInput.Witness witness() {
    return StoredInput.Witness.RESTORE;
  }
}
