package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Which library sorts and classifies texts, in the words of PostgreSQL. */
public enum LocaleProvider {
  @JsonProperty("libc")
  LIBC("libc"),
  @JsonProperty("icu")
  ICU("icu"),
  @JsonProperty("builtin")
  BUILTIN("builtin");

  private final String word;

  LocaleProvider(String word) {
    this.word = word;
  }

  /** The word of CREATE DATABASE. */
  public String word() {
    return word;
  }
}
