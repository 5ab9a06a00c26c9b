package io.pgcask.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathNamesTest {
  @ParameterizedTest
  @CsvSource({
    "shop,shop",
    "Shop_1.x-y,Shop_1.x-y",
    "a/b,a%2Fb",
    "..,%2E%2E",
    ".,%2E",
    "...,...",
    "a b,a%20b",
    "100%,100%25",
    "ä,%C3%A4",
    "😀,%F0%9F%98%80"
  })
  void encodesWhatIsNotPlain(String name, String part) {
    assertThat(PathNames.encode(name)).isEqualTo(part);
  }

  @Test
  void encodesEveryAsciiPunctuationCharacter() {
    for (char c = 1; c < 0x80; c++) {
      assertThat(PathNames.encode("x" + c)).matches("x([A-Za-z0-9._-]|%[0-9A-F]{2})");
    }
  }

  @Test
  void cutsLongNamesAndKeepsThemApart() {
    var a = PathNames.encode("a".repeat(120));
    var b = PathNames.encode("a".repeat(121));
    var c = PathNames.encode("a".repeat(122));

    assertThat(a).hasSize(120).doesNotContain("-");
    assertThat(b).hasSize(129).matches("a{120}-[0-9a-f]{8}").isNotEqualTo(c);
  }

  @Test
  void neverCutsWithinAnEncodedByte() {
    for (int i = 0; i < 6; i++) {
      var part = PathNames.encode("a".repeat(i) + "ä".repeat(60));
      assertThat(part).matches("a*(%[0-9A-F]{2})+-[0-9a-f]{8}");
      assertThat(part.length()).isLessThanOrEqualTo(129);
    }
  }

  @Test
  void refusesNothing() {
    assertThatThrownBy(() -> PathNames.encode("")).isInstanceOf(IllegalArgumentException.class);
  }
}
