package io.pgcask.runner.restore;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DumpVersionTest {
  @ParameterizedTest
  @CsvSource({
    "17.7 (Debian 17.7-1.pgdg12+1),17.7,170007",
    "18beta1,18beta1,180000",
    "18.1,18.1,180001",
    "9.6.24,9.6.24,90624",
    "'',unknown,0",
    "abc,unknown,0",
    "99999999999,unknown,0",
  })
  void readsWhatServersAndToolsSay(String text, String shown, int number) {
    assertThat(DumpVersion.of(text)).isEqualTo(new DumpVersion(shown, number));
  }
}
