package io.pgcask.runner.restore;

import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.Sessions;
import io.pgcask.storage.Hashes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** What a plan asks the target's server. */
final class TargetQueries {
  private static final String RIGHTS =
      """
      SELECT rolsuper OR rolcreatedb FROM pg_catalog.pg_roles WHERE rolname = current_user
      """;

  /** Sessions that this role can still open, for its own limit and the server's. */
  private static final String FREE_CONNECTIONS =
      """
      SELECT least(
        current_setting('max_connections')::int
          - CASE WHEN r.rolsuper THEN 0
                 ELSE current_setting('superuser_reserved_connections')::int END
          - (SELECT count(*) FROM pg_catalog.pg_stat_activity
             WHERE backend_type = 'client backend'
                -- all that a role without pg_read_all_stats sees of other roles' backends
                OR (backend_type IS NULL AND datid IS NOT NULL)),
        CASE WHEN r.rolconnlimit < 0 OR r.rolsuper THEN 2147483647
             ELSE r.rolconnlimit - (SELECT count(*) FROM pg_catalog.pg_stat_activity
                                    WHERE usename = current_user) END)
      FROM pg_catalog.pg_roles r WHERE r.rolname = current_user
      """;

  /**
   * Whatever a user made. Objects of initdb have oids below 16384; what an extension made belongs
   * to it. Five are enough to show.
   */
  private static final String OBJECTS =
      """
      WITH member AS (SELECT classid, objid FROM pg_catalog.pg_depend WHERE deptype = 'e'),
      space AS (
        SELECT oid, nspname FROM pg_catalog.pg_namespace
        WHERE nspname NOT IN ('pg_catalog', 'information_schema', 'pgcask')
          AND nspname !~ '^pg_(toast|temp)'),
      found AS (
        SELECT 'pg_namespace'::regclass AS class, oid, 'schema ' || quote_ident(nspname) AS what
        FROM space WHERE oid >= 16384 AND nspname <> 'public'
        UNION ALL
        SELECT 'pg_class'::regclass, c.oid,
               CASE c.relkind WHEN 'v' THEN 'view ' WHEN 'm' THEN 'materialized view '
                 WHEN 'S' THEN 'sequence ' WHEN 'f' THEN 'foreign table ' WHEN 'c' THEN 'type '
                 ELSE 'table ' END || quote_ident(s.nspname) || '.' || quote_ident(c.relname)
        FROM pg_class c JOIN space s ON s.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f', 'c')
        UNION ALL
        SELECT 'pg_proc'::regclass, p.oid,
               'function ' || quote_ident(s.nspname) || '.' || quote_ident(p.proname)
        FROM pg_proc p JOIN space s ON s.oid = p.pronamespace
        UNION ALL
        SELECT 'pg_type'::regclass, t.oid,
               'type ' || quote_ident(s.nspname) || '.' || quote_ident(t.typname)
        FROM pg_type t JOIN space s ON s.oid = t.typnamespace
        WHERE t.typrelid = 0 AND t.typelem = 0
        UNION ALL
        SELECT 'pg_operator'::regclass, o.oid, 'operator ' || o.oprname
        FROM pg_operator o JOIN space s ON s.oid = o.oprnamespace
        UNION ALL
        SELECT 'pg_collation'::regclass, o.oid, 'collation ' || quote_ident(o.collname)
        FROM pg_collation o JOIN space s ON s.oid = o.collnamespace
        UNION ALL
        SELECT 'pg_ts_config'::regclass, o.oid, 'text search configuration ' || o.cfgname
        FROM pg_ts_config o JOIN space s ON s.oid = o.cfgnamespace
        UNION ALL
        SELECT 'pg_ts_dict'::regclass, o.oid, 'text search dictionary ' || o.dictname
        FROM pg_ts_dict o JOIN space s ON s.oid = o.dictnamespace
        UNION ALL
        SELECT 'pg_largeobject_metadata'::regclass, oid, 'large object ' || oid
        FROM pg_largeobject_metadata
        UNION ALL
        SELECT 'pg_event_trigger'::regclass, oid, 'event trigger ' || quote_ident(evtname)
        FROM pg_event_trigger
        UNION ALL
        SELECT 'pg_publication'::regclass, oid, 'publication ' || quote_ident(pubname)
        FROM pg_publication
        UNION ALL
        SELECT 'pg_foreign_data_wrapper'::regclass, oid,
               'foreign-data wrapper ' || quote_ident(fdwname)
        FROM pg_foreign_data_wrapper
        UNION ALL
        SELECT 'pg_language'::regclass, oid, 'language ' || quote_ident(lanname)
        FROM pg_language WHERE oid >= 16384
        UNION ALL
        SELECT 'pg_cast'::regclass, oid, 'cast ' || oid FROM pg_cast WHERE oid >= 16384
        UNION ALL
        SELECT 'pg_default_acl'::regclass, oid, 'default privileges' FROM pg_default_acl)
      SELECT what FROM found f
      WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = f.class AND m.objid = f.oid)
      LIMIT 5
      """;

  private final Connection session;

  TargetQueries(Connection session) {
    this.session = session;
  }

  /** Whether the role may create databases. */
  boolean mayCreateDatabase() throws PostgresException {
    return strings(RIGHTS).contains("t");
  }

  /** Whether the role may create schemas in the session's database. */
  boolean mayCreateInDatabase() throws PostgresException {
    return strings(
            "SELECT pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE')")
        .contains("t");
  }

  /** How many more sessions the role can open. */
  long freeConnections() throws PostgresException {
    return Long.parseLong(strings(FREE_CONNECTIONS).getFirst());
  }

  /** The number of the session's backend. */
  int backend() throws PostgresException {
    return Integer.parseInt(strings("SELECT pg_catalog.pg_backend_pid()").getFirst());
  }

  /** What identifies a database, whatever its name becomes; empty if there is none. */
  Optional<String> databaseOid(String name) throws PostgresException {
    return strings("SELECT oid FROM pg_catalog.pg_database WHERE datname = ?", name).stream()
        .findFirst();
  }

  /** Ends a backend of our own that may have been left behind, and waits for that. */
  void end(int backend, String applicationName) throws PostgresException {
    strings(
        "SELECT pg_catalog.pg_terminate_backend(pid, 10000) FROM pg_catalog.pg_stat_activity"
            + " WHERE pid = "
            + backend
            + " AND application_name = ? AND pid <> pg_catalog.pg_backend_pid()",
        applicationName);
  }

  /** The first five things that users made in the session's database. */
  List<String> objects() throws PostgresException {
    return strings(OBJECTS);
  }

  /**
   * Takes a lock for the life of the session that says "a restore into this database runs".
   *
   * @return false if another session has it
   */
  boolean lock(String database) throws PostgresException {
    var digest =
        Hashes.sha256()
            .digest(("pgcask restore into " + database).getBytes(StandardCharsets.UTF_8));
    long key = ByteBuffer.wrap(digest).getLong();
    return strings("SELECT pg_catalog.pg_try_advisory_lock(" + key + ")").contains("t");
  }

  /** The first column of what a query gives. */
  List<String> strings(String query, String... parameters) throws PostgresException {
    try (var statement = session.prepareStatement(query)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setString(i + 1, parameters[i]);
      }
      return Sessions.strings(statement);
    } catch (SQLException e) {
      throw Sessions.failure(e);
    }
  }
}
