package io.pgcask.runner.stored;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class CompletenessTest {
  private static final String DUMP =
      "CREATE TABLE t (i int);\n".repeat(100)
          + "--\n-- PostgreSQL database dump complete\n--\n\n\\unrestrict Xy1\n\n";

  private static boolean isWhole(Supplier<Completeness> of, String text) throws IOException {
    var completeness = of.get();
    var bytes = ("before" + text).getBytes(StandardCharsets.UTF_8);
    for (int at = 6; at < bytes.length; at += 7) {
      completeness.accept(bytes, at, Math.min(7, bytes.length - at));
    }
    try {
      completeness.end();
      return true;
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("incomplete");
      return false;
    }
  }

  @Test
  void aPlainDumpEndsWithItsClosingLines() throws Exception {
    Supplier<Completeness> restricted = () -> Completeness.ofPlain(Optional.of("Xy1"));
    assertThat(isWhole(restricted, DUMP)).isTrue();
    for (int length = 0; length < DUMP.length() - 1; length++) {
      assertThat(isWhole(restricted, DUMP.substring(0, length))).as("%d", length).isFalse();
    }

    Supplier<Completeness> older = () -> Completeness.ofPlain(Optional.empty());
    var end = DUMP.indexOf("\\unrestrict");
    assertThat(isWhole(older, DUMP.substring(0, end))).isTrue();
    assertThat(isWhole(older, DUMP.substring(0, DUMP.indexOf(" complete")))).isFalse();
    assertThat(isWhole(() -> Completeness.ofPlain(Optional.of("Z")), DUMP)).isFalse();
  }

  @Test
  void rowsForCopyEndWithItsMark() throws Exception {
    var rows = "1\tone\n2\ttwo \\\\.\n\\.\n\n\n";
    assertThat(isWhole(Completeness::ofCopy, rows)).isTrue();
    assertThat(isWhole(Completeness::ofCopy, "\\.\n\n\n")).isTrue();
    int mark = rows.lastIndexOf("\\.");
    for (int length = 0; length < mark + 2; length++) {
      assertThat(isWhole(Completeness::ofCopy, rows.substring(0, length)))
          .as("%d", length)
          .isFalse();
    }
  }

  @Test
  void rowsAsInsertsEndWithEmptyLines() throws Exception {
    var rows = "INSERT INTO t VALUES (1);\nINSERT INTO t VALUES (2, 'a\n\nb');\n\n\n";
    assertThat(isWhole(Completeness::ofInserts, rows)).isTrue();
    assertThat(isWhole(Completeness::ofInserts, "\n\n")).isTrue();
    for (int length = 0; length < rows.length() - 1; length++) {
      assertThat(isWhole(Completeness::ofInserts, rows.substring(0, length)))
          .as("%d", length)
          .isFalse();
    }
  }
}
