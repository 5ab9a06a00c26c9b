package io.pgcask.postgres.lexer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.pgcask.postgres.Sql;
import io.pgcask.postgres.lexer.SqlToken.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Assertions;

/** What holds of any text, whoever wrote it. */
class SqlLexerPropertyTest {
  private static List<SqlToken> all(String sql, boolean backslashes) {
    var tokens = new ArrayList<SqlToken>();
    new SqlLexer(sql, backslashes).forEachRemaining(tokens::add);
    return tokens;
  }

  /** Total: it never throws, and what it gives is the text. */
  @Property(tries = 5000)
  void oneBehindTheOtherTheTokensAreTheText(
      @ForAll("texts") String sql, @ForAll boolean backslashes) {
    int at = 0;
    for (var token : all(sql, backslashes)) {
      assertThat(token.start()).isEqualTo(at);
      assertThat(token.end()).isGreaterThan(at);
      at = token.end();
    }
    assertThat(at).isEqualTo(sql.length());
  }

  @Property(tries = 5000)
  void whatATokenStandsForCanAlwaysBeAsked(
      @ForAll("texts") String sql, @ForAll boolean backslashes) {
    for (var token : all(sql, backslashes)) {
      assertThat(token.text()).isNotEmpty();
      assertThat(token.string()).isNotNull();
      assertThat(token.toString()).doesNotContain("\n");
      if (token.isName()) {
        assertThat(token.name()).isNotNull();
      }
    }
  }

  /** Lazy: what comes later does not change what was, but for what it closes or goes on with. */
  @Property(tries = 3000)
  void nothingThatEndsALineChangesWhatWasBefore(
      @ForAll("texts") String before, @ForAll("texts") String after) {
    var head = all(before, false);
    if (!head.isEmpty() && head.getLast().kind() == Kind.UNCLOSED) {
      return;
    }
    var whole = all(before + "\n;" + after, false);

    assertThat(whole.stream().filter(token -> token.end() <= before.length() && !token.isBlank()))
        .extracting(SqlToken::kind, SqlToken::start, SqlToken::end)
        .containsExactlyElementsOf(
            head.stream()
                .filter(token -> !token.isBlank())
                .map(token -> tuple(token.kind(), token.start(), token.end()))
                .toList());
  }

  /** Only the last token may be one that nothing closes. */
  @Property(tries = 3000)
  void whatNothingClosesGoesToTheEnd(@ForAll("texts") String sql, @ForAll boolean backslashes) {
    for (var token : all(sql, backslashes)) {
      assertThat(token.kind() != Kind.UNCLOSED || token.end() == sql.length()).isTrue();
    }
  }

  @Property(tries = 3000)
  void aLiteralIsReadAsItWasWritten(@ForAll("texts") String text) {
    var tokens = SqlLexer.tokens("(" + Sql.literal(text) + ";", false);

    assertThat(tokens).hasSize(3);
    assertThat(tokens.get(1).string()).contains(text);
  }

  @Property(tries = 3000)
  void aLiteralWithEscapesIsReadAsItWasWritten(@ForAll("texts") String text) {
    var written = Sql.literal(text.replace("\\", "\\\\"));

    assertThat(SqlLexer.tokens("E" + written + ";", false).getFirst().string()).contains(text);
    assertThat(SqlLexer.tokens(written + ";", true).getFirst().string()).contains(text);
  }

  @Property(tries = 3000)
  void aNameIsReadAsItWasWritten(@ForAll("texts") String text) {
    var tokens = SqlLexer.tokens("(" + Sql.identifier(text) + ";", false);

    assertThat(tokens).hasSize(3);
    assertThat(tokens.get(1).name()).isEqualTo(text);
  }

  @Property(tries = 3000)
  void aCommentHasNoMeaning(@ForAll("texts") String text) {
    var inLine = text.replaceAll("[\r\n]", " ");

    assertThat(SqlLexer.tokens("a --" + inLine + "\rb", false)).hasSize(2);
    assertThat(SqlLexer.tokens("a --" + inLine + "\nb", false)).hasSize(2);
  }

  /** Bounded: a text of a megabyte of what is looked at twice takes no longer than it should. */
  @Example
  void noTextIsLookedAtAgainAndAgain() {
    for (var piece :
        List.of(
            "U&\"a\" ",
            "'a' -- b\n",
            "$a",
            "$a$",
            "/*",
            "1_",
            "E'\\",
            "\"\"",
            "''",
            "..",
            "--\r",
            "U&'a'--\n",
            "u&\"a\"uescape",
            "*/",
            "$1$")) {
      var sql = piece.repeat((1 << 20) / piece.length());
      Assertions.assertTimeout(Duration.ofSeconds(5), () -> all(sql, false), piece);
    }
  }

  /** Often what is hard to take apart, and any characters. */
  @Provide
  Arbitrary<String> texts() {
    var pieces =
        Arbitraries.of(
            "'", "''", "\"", "$", "$$", "$a$", "\\", "\\'", "E'", "e'", "B'", "X'", "N'", "U&'",
            "U&\"", "UESCAPE", "'!'", "--", "/*", "*/", "\n", "\r", " ", "\t", "\u2003", "\u017f",
            "é", "a", "TO", "1", "0x", "1.", "..", "e", "_", ";", "(", ",", "\0", "\ud83d",
            "\\0061", "!0061");
    return Arbitraries.oneOf(
        pieces.list().ofMaxSize(16).map(list -> String.join("", list)),
        Arbitraries.strings().ofMaxLength(40),
        Arbitraries.strings().withChars("'\"\\$-/*\n\rEU&a1 .").ofMaxLength(24));
  }
}
