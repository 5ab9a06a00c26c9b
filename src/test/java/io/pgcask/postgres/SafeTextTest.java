package io.pgcask.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafeTextTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          COPY failed for table "orders": ERROR:  invalid input syntax for type integer: "4711" | COPY failed for table "orders": ERROR:  invalid input syntax for type integer: "***"
          duplicate key value violates unique constraint "orders_pkey"                          | duplicate key value violates unique constraint "orders_pkey"
          role "a ""b"" c" does not exist                                                       | role "a ""b"" c" does not exist
          value 'geheim' is wrong                                                               | value "***" is wrong
          it can't be done for the owner's sake                                                 | it can't be done for the owner's sake
          Spalte »geheim« and „geheim“ and “geheim” and «geheim» and ‘geheim’ and 「geheim」    | Spalte "***" and "***" and "***" and "***" and "***" and "***"
          cut in the middle: "geheim                                                            | cut in the middle: "***"
          cut in the middle: 'geheim                                                            | cut in the middle: "***"
          Relation "x" and "geheim"                                                             | Relation "x" and "***"
          """)
  void masksValuesAndKeepsNames(String line, String shown) {
    assertThat(SafeText.mask(line)).isEqualTo(shown);
  }

  @Test
  void keepsDollarsAndBackslashesOfNames() {
    assertThat(SafeText.mask("table \"a$1\\\" x")).isEqualTo("table \"a$1\\\" x");
  }

  @Test
  void takesTheFirstLine() {
    assertThat(SafeText.firstLine("\n  first \nDETAIL: second")).isEqualTo("first");
    assertThat(SafeText.firstLine("")).isEmpty();
  }

  @Test
  void cutsOnACharactersBoundary() {
    for (int max = 3; max < 40; max++) {
      var cut = SafeText.shorten("aé€😀aé€😀aé€😀", max);
      assertThat(cut.getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(max);
      assertThat(cut).doesNotContain("\ufffd");
    }
    assertThat(SafeText.shorten("äöü", 6)).isEqualTo("äöü");
    assertThat(SafeText.shorten("äöü", 5)).isEqualTo("ä...");
  }
}
