package io.pgcask.contract;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.RestoreStatus;
import io.pgcask.api.v1alpha1.VerificationLevel;
import io.pgcask.api.v1alpha1.VerificationResult;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * How a Job ended, as the runner says it in the termination message. The JSON is at most {@link
 * #MAX_BYTES} long (Kubernetes keeps 4096): the runner shortens message and partial to fit.
 *
 * @param succeeded true only if everything that was asked for was done
 * @param reason {@link Reason#COMPLETED} and the like, or why it failed
 * @param message a sentence for people; never a secret, quoted values masked
 * @param clean on failure of a backup: whether everything that was written has been removed, but
 *     for what is kept
 * @param sizeBytes bytes of the backup's objects in storage
 * @param databaseSizeBytes size of the databases as the server reports it
 * @param estimatedRows of the tables that were dumped, by the planner's statistics
 * @param changeEvidence what tells later whether the database has changed since just before the
 *     snapshot; absent where that cannot be known, or nobody wants to know. At most 16 short texts
 * @param databases that were dumped, as many as fit
 * @param databaseCount how many were dumped
 * @param sha256 of the dump as stored, hexadecimal
 * @param serverVersion for example 17.6
 * @param toolVersion of pg_dump, pg_restore or psql
 * @param warningCount how many warnings were reported
 * @param errorCount how many errors pg_restore or psql reported
 * @param restored what a restore has brought; absent if it has failed or could not be counted
 * @param partial what was asked for but left out
 * @param snapshotAt when the last of the databases' snapshots was taken, by the server's clock
 * @param startedAt when the backup was begun; of one that was imported
 * @param completedAt when the backup was complete; of one that was imported
 * @param swept what belongs to no Backup; absent for every task but the one that looks for it
 * @param verification of the backup; absent if there was none
 * @param copies of the backup, in the order of the task; absent unless the backup itself is
 *     complete and was to have copies. Then it is kept, whatever becomes of them.
 * @param kept what a restore in mode Replace has put aside; absent unless the names were changed
 * @param temporaryLeft true if a restore in mode Replace could not drop its unfinished database, or
 *     does not know whether there is one; absent otherwise
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@RecordBuilder
public record Result(
    boolean succeeded,
    Reason reason,
    String message,
    Boolean clean,
    Long sizeBytes,
    Long databaseSizeBytes,
    Long estimatedRows,
    Map<String, String> changeEvidence,
    List<String> databases,
    Integer databaseCount,
    String sha256,
    String serverVersion,
    String toolVersion,
    Integer warningCount,
    Integer errorCount,
    RestoreStatus.Restored restored,
    List<String> partial,
    Instant snapshotAt,
    Instant startedAt,
    Instant completedAt,
    Swept swept,
    Verified verification,
    List<Copied> copies,
    Kept kept,
    Boolean temporaryLeft) {

  /**
   * What reading the backup again found.
   *
   * @param message a sentence for people
   * @param rowsChecked rows that were counted after a restore; null for every other level
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Verified(
      VerificationLevel level,
      VerificationResult result,
      String message,
      long durationSeconds,
      Long rowsChecked) {

    /** Of a verification that restores nothing. */
    public Verified(
        VerificationLevel level, VerificationResult result, String message, long durationSeconds) {
      this(level, result, message, durationSeconds, null);
    }
  }

  /**
   * What became of one copy.
   *
   * @param complete whether it is a backup of its own
   * @param sizeBytes of its objects in storage; absent unless complete
   * @param verified what reading it again found; absent unless complete
   * @param message a sentence for people
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Copied(
      boolean complete, Long sizeBytes, VerificationResult verified, String message) {}

  /**
   * A database that got another name.
   *
   * @param name that it has now
   * @param oid what identifies it, whatever its name becomes
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Kept(String name, long oid) {}

  /** Bound of the JSON, in bytes. */
  public static final int MAX_BYTES = 3072;

  /** Exit code of the runner when it wrote a result that succeeded. */
  public static final int EXIT_SUCCEEDED = 0;

  /** Exit code of the runner when it wrote a result that failed. */
  public static final int EXIT_FAILED = 1;
}
