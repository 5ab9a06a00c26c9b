package io.pgcask.postgres.lexer;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.stream.Stream;

/** What PostgreSQL itself makes of texts; the files are written by oracle.py beside them. */
public final class Samples {
  private Samples() {}

  /** The lines of a file, each of which is one in JSON. */
  public static <T> Stream<T> read(String file, Class<T> type) throws IOException {
    try (var content = Samples.class.getResourceAsStream(file)) {
      var json = new ObjectMapper();
      var samples = new ArrayList<T>();
      for (var line : new String(content.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
        samples.add(json.readValue(line, type));
      }
      return samples.stream();
    }
  }
}
