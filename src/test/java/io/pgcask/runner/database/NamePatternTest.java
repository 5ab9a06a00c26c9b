package io.pgcask.runner.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamePatternTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      quoteCharacter = '\'',
      value = {
        "orders s orders true",
        "orders s orders2 false",
        "Orders s orders true",
        "\"Orders\" s orders false",
        "\"Orders\" s Orders true",
        "order* s orders true",
        "*s s orders true",
        "order? s orders true",
        "order?? s orders false",
        "s.orders s orders true",
        "s.orders t orders false",
        "s*.* sales orders true",
        "db.s.orders s orders false",
        "\"a.b\".\"c\"\"d\" a.b c\"d true",
        "a$b s a$b true",
        "(a|b)c s bc true",
        "(a|b)c s ac true",
        "(a|b)c s cc false",
        "a|b s b true",
        "[a-c]x s bx true",
        "[^a-c]x s bx false",
        "[]a]x s []a]x true",
        "[[:digit:]]+ s 123 true",
        "[[:digit:]]+ s 12x false",
        "\\d{2,3} s 12 true",
        "\\d{2,3} s 1234 false",
        "\\d{2} s 12 true",
        "\\d{2,} s 12345 true",
        "t_\\w+ s t_ab true",
        "a{,2} s a{,2} true",
        "int[] s int[] true",
        "ä? s äö true",
        "ÄÖ s äö false",
        "😀? s 😀😀 true",
        "a)(b s ab true",
        "a| s '' true",
        "] s ] true",
        "^a s a true",
      })
  void fitsWhatPsqlWouldShow(String pattern, String schema, String name, boolean fits)
      throws Exception {
    assertThat(NamePattern.of(pattern).matches(schema, name)).isEqualTo(fits);
  }

  @Test
  void aPatternForSchemasHasOnePart() throws Exception {
    assertThat(NamePattern.of("s*").matches("sales")).isTrue();
    assertThat(NamePattern.of("s.s*").matches("sales")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(a",
        "a)",
        "[a",
        "a+{2}",
        "+a",
        "a{2}+",
        "a{2",
        "{2}",
        "a{300}",
        "a{3,2}",
        "a\\1",
        "[b-a]",
        "[[:letters:]]",
        "[[.a.]]",
        "^+",
        "a\\",
        "\\yx"
      })
  void refusesWhatTheServerRefusesOrWhatIsNotUnderstood(String pattern) {
    assertThatThrownBy(() -> NamePattern.of(pattern)).isInstanceOf(InvalidPatternException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(((((((((a+)+)+)+)+)+)+)+)+)+b",
        "((((a{200}){200}){200}){200}){200}",
        "((((a|aa)+|a+)+|(a|)+)+)+b",
        "*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*b"
      })
  void isQuickWhateverThePattern(String pattern) throws Exception {
    var compiled = NamePattern.of(pattern);

    assertTimeoutPreemptively(
        Duration.ofSeconds(5), () -> assertThat(compiled.matches("s", "a".repeat(63))).isFalse());
  }
}
