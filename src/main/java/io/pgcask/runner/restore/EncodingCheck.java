package io.pgcask.runner.restore;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.Sessions;
import java.sql.Connection;
import java.sql.SQLException;

/** Whether a database that exists can take texts in the encoding of a dump. */
final class EncodingCheck {
  private static final String CHECK = "encoding";
  private static final String ANY_BYTES = "SQL_ASCII";

  private static final String QUERY =
      """
      SELECT pg_catalog.pg_encoding_to_char(d.encoding),
             d.encoding = pg_catalog.pg_char_to_encoding(?),
             EXISTS (SELECT FROM pg_catalog.pg_conversion c
                     WHERE c.conforencoding = pg_catalog.pg_char_to_encoding(?)
                       AND c.contoencoding = d.encoding AND c.condefault)
      FROM pg_catalog.pg_database d WHERE d.datname = ?
      """;

  private final RestorePlan plan;
  private final Connection maintenance;

  /**
   * For a plan.
   *
   * @param maintenance session in any database of the server
   */
  EncodingCheck(RestorePlan plan, Connection maintenance) {
    this.plan = plan;
    this.maintenance = maintenance;
  }

  /** Compares the encodings; nothing is said if they are the same, or there is no such database. */
  void check(String encoding, String database) throws PostgresException {
    try (var statement = maintenance.prepareStatement(QUERY)) {
      statement.setString(1, encoding);
      statement.setString(2, encoding);
      statement.setString(3, database);
      try (var row = statement.executeQuery()) {
        if (row.next() && !row.getBoolean(2)) {
          differs(encoding, row.getString(1), row.getBoolean(3), database);
        }
      }
    } catch (SQLException e) {
      throw Sessions.failure(e);
    }
  }

  private void differs(String encoding, String target, boolean converts, String database) {
    if (encoding.equals(ANY_BYTES) || target.equals(ANY_BYTES)) {
      plan.warning(
          CHECK,
          "the dump is in %s and database %s in %s: nothing is converted, and what is no text there fails"
              .formatted(encoding, database, target));
    } else if (converts) {
      plan.warning(
          CHECK,
          "the dump is in %s and database %s in %s: characters that the latter has not will fail"
              .formatted(encoding, database, target));
    } else {
      plan.failed(
          CHECK,
          Reason.INVALID_OPTIONS,
          "the dump is in %s and database %s in %s, and the server converts no text between them"
              .formatted(encoding, database, target));
    }
  }
}
