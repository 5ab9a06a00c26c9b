package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Whether large objects are dumped. */
public enum LargeObjects {
  /** As pg_dump decides: yes, unless something was selected by include. */
  @JsonProperty("Auto")
  AUTO,
  /** In any case. */
  @JsonProperty("Include")
  INCLUDE,
  /** In no case. */
  @JsonProperty("Exclude")
  EXCLUDE
}
