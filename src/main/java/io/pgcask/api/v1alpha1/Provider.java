package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Who runs a server, as far as that changes what may be dumped and restored. */
public enum Provider {
  /** Nobody of whom anything is known in advance. */
  @JsonProperty("Generic")
  GENERIC("Generic"),
  /** Amazon RDS and Aurora. */
  @JsonProperty("RDS")
  RDS("RDS"),
  /** Google Cloud SQL and AlloyDB. */
  @JsonProperty("CloudSQL")
  CLOUD_SQL("CloudSQL"),
  /** Azure Database for PostgreSQL. */
  @JsonProperty("Azure")
  AZURE("Azure");

  private final String word;

  Provider(String word) {
    this.word = word;
  }

  /** As the API writes it. */
  public String word() {
    return word;
  }
}
