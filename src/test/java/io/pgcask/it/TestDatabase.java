package io.pgcask.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;

/**
 * A database whose owner is no superuser, but may create databases.
 *
 * @param password of the owner
 */
record TestDatabase(PostgresServer server, String name, String owner, String password) {

  /** One row per object: what it is called, and a digest of what it holds or how it is defined. */
  private static final String CONTENTS = resource("sql/contents.sql");

  private static final String SAMPLE = resource("sql/sample.sql");

  /** Makes the role and an empty database. */
  static TestDatabase create(PostgresServer server, String name, String owner, String password) {
    try (var session = server.superuser("postgres");
        var statement = session.createStatement()) {
      statement.execute(
          "CREATE ROLE %s LOGIN CREATEDB PASSWORD %s".formatted(quoted(owner), text(password)));
      statement.execute("CREATE DATABASE %s OWNER %s".formatted(quoted(name), quoted(owner)));
      return new TestDatabase(server, name, owner, password);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Another database on the same server with the same owner, which need not exist. */
  TestDatabase sibling(String other) {
    return new TestDatabase(server, other, owner, password);
  }

  /** Makes an empty sibling. */
  TestDatabase createSibling(String other) {
    try (var session = server.superuser("postgres");
        var statement = session.createStatement()) {
      statement.execute("CREATE DATABASE %s OWNER %s".formatted(quoted(other), quoted(owner)));
      return sibling(other);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A session of the owner. */
  Connection connect() throws SQLException {
    return server.connect(name, owner, password);
  }

  /** Runs statements as the owner. */
  TestDatabase execute(String sql) {
    try (var session = connect();
        var statement = session.createStatement()) {
      statement.execute(sql);
      return this;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Runs statements as the superuser. */
  TestDatabase executeAsSuperuser(String sql) {
    try (var session = server.superuser(name);
        var statement = session.createStatement()) {
      statement.execute(sql);
      return this;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Fills it with a bit of everything that a dump of an ordinary application meets. */
  TestDatabase withSample() {
    return execute(SAMPLE);
  }

  /** Adds a table of about so many MiB of data that does not compress. */
  TestDatabase withBulk(int mebibytes) {
    return execute(
        """
        CREATE TABLE bulk AS
          SELECT n AS id, string_agg(md5(random()::text || n || m), '') AS text
          FROM generate_series(1, %d) n, generate_series(1, 32) m GROUP BY n
        """
            .formatted(mebibytes * 1024));
  }

  /** What it holds; equal for two databases if one is a true copy of the other. */
  Map<String, String> contents() {
    try (var session = connect();
        var statement = session.createStatement();
        var rows = statement.executeQuery(CONTENTS)) {
      var contents = new TreeMap<String, String>();
      while (rows.next()) {
        contents.put(rows.getString(1), rows.getString(2));
      }
      return contents;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "%s on PostgreSQL %d".formatted(name, server.major());
  }

  private static String quoted(String identifier) {
    return '"' + identifier.replace("\"", "\"\"") + '"';
  }

  private static String text(String value) {
    return "E'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }

  /** A text of the test's resources. */
  static String resource(String path) {
    try (var stream = TestDatabase.class.getResourceAsStream("/it/" + path)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
