package io.pgcask.operator.connection.watch;

import io.pgcask.api.v1alpha1.PostgresConnection;
import io.pgcask.operator.connection.ConnectionResolver;
import io.pgcask.operator.connection.watch.SchemaReader.Observation;
import io.pgcask.operator.job.Trouble;
import io.pgcask.operator.job.TroubleException;
import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.Sessions;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Looks at databases with a session each that ends at once, so that an idle one stays idle and can
 * be dropped. What was seen is kept until the next look.
 */
final class Looks {

  /** That of the probe: it comes and goes, and a Restore does not count it. */
  private static final String APPLICATION = "pgcask/probe";

  private final ConnectionResolver resolver;
  private final Map<String, WatchReport> newest = new ConcurrentHashMap<>();

  Looks(ConnectionResolver resolver) {
    this.resolver = resolver;
  }

  /** What is kept; empty: nothing. */
  Optional<WatchReport> newest(PostgresConnection connection) {
    return Optional.ofNullable(newest.get(connection.getMetadata().getUid()));
  }

  /** Keeps what was seen otherwise, until the next look. */
  void keep(PostgresConnection connection, WatchReport report) {
    newest.put(connection.getMetadata().getUid(), report);
  }

  /** The connection is gone, or is no longer looked at. */
  void forget(PostgresConnection connection) {
    newest.remove(connection.getMetadata().getUid());
  }

  /**
   * Looks.
   *
   * @param before what was known until now
   * @return what is known now: the same, with the trouble, if there was any
   */
  WatchReport look(PostgresConnection connection, WatchReport before, WatchPlan plan, Instant now) {
    var seen = seen(connection, before, plan, now);
    keep(connection, seen);
    return seen;
  }

  private WatchReport seen(
      PostgresConnection connection, WatchReport before, WatchPlan plan, Instant now) {
    try (var session = resolver.resolve(connection).open(APPLICATION, Watcher.ANSWER_TIMEOUT)) {
      var seen = SchemaReader.observe(session, plan.filter());
      boolean moved =
          before.observation().map(Observation::writes).filter(w -> w != seen.writes()).isPresent();
      return new WatchReport(
          Optional.of(seen),
          plan.schema(),
          plan.realtime(),
          moved ? Optional.of(now) : before.rowsChanged(),
          Optional.empty(),
          true);
    } catch (TroubleException e) {
      return before.withTrouble(e.trouble());
    } catch (PostgresException e) {
      return before.withTrouble(new Trouble(e.reason(), e.getMessage()));
    } catch (SQLException e) {
      var failure = Sessions.failure(e);
      return before.withTrouble(new Trouble(failure.reason(), failure.getMessage()));
    }
  }
}
