package io.pgcask.runner.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.Compression.Method;
import io.pgcask.api.v1alpha1.DumpFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BackupFilesTest {
  private final BackupFiles files = new BackupFiles("ns/c/b-12345678", 2, Optional.empty());

  @Test
  void namesTheDumpByDatabaseFormatAndCodec() {
    assertThat(files.dump("shop", DumpFormat.CUSTOM, Method.ZSTD)).isEqualTo("2/shop.dump");
    assertThat(files.dump("a/b", DumpFormat.PLAIN, Method.ZSTD)).isEqualTo("2/a%2Fb.sql.zst");
    assertThat(files.dump("..", DumpFormat.PLAIN, Method.LZ4)).isEqualTo("2/%2E%2E.sql.lz4");
    assertThat(files.dump("x", DumpFormat.PLAIN, Method.GZIP)).isEqualTo("2/x.sql.gz");
    assertThat(files.dump("x", DumpFormat.PLAIN, Method.NONE)).isEqualTo("2/x.sql");
    assertThat(files.dump("x", DumpFormat.TAR, Method.NONE)).isEqualTo("2/x.tar");
    assertThat(files.member("a/b", "toc.dat")).isEqualTo("2/a%2Fb/toc.dat");
  }

  @Test
  void noDatabaseLiesWhereTheGlobalsOrTheLogDo() {
    assertThat(files.globals()).isEqualTo("2/globals.sql");
    assertThat(files.dump("globals", DumpFormat.PLAIN, Method.NONE)).isEqualTo("2/%67lobals.sql");
    assertThat(files.member("globals.sql", "toc.dat")).isEqualTo("2/%67lobals.sql/toc.dat");
    assertThat(files.member("log.txt", "toc.dat")).isEqualTo("2/%6Cog.txt/toc.dat");
  }

  @Test
  void keepsManifestAndInstructionsOutsideOfTheAttempt() {
    assertThat(files.directory()).isEqualTo("ns/c/b-12345678/2");
    assertThat(files.key(files.log())).isEqualTo("ns/c/b-12345678/2/log.txt");
    assertThat(files.manifest()).isEqualTo("ns/c/b-12345678/manifest.json");
    assertThat(files.guide()).isEqualTo("ns/c/b-12345678/RESTORE.md");
  }
}
