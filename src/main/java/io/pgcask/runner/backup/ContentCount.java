package io.pgcask.runner.backup;

import io.pgcask.api.v1alpha1.BackupSpec;
import io.pgcask.api.v1alpha1.DumpSection;
import io.pgcask.contract.SnapshotContent;
import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.Sessions;
import io.pgcask.runner.database.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Counts what the snapshot holds: the measure of a restore. Every row is read for it. */
final class ContentCount {
  /**
   * What has an owner, a privilege or a policy in the database; and the superuser, who is never
   * listed.
   */
  private static final String ROLES =
      """
      SELECT r.rolname FROM pg_catalog.pg_roles r
      WHERE r.oid = 10 OR r.oid IN (
        SELECT d.refobjid FROM pg_catalog.pg_shdepend d
        WHERE d.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass
          AND (d.dbid = (SELECT oid FROM pg_catalog.pg_database
                         WHERE datname = pg_catalog.current_database())
               OR d.classid = 'pg_catalog.pg_database'::pg_catalog.regclass))
      ORDER BY 1
      """;

  private ContentCount() {}

  /**
   * Counts.
   *
   * @param session of the snapshot
   * @param spec with children named, where they are meant
   * @param lockTimeoutSeconds how long to wait for a table that somebody has for himself
   */
  static SnapshotContent read(Connection session, BackupSpec spec, int lockTimeoutSeconds)
      throws PostgresException {
    try (var statement = session.createStatement()) {
      // a large table takes as long as it takes
      session.setNetworkTimeout(Runnable::run, 0);
      statement.execute("SET LOCAL lock_timeout = '%ds'".formatted(lockTimeoutSeconds));
      statement.execute(
          "SET LOCAL row_security = "
              + (Boolean.TRUE.equals(DumpOption.options(spec).enableRowSecurity()) ? "on" : "off"));
      var tables = new ArrayList<SnapshotContent.Table>();
      if (Preflight.holds(spec, DumpSection.DATA)) {
        for (var name : DumpedTables.names(session, spec)) {
          tables.add(new SnapshotContent.Table(name.schema(), name.table(), rows(session, name)));
        }
      }
      boolean whole =
          !DumpOption.selects(spec)
              && spec.exclude() == null
              && Preflight.holds(spec, DumpSection.PRE_DATA);
      return new SnapshotContent(roles(session), tables, whole);
    } catch (SQLException e) {
      throw Sessions.failure(e);
    }
  }

  private static long rows(Connection session, DumpedTables.Name name) throws SQLException {
    try (var statement = session.createStatement();
        var row = statement.executeQuery(Sql.countOnly(name.schema(), name.table()))) {
      row.next();
      return row.getLong(1);
    }
  }

  private static List<String> roles(Connection session) throws SQLException {
    var names = new ArrayList<String>();
    try (var statement = session.createStatement();
        var row = statement.executeQuery(ROLES)) {
      while (row.next()) {
        names.add(row.getString(1));
      }
    }
    return names;
  }
}
