package io.pgcask.runner.backup;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.postgres.ConnectionSettings;
import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.SafeText;
import io.pgcask.postgres.Sessions;
import io.pgcask.runner.TaskFailedException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Finds the reason why pg_dump failed by asking the server again, in a session of our own. The
 * tool's text is only ever shown, never understood: the server may speak any language.
 */
final class DumpDiagnosis {
  private static final Duration ANSWER = Duration.ofSeconds(60);

  /** What pg_dump reads: not what belongs to the system or to extensions. */
  private static final String DUMPED =
      """
      n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_toast'
      AND c.relpersistence <> 't'
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.deptype = 'e'
                      AND d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid)
      """;

  private static final String DENIED =
      """
      SELECT CASE WHEN NOT pg_catalog.has_schema_privilege(n.oid, 'USAGE')
                  THEN pg_catalog.format('schema %%I (USAGE is missing)', n.nspname)
                  ELSE pg_catalog.format('%%s %%I.%%I (SELECT is missing)',
                    CASE c.relkind WHEN 'S' THEN 'sequence' ELSE 'table' END, n.nspname, c.relname)
             END
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p', 'S') AND %s
        AND (NOT pg_catalog.has_schema_privilege(n.oid, 'USAGE')
             OR CASE c.relkind WHEN 'S'
                  THEN NOT pg_catalog.has_sequence_privilege(c.oid, 'SELECT')
                  ELSE NOT pg_catalog.has_table_privilege(c.oid, 'SELECT') END)
      ORDER BY n.nspname, c.relname LIMIT 1
      """
          .formatted(DUMPED);

  private static final String ROW_SECURITY =
      """
      SELECT pg_catalog.format('table %%I.%%I (row-level security is on, and the role has no'
                               ' BYPASSRLS)', n.nspname, c.relname)
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p') AND %s AND pg_catalog.row_security_active(c.oid)
      ORDER BY n.nspname, c.relname LIMIT 1
      """
          .formatted(DUMPED);

  private static final String LARGE_OBJECT =
      """
      SELECT pg_catalog.format('large object %s (SELECT is missing)', l.oid)
      FROM pg_catalog.pg_largeobject_metadata l
      WHERE NOT current_setting('lo_compat_privileges')::bool
        AND NOT current_setting('is_superuser')::bool
        AND NOT pg_catalog.pg_has_role(l.lomowner, 'USAGE')
        AND NOT EXISTS (
          SELECT FROM pg_catalog.aclexplode(l.lomacl) a
          WHERE a.privilege_type = 'SELECT'
            AND (a.grantee = 0 OR pg_catalog.pg_has_role(a.grantee, 'USAGE')))
      ORDER BY l.oid LIMIT 1
      """;

  private static final String LOCKED =
      """
      SELECT pg_catalog.format('table %I.%I, by process %s', n.nspname, c.relname, l.pid)
      FROM pg_catalog.pg_locks l
      JOIN pg_catalog.pg_class c ON c.oid = l.relation
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock' AND l.granted
        AND l.database =
          (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
        AND c.relkind IN ('r', 'p')
      ORDER BY n.nspname, c.relname LIMIT 1
      """;

  private final ConnectionSettings settings;
  private final String applicationName;
  private final Preflight preflight;

  DumpDiagnosis(ConnectionSettings settings, String applicationName, Preflight preflight) {
    this.settings = settings;
    this.applicationName = applicationName;
    this.preflight = preflight;
  }

  /**
   * Why it failed.
   *
   * @param firstError of the tool
   * @param elapsed since the tool began
   * @param wroteNothing whether it failed before its first byte, when it takes its locks
   */
  TaskFailedException find(Optional<String> firstError, Duration elapsed, boolean wroteNothing) {
    var said = firstError.map(SafeText::firstLine).map(SafeText::mask);
    try (var session = Sessions.open(settings, applicationName, ANSWER)) {
      var found = find(session, elapsed, wroteNothing);
      return found.orElseGet(
          () ->
              new TaskFailedException(
                  Reason.DUMP_FAILED, "pg_dump: " + said.orElse("ended without a message")));
    } catch (PostgresException e) {
      // the server went away, or refuses us now: that is the reason
      var after = said.map(text -> " (pg_dump: " + text + ")").orElse("");
      return new TaskFailedException(gone(e.reason()), e.getMessage() + after);
    } catch (SQLException e) {
      return TaskFailedException.of(Sessions.failure(e));
    }
  }

  /** Whether a host that has gone is silent or not to be found any more is chance. */
  private static Reason gone(Reason reason) {
    return reason == Reason.CONNECT_TIMEOUT ? Reason.HOST_UNREACHABLE : reason;
  }

  private Optional<TaskFailedException> find(
      Connection session, Duration elapsed, boolean wroteNothing)
      throws SQLException, PostgresException {
    if (preflight.server().inRecovery() && Preflight.conflicts(session) > preflight.conflicts()) {
      return Optional.of(
          new TaskFailedException(
              Reason.RECOVERY_CONFLICT,
              "the standby cancelled the dump because of a conflict with recovery; raise"
                  + " max_standby_streaming_delay there or set hot_standby_feedback"));
    }
    for (var query : List.of(DENIED, ROW_SECURITY, LARGE_OBJECT)) {
      var denied = text(session, query);
      if (denied.isPresent()) {
        return Optional.of(
            new TaskFailedException(
                Reason.PERMISSION_DENIED,
                "the role %s may not read %s".formatted(settings.user(), denied.get())));
      }
    }
    if (wroteNothing && elapsed.compareTo(lockWait()) >= 0) {
      var locked = text(session, LOCKED);
      if (locked.isPresent()) {
        return Optional.of(
            new TaskFailedException(
                Reason.LOCK_TIMEOUT,
                "a lock could not be had within %d s: %s"
                    .formatted(lockWait().toSeconds(), locked.get())));
      }
    }
    return Optional.empty();
  }

  private Duration lockWait() {
    return Duration.ofSeconds(DumpOption.lockWaitSeconds(preflight.spec()));
  }

  private static Optional<String> text(Connection session, String query) throws SQLException {
    try (var statement = session.createStatement();
        var row = statement.executeQuery(query)) {
      return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
    }
  }
}
