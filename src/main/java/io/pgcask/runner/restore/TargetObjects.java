package io.pgcask.runner.restore;

import io.pgcask.archive.ArchiveEntry;
import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.Sessions;
import io.pgcask.postgres.Sql;
import io.pgcask.runner.restore.selection.QualifiedName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** What is in the target database already. */
final class TargetObjects {
  private static final String IN_SCHEMA =
      "SELECT 1 FROM pg_catalog.%s o JOIN pg_catalog.pg_namespace s ON s.oid = o.%s"
          + " WHERE s.nspname = ? AND %s = ?";

  /**
   * As pg_dump writes a function's tag: with the types that are passed in, each with its schema.
   */
  private static final String SIGNATURE =
      "o.proname || '(' || CASE WHEN o.prokind = 'a' AND o.pronargs = 0 THEN '*' ELSE"
          + " pg_catalog.array_to_string(ARRAY(SELECT pg_catalog.format_type(a.type, NULL)"
          + " FROM unnest(o.proargtypes) WITH ORDINALITY AS a (type, place) ORDER BY a.place), ', ')"
          + " END || ')'";

  private static final String TABLES =
      "SELECT s.nspname, c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace s"
          + " ON s.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')";

  private final Connection session;

  /**
   * In a session of the target.
   *
   * @param session is given an empty search path, so that types are shown with their schemas
   */
  TargetObjects(Connection session) throws PostgresException {
    this.session = session;
    execute("SET search_path TO ''");
  }

  /** Goes on as another role, as pg_restore will do it. */
  void become(String role) throws PostgresException {
    execute("SET ROLE " + Sql.identifier(role));
  }

  /** Whether there is what an entry would make; empty: that cannot be told. */
  Optional<Boolean> has(ArchiveEntry entry) throws PostgresException {
    return switch (entry.desc()) {
      case "SCHEMA" -> named("pg_namespace", "nspname", entry);
      case "EXTENSION" -> named("pg_extension", "extname", entry);
      case "PROCEDURAL LANGUAGE" -> named("pg_language", "lanname", entry);
      case "FOREIGN DATA WRAPPER" -> named("pg_foreign_data_wrapper", "fdwname", entry);
      case "SERVER" -> named("pg_foreign_server", "srvname", entry);
      case "TABLE", "VIEW", "MATERIALIZED VIEW", "FOREIGN TABLE", "SEQUENCE", "INDEX" ->
          inSchema("pg_class", "relnamespace", "o.relname", entry);
      case "TYPE", "DOMAIN" -> inSchema("pg_type", "typnamespace", "o.typname", entry);
      case "COLLATION" -> inSchema("pg_collation", "collnamespace", "o.collname", entry);
      case "FUNCTION", "PROCEDURE", "AGGREGATE" ->
          inSchema("pg_proc", "pronamespace", SIGNATURE, entry);
      default -> Optional.empty();
    };
  }

  private Optional<Boolean> named(String catalog, String name, ArchiveEntry entry)
      throws PostgresException {
    return Optional.of(
        any("SELECT 1 FROM pg_catalog.%s WHERE %s = ?".formatted(catalog, name), entry.tag()));
  }

  private Optional<Boolean> inSchema(
      String catalog, String namespace, String name, ArchiveEntry entry) throws PostgresException {
    return Optional.of(
        any(IN_SCHEMA.formatted(catalog, namespace, name), entry.namespace(), entry.tag()));
  }

  /** Tables and whatever else has their namespace. */
  Set<QualifiedName> tables() throws PostgresException {
    try (var statement = session.createStatement();
        var rows = statement.executeQuery(TABLES)) {
      var names = new HashSet<QualifiedName>();
      while (rows.next()) {
        names.add(new QualifiedName(rows.getString(1), rows.getString(2)));
      }
      return names;
    } catch (SQLException e) {
      throw Sessions.failure(e);
    }
  }

  /** Whether a table of its own holds a row; those of tables that inherit from it do not count. */
  boolean hasRows(QualifiedName table) throws PostgresException {
    var query =
        "SELECT 1 FROM ONLY %s.%s LIMIT 1"
            .formatted(Sql.identifier(table.schema()), Sql.identifier(table.name()));
    try (var statement = session.createStatement()) {
      statement.setEscapeProcessing(false); // a ? in a name is no parameter
      try (var row = statement.executeQuery(query)) {
        return row.next();
      }
    } catch (SQLException e) {
      throw Sessions.failure(e);
    }
  }

  /** Whether a large object has content: pg_restore writes into those that it finds. */
  boolean hasLargeObjects() throws PostgresException {
    return any(
        "SELECT 1 FROM pg_catalog.pg_largeobject_metadata m"
            + " WHERE pg_catalog.length(pg_catalog.lo_get(m.oid, 0, 1)) > 0 LIMIT 1");
  }

  private boolean any(String query, String... parameters) throws PostgresException {
    try (var statement = session.prepareStatement(query)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setString(i + 1, parameters[i]);
      }
      try (var row = statement.executeQuery()) {
        return row.next();
      }
    } catch (SQLException e) {
      throw Sessions.failure(e);
    }
  }

  private void execute(String sql) throws PostgresException {
    try {
      Sessions.execute(session, sql);
    } catch (SQLException e) {
      throw Sessions.failure(e);
    }
  }
}
