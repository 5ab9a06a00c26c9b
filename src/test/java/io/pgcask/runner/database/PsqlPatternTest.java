package io.pgcask.runner.database;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PsqlPatternTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "orders|^(orders)$",
        "Orders|^(orders)$",
        "\"Orders\"|^(Orders)$",
        "order*|^(order.*)$",
        "o?ders|^(o.ders)$",
        "\"o*d?r.s\"|^(o\\*d\\?r\\.s)$",
        "sales.Order*|^(sales)$ ^(order.*)$",
        "\"a.b\".\"c\"\"d\"|^(a\\.b)$ ^(c\"d)$",
        "a$b|^(a\\$b)$",
        "(a+b)|^((a+b))$",
        "int[]|^(int\\[])$",
        "x.y.z|^(x)$ ^(y)$ ^(z)$",
        "[ab]|^([ab])$",
        "ÄÖ|^(ÄÖ)$",
      })
  void isTheRegularExpressionOfPsql(String pattern, String expected) {
    assertThat(String.join(" ", PsqlPattern.parse(pattern).parts())).isEqualTo(expected);
  }
}
