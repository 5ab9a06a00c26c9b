package io.pgcask.postgres.lexer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgcask.postgres.lexer.SqlToken.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SqlLexerTest {
  /** A line of tokens.jsonl; no tokens: nothing closes something in it. */
  record Sample(String sql, List<List<String>> tokens) {}

  static Stream<Sample> samples() throws IOException {
    return Samples.read("/lexer/tokens.jsonl", Sample.class);
  }

  /** All but signs and blanks, as the file has them. */
  private static List<List<String>> kindsAndTexts(String sql) {
    var tokens = new ArrayList<List<String>>();
    for (var lexer = new SqlLexer(sql, false); lexer.hasNext(); ) {
      var token = lexer.next();
      if (token.kind() != Kind.SIGN && token.kind() != Kind.BLANK) {
        tokens.add(List.of(token.kind().name(), token.text()));
      }
    }
    return tokens;
  }

  private static List<String> texts(String sql) {
    return SqlLexer.tokens(sql, false).stream().map(SqlToken::text).toList();
  }

  private static SqlToken only(String sql) {
    return SqlLexer.tokens(sql, false).getFirst();
  }

  /** The file is written by oracle.py beside it, from PostgreSQL 18's own scanner. */
  @ParameterizedTest(name = "{index}")
  @MethodSource("samples")
  void readsAsPostgresqlDoes(Sample sample) {
    if (sample.tokens() == null) {
      assertThat(SqlLexer.tokens(sample.sql(), false))
          .extracting(SqlToken::kind)
          .contains(Kind.UNCLOSED);
    } else {
      assertThat(kindsAndTexts(sample.sql())).isEqualTo(sample.tokens());
    }
  }

  @Test
  void aCommentEndsAtACarriageReturn() {
    assertThat(texts("a -- b\rc -- d\ne")).containsExactly("a", "c", "e");
  }

  @Test
  void commentsNestAndBeginWithinOperators() {
    assertThat(texts("a /* ' /* \" */ ; */ b +/* c */- d*/*e*/f --g"))
        .containsExactly("a", "b", "+", "-", "d", "*", "f");
  }

  @Test
  void whatIsAboveAsciiIsALetter() {
    assertThat(texts("TO\u2003a b\u00a0c \u0661x"))
        .containsExactly("TO\u2003a", "b\u00a0c", "\u0661x");
    assertThat(only("\u017fET").is("SET")).isFalse();
    assertThat(only("\u212aEY").is("KEY")).isFalse();
    assertThat(only("\u212aÄBc").name()).isEqualTo("\u212aÄbc");
  }

  @Test
  void aTextGoesOnBehindAnEndOfLineWithTheEscapesOfItsBeginning() {
    assertThat(texts("E'a'\n  '\\' b' c")).containsExactly("E'a'\n  '\\' b'", "c");
    assertThat(texts("'a' -- '\n\t'b' c")).containsExactly("'a' -- '\n\t'b'", "c");
    assertThat(texts("'a' 'b'")).containsExactly("'a'", "'b'");
    assertThat(texts("'a'\n/* */'b'")).containsExactly("'a'", "'b'");
    assertThat(only("'a''' -- '\r\n'b'").string()).contains("a'b");
  }

  @Test
  void backslashesEscapeWhereTheSettingSaysSo() {
    assertThat(SqlLexer.tokens("'a\\' b' c", true)).hasSize(2);
    assertThat(SqlLexer.tokens("'a\\' b c", false)).hasSize(3);
    assertThat(SqlLexer.tokens("N'a\\' b' c", true)).hasSize(3);
    assertThat(SqlLexer.tokens("B'1''\\' b' c", true)).hasSize(3);
    assertThat(SqlLexer.tokens("$$\\$$ \"a\\\" b", true)).hasSize(3);
  }

  @Test
  void aDollarBeginsATextUnlessItIsOfAWord() {
    assertThat(texts("a$b$c $b$ ' $c$ $b$ d")).containsExactly("a$b$c", "$b$ ' $c$ $b$", "d");
    assertThat(texts("1$a$ ' $a$ $1$$'$$")).containsExactly("1", "$a$ ' $a$", "$1", "$$'$$");
    assertThat(only("$a$x$b$y$a$").string()).contains("x$b$y");
  }

  @Test
  void aNumberEndsWhereItsDigitsDo() {
    assertThat(texts("4711TO 1E'\\'' 1..2 1.5e-3 0x1F 1_000 .5 1.x 1e 0xg"))
        .containsExactly(
            "4711", "TO", "1", "E'\\''", "1", "..", "2", "1.5e-3", "0x1F", "1_000", ".5", "1.", "x",
            "1", "e", "0", "xg");
  }

  /** Which servers up to 14 take, and later ones refuse. */
  @Test
  void aNumberThatALetterFollowsHasNeitherUnderscoresNorAnotherBase() {
    assertThat(texts("0b1$a$ ' $a$ '")).containsExactly("0", "b1$a$", "' $a$ '");
    assertThat(texts("1_0$a$ 0x1$a$ 1.5_0$a$ 1e5_0$a$"))
        .containsExactly("1", "_0$a$", "0", "x1$a$", "1.5", "_0$a$", "1e5", "_0$a$");
    assertThat(texts("0b12 0x1TO 1_0TO")).containsExactly("0", "b12", "0", "x1TO", "1", "_0TO");
  }

  @Test
  void namesAreTakenOutOfTheirQuotes() {
    assertThat(only("ABC").name()).isEqualTo("abc");
    assertThat(only("\"A\"\"b\"").name()).isEqualTo("A\"b");
    assertThat(only("U&\"\\0064\\+000061t\\\\\"").name()).isEqualTo("dat\\");
    assertThat(only("u&\"!0064\"\"!!\" /* */ UESCAPE -- a\n '!' b").name()).isEqualTo("d\"!");
    assertThat(only("U&\"\\d83d\\de00\"").name()).isEqualTo("😀");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"U&\"\\00\"", "U&\"\\\"", "U&\"\\zzzz\"", "U&\"\\+110000\"", "U&\"\\0000\""})
  void aNameThatPostgresqlRefusesIsAsItStandsThere(String sql) {
    assertThat(only(sql).kind()).isEqualTo(Kind.UNICODE_NAME);
    assertThat(only(sql).name()).isEqualTo(sql);
  }

  @Test
  void textsAreTakenOutOfTheirQuotes() {
    assertThat(only("'it''s \\'").string()).contains("it's \\");
    assertThat(only("e'\\\\''\\\\'").string()).contains("\\'\\");
    assertThat(only("E'\\n'").string()).as("pg_dump writes none such").isEmpty();
    assertThat(only("B'1'").string()).isEmpty();
    assertThat(only("a").string()).isEmpty();
  }

  @Test
  void aTokenKeepsItsTextToItself() {
    assertThat(only("'secret'")).hasToString("STRING from 0 to 8");
    assertThatThrownBy(() -> only("'secret'").name()).hasMessageNotContaining("secret");
  }

  @Test
  void whatIsPsqlsCanBeTakenBetween() {
    var lexer = new SqlLexer("\\restrict it's\na", false);

    assertThat(lexer.next().is("\\")).isTrue();
    assertThat(lexer.restOfLine()).isEqualTo("restrict it's");
    assertThat(lexer.next().isBlank()).isTrue();
    assertThat(lexer.next().text()).isEqualTo("a");
    assertThat(lexer.restOfLine()).isEmpty();
    assertThatThrownBy(lexer::next).isInstanceOf(NoSuchElementException.class);
  }
}
