package io.pgcask.operator.connection.readiness;

import io.pgcask.api.v1alpha1.ConnectionFinding.Severity;
import io.pgcask.api.v1alpha1.Reason;
import java.util.List;

/**
 * Something about a database that a dump, or who relies on it, should not be surprised by.
 *
 * @param count objects that it is about, at least 1
 * @param message a sentence for people
 * @param fixes SQL for a superuser in that database, a statement each; empty where SQL mends
 *     nothing
 */
public record DumpFinding(Kind kind, long count, String message, List<String> fixes) {

  /**
   * What it is. Blocking is what makes a Backup of the whole database with default options fail; in
   * the order in which pg_dump would come upon it.
   */
  public enum Kind {
    SCHEMAS(Reason.SCHEMAS_NOT_READABLE, Severity.BLOCKING),
    TABLES(Reason.TABLES_NOT_READABLE, Severity.BLOCKING),
    LOCKS(Reason.TOO_FEW_LOCKS, Severity.BLOCKING),
    SEQUENCES(Reason.SEQUENCES_NOT_READABLE, Severity.BLOCKING),
    ROW_SECURITY(Reason.ROW_SECURITY_APPLIES, Severity.BLOCKING),
    LARGE_OBJECTS(Reason.LARGE_OBJECTS_NOT_READABLE, Severity.BLOCKING),
    /** pg_dump says so and ends with 0; a Backup is then Failed with PartialDump. */
    SUBSCRIPTIONS(Reason.SUBSCRIPTIONS_LEFT_OUT, Severity.BLOCKING),
    /** The same, without a word of pg_dump's. */
    UNLOGGED(Reason.UNLOGGED_DATA_MISSING, Severity.BLOCKING),
    SCARCE_LOCKS(Reason.LOCKS_SCARCE, Severity.WARNING),
    RECOVERY_CONFLICTS(Reason.RECOVERY_CONFLICTS_LIKELY, Severity.WARNING),
    SESSION_POOLING(Reason.SESSION_POOLING, Severity.WARNING),
    FOREIGN_TABLES(Reason.FOREIGN_DATA_LEFT_OUT, Severity.WARNING),
    PASSWORDS(Reason.PASSWORDS_IN_DUMP, Severity.WARNING),
    MAINTENANCE_DATABASE(Reason.MAINTENANCE_DATABASE_MISSING, Severity.WARNING);

    private final Reason reason;
    private final Severity severity;

    Kind(Reason reason, Severity severity) {
      this.reason = reason;
      this.severity = severity;
    }

    /** The word for it in the status. */
    public Reason reason() {
      return reason;
    }

    /** Whether it blocks. */
    public Severity severity() {
      return severity;
    }
  }

  /** Whether a Backup of the whole database with default options would fail. */
  public boolean blocks() {
    return kind.severity == Severity.BLOCKING;
  }
}
