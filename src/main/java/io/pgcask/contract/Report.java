package io.pgcask.contract;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.pgcask.api.v1alpha1.Bottleneck;
import io.pgcask.api.v1alpha1.PlanRow;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * One line of JSON on the runner's stdout, at most {@link #MAX_BYTES} long; the operator reads the
 * newest lines through {@code pods/log}. Lines that are not such JSON are for people.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "report")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Report.Progressed.class, name = "progress"),
  @JsonSubTypes.Type(value = Report.Planned.class, name = "plan"),
  @JsonSubTypes.Type(value = Report.Verifying.class, name = "verifying"),
  @JsonSubTypes.Type(value = Report.Warned.class, name = "warning"),
  @JsonSubTypes.Type(value = Report.Erred.class, name = "error"),
  @JsonSubTypes.Type(value = Report.Logged.class, name = "log")
})
public sealed interface Report {
  /** Bound of a line, in bytes. */
  int MAX_BYTES = 2048;

  /**
   * The tool moves: at least every 5 seconds while it runs. Restore: the plan has passed.
   *
   * @param estimatedBytes what bytesRead may come to; null: no idea
   * @param percent 0 to 99, never less than before; null without an estimate
   * @param bytesPerSecond mean since the start
   * @param currentObject schema.table or an entry of the archive, at most 256 bytes; null: not
   *     known
   * @param bottleneck null: nothing stands out
   * @param entriesDone how many entries of the archive are restored; null: not known
   * @param entries how many there are to restore; null: not known
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @RecordBuilder
  record Progressed(
      long bytesRead,
      long bytesStored,
      Long estimatedBytes,
      Integer percent,
      long bytesPerSecond,
      String currentObject,
      Bottleneck bottleneck,
      Integer entriesDone,
      Integer entries)
      implements Report {

    /** How much has moved, and nothing else. */
    public Progressed(long bytesRead, long bytesStored, long bytesPerSecond) {
      this(bytesRead, bytesStored, null, null, bytesPerSecond, null, null, null, null);
    }
  }

  /** One check of a Restore's plan; all of them come before the first write. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Planned(PlanRow row) implements Report {}

  /** The backup is written; from here on it is being verified. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Verifying() implements Report {}

  /** A warning of the tool or of the runner; the first 20 are reported. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Warned(String message) implements Report {}

  /** An error of the tool that did not stop it; the first 20 are reported. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Erred(String message) implements Report {}

  /** A line of the tool's log, quoted values masked. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Logged(String line) implements Report {}
}
