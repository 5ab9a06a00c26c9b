package io.pgcask.runner.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.BackupSpec;
import io.pgcask.api.v1alpha1.BackupSpecBuilder;
import io.pgcask.api.v1alpha1.Compression;
import io.pgcask.api.v1alpha1.Compression.Method;
import io.pgcask.api.v1alpha1.DumpContent;
import io.pgcask.api.v1alpha1.DumpExcludeBuilder;
import io.pgcask.api.v1alpha1.DumpFormat;
import io.pgcask.api.v1alpha1.DumpIncludeBuilder;
import io.pgcask.api.v1alpha1.DumpOptionsBuilder;
import io.pgcask.api.v1alpha1.DumpSection;
import io.pgcask.api.v1alpha1.LargeObjects;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DumpCommandTest {
  private static final Compression NONE = new Compression(Method.NONE, null);

  @ParameterizedTest
  @CsvSource({
    "ZSTD,1,17,zstd:1",
    "ZSTD,22,16,zstd:22",
    "LZ4,,17,lz4",
    "LZ4,9,17,lz4:9",
    "GZIP,,17,gzip:1",
    "GZIP,6,17,gzip:6",
    "NONE,,17,none",
    "GZIP,,15,1",
    "GZIP,9,15,9",
    "NONE,,15,0"
  })
  void speaksTheLanguageOfTheClient(Method method, Integer level, int major, String argument) {
    var arguments =
        DumpCommand.arguments(
            BackupSpecBuilder.builder().build(),
            new Compression(method, level),
            major,
            "s",
            "host='h'");

    assertThat(arguments).contains("--compress=" + argument);
  }

  @Test
  void asksForTheSnapshotAndNeverForAPassword() {
    assertThat(arguments(BackupSpecBuilder.builder().format(DumpFormat.PLAIN).build()))
        .containsExactly(
            "--format=plain",
            "--lock-wait-timeout=60s",
            "--compress=none",
            "--snapshot=0-1",
            "--no-password",
            "--verbose",
            "--dbname=host='h'");
  }

  @Test
  void compressesNoTar() {
    assertThat(arguments(BackupSpecBuilder.builder().format(DumpFormat.TAR).build()))
        .contains("--format=tar")
        .noneMatch(argument -> argument.startsWith("--compress"));
  }

  @Test
  void patternsAreStrictUnlessAskedOtherwise() {
    var include = DumpIncludeBuilder.builder().schemas(List.of("sales", "\"Odd*\"")).build();

    assertThat(arguments(BackupSpecBuilder.builder().include(include).build()))
        .contains("--schema=sales", "--schema=\"Odd*\"", "--strict-names");
    assertThat(
            arguments(
                BackupSpecBuilder.builder()
                    .include(include)
                    .options(DumpOptionsBuilder.builder().strictNames(false).build())
                    .build()))
        .contains("--schema=sales")
        .doesNotContain("--strict-names");
  }

  @Test
  void childrenComeWithTheirTables() {
    var spec =
        BackupSpecBuilder.builder()
            .include(DumpIncludeBuilder.builder().tables(List.of("a.t")).build())
            .exclude(
                DumpExcludeBuilder.builder().tables(List.of("a.u")).tableData(List.of("v")).build())
            .build();

    assertThat(arguments(spec))
        .contains("--table=a.t", "--exclude-table=a.u", "--exclude-table-data=v");
    assertThat(arguments(BackupSpecBuilder.builder(spec).includeChildren(true).build()))
        .contains(
            "--table-and-children=a.t",
            "--exclude-table-and-children=a.u",
            "--exclude-table-data-and-children=v")
        .noneMatch(argument -> argument.startsWith("--table="));
  }

  @Test
  void everyFieldHasItsArgument() {
    var options =
        DumpOptionsBuilder.builder()
            .noPrivileges(true)
            .noComments(false)
            .rowsPerInsert(100)
            .encoding("LATIN1")
            .role("we\"ird")
            .lockWaitTimeoutSeconds(5)
            .extraFloatDigits(-3)
            .build();
    var spec =
        BackupSpecBuilder.builder()
            .largeObjects(LargeObjects.EXCLUDE)
            .sections(List.of(DumpSection.PRE_DATA, DumpSection.POST_DATA))
            .foreignData(List.of("remote"))
            .options(options)
            .build();

    assertThat(arguments(spec))
        .contains(
            "-B",
            "--section=pre-data",
            "--section=post-data",
            "--include-foreign-data=remote",
            "--no-privileges",
            "--rows-per-insert=100",
            "--encoding=LATIN1",
            "--role=we\"ird",
            "--lock-wait-timeout=5s",
            "--extra-float-digits=-3")
        .doesNotContain("--no-comments");
    assertThat(arguments(BackupSpecBuilder.builder().content(DumpContent.DATA_ONLY).build()))
        .contains("--data-only");
  }

  private static List<String> arguments(BackupSpec spec) {
    return DumpCommand.arguments(spec, NONE, 17, "0-1", "host='h'");
  }
}
