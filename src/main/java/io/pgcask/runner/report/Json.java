package io.pgcask.runner.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The JSON of the contract: times as ISO 8601 text. */
public final class Json {
  private final ObjectMapper mapper =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          // else a character beyond the BMP takes twelve bytes, and bounds would not hold
          .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
          .build();

  /** On one line. */
  public byte[] line(Object value) {
    return bytes(mapper.writer(), value);
  }

  /** For people, with a newline at the end. */
  public byte[] pretty(Object value) {
    var text =
        new String(bytes(mapper.writerWithDefaultPrettyPrinter(), value), StandardCharsets.UTF_8);
    return (text + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads a value.
   *
   * @throws IOException if it is not such JSON
   */
  public <T> T read(byte[] bytes, Class<T> type) throws IOException {
    return mapper.readValue(bytes, type);
  }

  private static byte[] bytes(ObjectWriter writer, Object value) {
    try {
      return writer.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("records of the contract can be written", e);
    }
  }
}
