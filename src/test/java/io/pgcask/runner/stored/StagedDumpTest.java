package io.pgcask.runner.stored;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.contract.Manifest;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class StagedDumpTest {
  private static List<Manifest.StoredFile> files(String... names) {
    return Stream.of(names)
        .map(name -> new Manifest.StoredFile(Manifest.Role.DUMP, "shop", name, List.of()))
        .toList();
  }

  @Test
  void ofADirectoryOnlyTheRowsOfThePartAreNeeded() {
    var all =
        files("toc.dat", "11.dat.gz", "12.dat.zst", "13.dat", "blob_16402.dat.gz", "blobs_11.toc");

    assertThat(StagedDump.needed(all, Set.of(12)::contains))
        .extracting(Manifest.StoredFile::name)
        .as("large objects have files that are named after something else")
        .containsExactly("toc.dat", "12.dat.zst", "blob_16402.dat.gz", "blobs_11.toc");
    assertThat(StagedDump.needed(files("shop.dump"), id -> false)).hasSize(1);
  }
}
