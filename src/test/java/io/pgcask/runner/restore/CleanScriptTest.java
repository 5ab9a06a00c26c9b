package io.pgcask.runner.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CleanScriptTest {
  private static final String HEAD =
      "--\n-- PostgreSQL database dump\n--\n\nSET lock_timeout = 0;\n";
  private static final String DROPS = "DROP TABLE IF EXISTS public.t;\n";
  private static final String ENTRY =
      "-- Name: t; Type: TABLE; Schema: public; Owner: shop\n--\n\nCREATE TABLE public.t (i int);\n";
  private static final String LARGE_OBJECT =
      "BEGIN;\n\nSELECT pg_catalog.lo_open('16394', 131072);\n";

  /** In pieces, so that lines are cut anywhere. */
  private static CleanScript read(String sql) throws IOException {
    InputStream whole = new ByteArrayInputStream(sql.getBytes(StandardCharsets.UTF_8));
    return CleanScript.read(
        new FilterInputStream(whole) {
          @Override
          public int read(byte[] bytes, int offset, int length) throws IOException {
            return super.read(bytes, offset, Math.min(length, 7));
          }
        });
  }

  @Test
  void findsWhatIsDroppedBeforeItIsMade() throws Exception {
    assertThat(read(HEAD + DROPS + ENTRY)).isEqualTo(new CleanScript(true, false));
    assertThat(read(HEAD + ENTRY)).isEqualTo(new CleanScript(false, false));
  }

  @Test
  void doesNotTakeDataForStatements() throws Exception {
    assertThat(read(HEAD + ENTRY + "COPY public.t (v) FROM stdin;\n" + DROPS + "\\.\n").drops())
        .isFalse();
    assertThat(read(HEAD + ENTRY + "x" + LARGE_OBJECT.replace("\nSELECT", " SELECT")).commits())
        .isFalse();
  }

  @Test
  void findsLargeObjects() throws Exception {
    assertThat(read(HEAD + DROPS + ENTRY + "x".repeat(1000) + "\n" + LARGE_OBJECT))
        .isEqualTo(new CleanScript(true, true));
  }

  @Test
  void readsAnEmptyDump() throws Exception {
    assertThat(read("")).isEqualTo(new CleanScript(false, false));
  }
}
