package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The sslmode values of libpq, with the meaning that libpq gives them. */
public enum TlsMode {
  @JsonProperty("disable")
  DISABLE("disable"),
  @JsonProperty("allow")
  ALLOW("allow"),
  @JsonProperty("prefer")
  PREFER("prefer"),
  @JsonProperty("require")
  REQUIRE("require"),
  @JsonProperty("verify-ca")
  VERIFY_CA("verify-ca"),
  @JsonProperty("verify-full")
  VERIFY_FULL("verify-full");

  private final String sslmode;

  TlsMode(String sslmode) {
    this.sslmode = sslmode;
  }

  /** The word that libpq and pgjdbc use. */
  public String sslmode() {
    return sslmode;
  }
}
