package io.pgcask.runner.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlFilterTest {
  private static final String PREAMBLE =
      """
      --
      -- PostgreSQL database dump
      --

      \\restrict abcDEF123

      -- Dumped from database version 17.6

      SET statement_timeout = 0;
      SET transaction_timeout = 0;
      SET client_encoding = 'UTF8';

      """;

  private static final String ENTRIES =
      """
      --
      -- Name: t; Type: TABLE; Schema: public; Owner: shop
      --

      CREATE TABLE t (x text);
      SET transaction_timeout = 0;
      COPY t (x) FROM stdin;
      \\restrict notours
      \\unrestrict abcDEF123
      SET transaction_timeout = 0;
      \\.

      """;

  private static final String END =
      """
      --
      -- PostgreSQL database dump complete
      --

      \\unrestrict abcDEF123

      """;

  private static String filter(String sql, boolean keepPublicOwner, int chunk) throws IOException {
    var out = new ByteArrayOutputStream();
    var filter = new SqlFilter(out, keepPublicOwner, false);
    var bytes = sql.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < bytes.length; i += chunk) {
      filter.write(bytes, i, Math.min(chunk, bytes.length - i));
    }
    filter.finish();
    return out.toString(StandardCharsets.UTF_8);
  }

  /** Takes our own restriction off and checks it. */
  private static String inside(String filtered) {
    var first = filtered.lines().findFirst().orElseThrow();
    assertThat(first).matches("\\\\restrict [0-9a-f]{48}");
    var last = "\n\\unrestrict " + first.substring("\\restrict ".length()) + "\n";
    assertThat(filtered).endsWith(last);
    return filtered.substring(first.length() + 1, filtered.length() - last.length());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 100, 1_000_000})
  void dropsTheDumpsOwnRestrictionAndTheTimeoutAndNothingElse(int chunk) throws Exception {
    var expected =
        PREAMBLE.replace("\\restrict abcDEF123\n", "").replace("SET transaction_timeout = 0;\n", "")
            + ENTRIES
            + END.substring(0, END.indexOf("\\unrestrict"));

    assertThat(inside(filter(PREAMBLE + ENTRIES + END, false, chunk))).isEqualTo(expected);
  }

  @Test
  void leavesAnEndThatIsNotTheDumpsOwn() throws Exception {
    var other = ENTRIES + "\\unrestrict other\n";

    assertThat(inside(filter(PREAMBLE + other, false, 50))).endsWith(other);
  }

  @Test
  void takesOutOneRestrictionOnly() throws Exception {
    var twice = "\\restrict a\n\\restrict b\n" + ENTRIES;

    assertThat(inside(filter(twice, false, 10))).startsWith("\\restrict b\n");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 100, 1_000_000})
  void commitsOnlyBehindTheEnd(int chunk) throws Exception {
    var out = new ByteArrayOutputStream();
    var filter = new SqlFilter(out, false, true);
    var bytes = (PREAMBLE + ENTRIES + END).getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < bytes.length; i += chunk) {
      filter.write(bytes, i, Math.min(chunk, bytes.length - i));
    }
    assertThat(out.toString(StandardCharsets.UTF_8)).doesNotContain("COMMIT;");
    filter.finish();

    assertThat(inside(out.toString(StandardCharsets.UTF_8)))
        .startsWith("BEGIN;\n")
        .endsWith("\nCOMMIT;\n");
  }

  @Test
  void usesAnotherKeyEachTime() throws Exception {
    assertThat(filter("", false, 1)).isNotEqualTo(filter("", false, 1));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 13, 1_000_000})
  void keepsTheOwnerOfPublicOnRequest(int chunk) throws Exception {
    var schemas =
        """
        -- Name: a; Type: SCHEMA; Schema: -; Owner: shop
        CREATE SCHEMA a;
        ALTER SCHEMA a OWNER TO shop;
        -- Name: SCHEMA a; Type: COMMENT; Schema: -; Owner: shop
        COMMENT ON SCHEMA a IS 'x';
        -- Name: public; Type: SCHEMA; Schema: -; Owner: postgres
        -- *not* creating schema, since initdb creates it
        ALTER SCHEMA public OWNER TO postgres;
        -- Name: t; Type: TABLE; Schema: public; Owner: shop
        ALTER SCHEMA public OWNER TO postgres;
        """;
    var kept = schemas.replaceFirst("(?m)^ALTER SCHEMA public OWNER TO postgres;\n", "");

    assertThat(inside(filter(PREAMBLE + schemas, true, chunk))).endsWith(kept);
    assertThat(inside(filter(PREAMBLE + schemas, false, chunk))).endsWith(schemas);
  }

  @Test
  void passesLinesThatAreLongerThanItsBuffer() throws Exception {
    var sql = "x".repeat(200_000) + "\n\\restrict a\n";

    assertThat(inside(filter(sql, true, 1000))).isEqualTo(sql);
  }

  @Test
  void passesShortAndEmptyInput() throws Exception {
    assertThat(inside(filter("", false, 1))).isEmpty();
    assertThat(inside(filter("a", false, 1))).isEqualTo("a");
  }

  @Test
  void passesEveryByte() throws Exception {
    var bytes = new byte[100_000];
    new Random(1).nextBytes(bytes);
    var out = new ByteArrayOutputStream();
    var filter = new SqlFilter(out, false, false);
    for (byte b : bytes) {
      filter.write(b);
    }
    filter.finish();
    var all = out.toByteArray();
    int start = "\\restrict ".length() + 48 + 1;
    assertThat(Arrays.copyOfRange(all, start, start + bytes.length)).isEqualTo(bytes);
  }
}
