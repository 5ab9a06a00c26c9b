package io.pgcask.runner.stored;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class BeginningTest {

  private static Beginning of(String text) {
    return Beginning.of(text.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource({
    "1f8b0800,GZIP",
    "28b52ffd04,ZSTD",
    "04224d1864,LZ4",
    "425a6839,BZIP2",
    "fd377a585a0000,XZ",
    "504b030414,ZIP",
    "377abcaf271c,SEVEN_ZIP",
    "fffe2d00,UTF_16",
    "7f454c46,OTHER",
    "00,OTHER",
    "'',NOTHING",
  })
  void knowsFilesByTheirFirstBytes(String hex, Beginning expected) {
    assertThat(Beginning.of(HexFormat.of().parseHex(hex))).isEqualTo(expected);
  }

  @Test
  void knowsWhatPgDumpWrites() {
    assertThat(of("PGDMP\u0001")).isEqualTo(Beginning.CUSTOM);
    assertThat(of("toc.dat\0\0\0")).isEqualTo(Beginning.TAR);
    assertThat(of("--\n-- PostgreSQL database dump\n--\n\n")).isEqualTo(Beginning.PLAIN);
  }

  @Test
  void tellsItFromWhatItResembles() {
    assertThat(of("--\n-- PostgreSQL database cluster dump\n--\n"))
        .isEqualTo(Beginning.ALL_DATABASES);
    assertThat(of("--\r\n-- PostgreSQL database dump\r\n--\r\n")).isEqualTo(Beginning.WINDOWS_TEXT);
    assertThat(of("-- MySQL dump 10.13\n--\n")).isEqualTo(Beginning.OTHER_TEXT);
    assertThat(of("CREATE TABLE t ();\n")).isEqualTo(Beginning.OTHER_TEXT);
    assertThat(of("age-encryption.org/v1\n-> X25519")).isEqualTo(Beginning.AGE);
    assertThat(of("age-encryption.org/v2\n")).isEqualTo(Beginning.OTHER_AGE);
    assertThat(of("-----BEGIN AGE ENCRYPTED FILE-----\n")).isEqualTo(Beginning.ARMORED_AGE);
    var tar = Arrays.copyOf("dump/toc.dat".getBytes(StandardCharsets.US_ASCII), 512);
    System.arraycopy("ustar".getBytes(StandardCharsets.US_ASCII), 0, tar, 257, 5);
    assertThat(Beginning.of(tar)).isEqualTo(Beginning.OTHER_TAR);
  }

  @ParameterizedTest
  @EnumSource
  void everyOneIsALayerOrADumpOrSaysWhyNot(Beginning beginning) {
    boolean dump =
        beginning == Beginning.CUSTOM || beginning == Beginning.TAR || beginning == Beginning.PLAIN;

    assertThat(beginning.refusal().isEmpty()).isEqualTo(dump || beginning.wraps());
  }
}
