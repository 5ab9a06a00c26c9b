package io.pgcask.runner.backup;

import io.pgcask.api.v1alpha1.BackupSpec;
import io.pgcask.api.v1alpha1.DumpSection;
import io.pgcask.contract.SnapshotContent;
import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.Sessions;
import io.pgcask.postgres.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;

/** Counts what the snapshot holds: the measure of a restore. Every row is read for it. */
final class ContentCount {
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
      return new SnapshotContent(ReferencedRoles.read(session), tables, whole);
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
}
