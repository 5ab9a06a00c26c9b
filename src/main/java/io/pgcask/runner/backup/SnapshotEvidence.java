package io.pgcask.runner.backup;

import io.pgcask.contract.Task;
import io.pgcask.postgres.change.ChangeEvidence;
import io.pgcask.postgres.change.EvidenceReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * What the database looks like before the snapshot, for the schedule that asks later whether a dump
 * would hold anything new. A dump never fails for lack of it.
 */
final class SnapshotEvidence {

  private SnapshotEvidence() {}

  /**
   * Reads it, if the task wants it.
   *
   * @param session in autocommit mode, whose snapshot is not taken yet; it is the login's own role
   *     again, as that of the operator is when it looks later
   */
  static Optional<ChangeEvidence.Known> read(Connection session, Task.Backup task) {
    if (!task.changeEvidence()) {
      return Optional.empty();
    }
    try (var statement = session.createStatement()) {
      statement.execute("RESET ROLE");
      // a table that somebody holds for hours must not keep the dump waiting here
      statement.execute("SET lock_timeout = '2s'");
      statement.execute("SET statement_timeout = '60s'");
      try {
        return EvidenceReader.read(session) instanceof ChangeEvidence.Known known
            ? Optional.of(known)
            : Optional.empty();
      } finally {
        statement.execute("RESET lock_timeout");
        statement.execute("RESET statement_timeout");
      }
    } catch (SQLException e) {
      return Optional.empty(); // a session that is broken fails with the next request
    }
  }
}
