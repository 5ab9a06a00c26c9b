package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a running backup waits for most of the time. */
public enum Bottleneck {
  /** The server: it reads, or waits for its disk or for somebody's lock. */
  @JsonProperty("Database")
  DATABASE,
  /** pg_dump's own work, which is above all to compress; the server waits for it. */
  @JsonProperty("Compression")
  COMPRESSION,
  /** Storage, which takes less than pg_dump writes. */
  @JsonProperty("Storage")
  STORAGE
}
