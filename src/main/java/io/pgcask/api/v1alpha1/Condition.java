package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.time.Instant;

/** A condition as the Kubernetes API conventions define it. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Condition(
    @Required
        @Size(max = 316)
        @Pattern("^[A-Z][A-Za-z]*$")
        @JsonPropertyDescription("Which aspect of the resource this condition is about.")
        String type,
    @Required @Pattern("^(True|False|Unknown)$") @JsonPropertyDescription("True, False or Unknown.")
        String status,
    @Required
        @Size(min = 1, max = 256)
        @Pattern("^[A-Z][A-Za-z0-9]*$")
        @JsonPropertyDescription(
            "The machine-readable reason; the documentation lists all of them.")
        String reason,
    @Required
        @Size(max = 2048)
        @JsonPropertyDescription("A sentence for people: what is the case and, if bad, what to do.")
        String message,
    @JsonPropertyDescription("The metadata.generation that this condition was computed from.")
        Long observedGeneration,
    @Required @JsonPropertyDescription("When status last changed from one value to another.")
        Instant lastTransitionTime) {

  /** Ready: the resource is what its spec asks for (kstatus: Current). */
  public static final String READY = "Ready";

  /** Reconciling: the operator still works on it (kstatus: InProgress). */
  public static final String RECONCILING = "Reconciling";

  /** Stalled: it will not make progress without a change by a person (kstatus: Failed). */
  public static final String STALLED = "Stalled";

  /** Complete: a Backup or Restore ended well. */
  public static final String COMPLETE = "Complete";

  /** Failed: a Backup or Restore ended badly. */
  public static final String FAILED = "Failed";

  /** DatabaseExists: the database that a PostgresConnection names exists on its server. */
  public static final String DATABASE_EXISTS = "DatabaseExists";

  /** DumpReady: nothing that the probe can see would make a dump of the whole database fail. */
  public static final String DUMP_READY = "DumpReady";

  /** Watching: changes of a PostgresConnection's database are followed as its spec asks. */
  public static final String WATCHING = "Watching";

  /** Type of the condition of a Backup that was read again and is as it was written. */
  public static final String VERIFIED = "Verified";

  /** Healthy: the newest good Backup of a BackupSchedule is young enough. */
  public static final String HEALTHY = "Healthy";

  /** StorageReady: what a BackupSchedule writes to could be written, read and deleted. */
  public static final String STORAGE_READY = "StorageReady";

  /** SizeAnomaly: the newest Backup of a BackupSchedule is far smaller than those before it. */
  public static final String SIZE_ANOMALY = "SizeAnomaly";

  /** NotificationsReady: every receiver of a BackupSchedule can be told, as far as is known. */
  public static final String NOTIFICATIONS_READY = "NotificationsReady";

  /** Whether the status is True. */
  public boolean holds() {
    return "True".equals(status);
  }
}
