package io.pgcask.operator.connection.readiness;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One thing to look for, with one cheap query of the catalogue. */
@FunctionalInterface
interface DumpCheck {

  /**
   * Relations of people's own, as {@code c} and {@code n}: neither the server's nor temporary ones.
   * Those of an extension count only if the extension has their rows dumped; of the others pg_dump
   * takes no lock [seen with 15].
   */
  String OWN_RELATIONS =
      """
      pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n
        ON n.oid = c.relnamespace AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
        AND c.relpersistence <> 't'
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_extension e
                          ON d.refclassid = 'pg_catalog.pg_extension'::regclass AND d.refobjid = e.oid
                        WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid
                          AND d.deptype = 'e' AND c.oid <> ALL (coalesce(e.extconfig, '{}')))
      """;

  /** Looks. The session is in a transaction that reads only and whose statements are bounded. */
  Optional<DumpFinding> look(Connection session, Subject subject) throws SQLException;

  /**
   * Names of objects.
   *
   * @param count how many there are
   * @param first of them, quoted as SQL wants it
   */
  record Names(long count, List<String> first) {

    /** The first three, for a sentence. */
    String some() {
      return String.join(", ", first.subList(0, Math.min(3, first.size())))
          + (count > 3 ? ", …" : "");
    }

    /** Whether {@link #first} has all of them. */
    boolean complete() {
      return count == first.size();
    }
  }

  /**
   * Asks for names.
   *
   * @param from what stands behind SELECT ... and gives one row for each
   * @param name expression that is the name
   * @param limit how many names are wanted
   * @return empty if there are none
   */
  static Optional<Names> names(Connection session, String name, String from, int limit)
      throws SQLException {
    var query =
        "SELECT %s, pg_catalog.count(*) OVER () FROM %s ORDER BY 1 LIMIT %d"
            .formatted(name, from, limit);
    try (var statement = session.createStatement();
        var rows = statement.executeQuery(query)) {
      var first = new ArrayList<String>();
      long count = 0;
      while (rows.next()) {
        first.add(rows.getString(1));
        count = rows.getLong(2);
      }
      return first.isEmpty() ? Optional.empty() : Optional.of(new Names(count, first));
    }
  }

  /** Asks for one number. */
  static long number(Connection session, String query) throws SQLException {
    try (var statement = session.createStatement();
        var row = statement.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }

  /** A number with its noun in singular or plural. */
  static String counted(long count, String one) {
    return count == 1 ? "1 " + one : count + " " + one + "s";
  }
}
