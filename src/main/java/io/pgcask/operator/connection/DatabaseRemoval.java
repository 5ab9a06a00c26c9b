package io.pgcask.operator.connection;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.operator.job.Trouble;
import io.pgcask.postgres.ConnectionSettings;
import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.Sessions;
import io.pgcask.postgres.Sql;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Drops a database of which it is known for certain that pgcask has made it or put it aside. Nobody
 * is thrown out of it for that.
 */
@ApplicationScoped
public class DatabaseRemoval {

  private static final String APPLICATION = "pgcask/removal";

  /** That of the name, and that of the OID; often the same, and both may be gone. */
  private static final String FIND =
      """
      SELECT d.datname, d.oid::bigint, pg_catalog.shobj_description(d.oid, 'pg_database')
      FROM pg_catalog.pg_database d WHERE d.datname = ? OR d.oid::bigint = ?
      """;

  private static final String OBJECT_IN_USE = "55006";

  /** OIDs begin at 1. */
  private static final long NO_OID = 0;

  /**
   * The database that is meant.
   *
   * @param name its exact name
   */
  public record Meant(String name, Mark mark) {}

  /** What tells a database from another one of the same name. */
  public sealed interface Mark {
    /** The server gave it when the database was made, and it is still the same under a new name. */
    record Oid(long oid) implements Mark {}

    /** Its comment, whole. */
    record Comment(String text) implements Mark {}
  }

  /** What it came to. */
  public sealed interface Outcome {
    /** It was there and is not any more. */
    record Dropped() implements Outcome {}

    /** There is no database of that name, nor of that OID. */
    record Gone() implements Outcome {}

    /** What there is, is not what was meant, and stays; why. */
    record Another(String why) implements Outcome {}

    /** It is still there, or that is not known; it may be possible later. */
    record NotYet(Trouble trouble) implements Outcome {}
  }

  private record Found(String name, long oid, String comment) {}

  /**
   * Drops it, in one session. Takes a few times the connection's connectTimeoutSeconds, and then up
   * to two minutes: the server waits five seconds for those who are connected, and makes a
   * checkpoint.
   *
   * @param connection to the server, as a role that owns the database
   */
  public Outcome drop(ConnectionResolver.Resolved connection, Meant meant) {
    try (var login = connection.login()) {
      return drop(
          login.settings(), Optional.ofNullable(connection.server().maintenanceDatabase()), meant);
    }
  }

  private static Outcome drop(
      ConnectionSettings settings, Optional<String> maintenanceDatabase, Meant meant) {
    try (var session = Sessions.openMaintenance(settings, maintenanceDatabase, APPLICATION)) {
      var other = otherThanMeant(session, meant);
      if (other.isPresent()) {
        return other.get();
      }
      Sessions.execute(session, "SET lock_timeout = '10s'");
      Sessions.execute(session, "DROP DATABASE " + Sql.identifier(meant.name()));
      return new Outcome.Dropped();
    } catch (PostgresException e) {
      return notYet(e);
    } catch (SQLException e) {
      return notYet(Sessions.failure(e));
    }
  }

  private static Outcome notYet(PostgresException e) {
    return new Outcome.NotYet(
        OBJECT_IN_USE.equals(e.sqlState().orElse(""))
            ? new Trouble(
                Reason.DATABASE_IN_USE,
                "sessions, replication slots or subscriptions of others use it")
            : new Trouble(e.reason(), e.getMessage()));
  }

  /** Empty if the database of that name is the one that is meant. */
  private static Optional<Outcome> otherThanMeant(Connection session, Meant meant)
      throws SQLException {
    Optional<Found> named = Optional.empty();
    Optional<Found> renamed = Optional.empty();
    try (var query = session.prepareStatement(FIND)) {
      query.setString(1, meant.name());
      query.setLong(2, meant.mark() instanceof Mark.Oid known ? known.oid() : NO_OID);
      try (var row = query.executeQuery()) {
        while (row.next()) {
          var found = new Found(row.getString(1), row.getLong(2), row.getString(3));
          if (found.name().equals(meant.name())) {
            named = Optional.of(found);
          } else {
            renamed = Optional.of(found);
          }
        }
      }
    }
    if (renamed.isPresent()) {
      return Optional.of(
          new Outcome.Another("it is called %s now".formatted(renamed.get().name())));
    }
    if (named.isEmpty()) {
      return Optional.of(new Outcome.Gone());
    }
    var found = named.get();
    boolean isMeant =
        switch (meant.mark()) {
          case Mark.Oid known -> known.oid() == found.oid();
          case Mark.Comment known -> known.text().equals(found.comment());
        };
    return isMeant
        ? Optional.empty()
        : Optional.of(new Outcome.Another("the database of that name is another one"));
  }
}
