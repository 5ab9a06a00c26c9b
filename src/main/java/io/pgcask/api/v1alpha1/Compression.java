package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;

/** How pg_dump compresses, on the runner's side. */
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "self.method != 'none' || !has(self.level)",
    message = "compression method none takes no level")
@ValidationRule(
    value = "!has(self.level) || self.method != 'gzip' || (self.level >= 1 && self.level <= 9)",
    message = "gzip levels are 1 to 9; for no compression use method none")
@ValidationRule(
    value = "!has(self.level) || self.method != 'lz4' || self.level <= 12",
    message = "lz4 levels are 1 to 12")
public record Compression(
    @Required
        @JsonPropertyDescription("zstd, lz4, gzip or none. zstd and lz4 need pg_dump 16 or newer.")
        Method method,
    @Min(1)
        @Max(22)
        @JsonPropertyDescription(
            "The method's own level: zstd 1 to 22, lz4 1 to 12, gzip 1 to 9. Default: 1 for zstd and gzip; the method's"
                + " own default for lz4.")
        Integer level) {

  /** The compression methods of pg_dump. */
  public enum Method {
    @JsonProperty("zstd")
    ZSTD,
    @JsonProperty("lz4")
    LZ4,
    @JsonProperty("gzip")
    GZIP,
    @JsonProperty("none")
    NONE
  }
}
