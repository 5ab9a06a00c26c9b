package io.pgcask.runner.stored;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainHeadTest {
  private static final String HEAD =
      """
      --
      -- PostgreSQL database dump
      --

      \\restrict Xy1

      -- Dumped from database version 14.20 (Debian 14.20-1)
      -- Dumped by pg_dump version 17.7

      SET statement_timeout = 0;
      SET client_encoding = 'LATIN1';
      """;

  private static PlainHead read(String text) throws IOException {
    return PlainHead.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)));
  }

  @Test
  void readsWhatTheDumpSaysOfItself() throws Exception {
    assertThat(read(HEAD))
        .isEqualTo(
            new PlainHead("14.20 (Debian 14.20-1)", "17.7", "LATIN1", Optional.of("Xy1"), false));
  }

  @Test
  void knowsNothingWhereNothingIsSaid() throws Exception {
    assertThat(read("--\n-- PostgreSQL database dump\n--\n"))
        .isEqualTo(new PlainHead("", "", "", Optional.empty(), false));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DROP DATABASE shop;\n",
        "-- Name: shop; Type: DATABASE; Schema: -; Owner: shop\n\nCREATE DATABASE shop WITH x;\n",
        "-- Name: DATABASE shop; Type: DATABASE PROPERTIES; Schema: -; Owner: s\n\\connect shop\n",
      })
  void seesThatItIsAboutDatabases(String statement) throws Exception {
    assertThat(read(HEAD + statement).aboutDatabases()).isTrue();
  }

  @Test
  void doesNotLookIntoTheEntries() throws Exception {
    var entry = "-- Name: f; Type: FUNCTION; Schema: public; Owner: shop\n";

    assertThat(read(HEAD + entry + "\nCREATE DATABASE in a body\n").aboutDatabases()).isFalse();
  }
}
