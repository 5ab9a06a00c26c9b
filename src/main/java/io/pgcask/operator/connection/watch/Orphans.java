package io.pgcask.operator.connection.watch;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Removes what other pgcasks have left in a database and will not come back for: those of a cluster
 * that is gone, or of a connection that was deleted while the server was down. Who sees to objects
 * holds a shared advisory lock of their ID as long as its session lives; an ID that nobody has held
 * for a while is an orphan's. One that comes back all the same makes its objects anew.
 */
final class Orphans {

  private static final Pattern FUNCTION = Pattern.compile("(?:rows|pgcask)_([0-9a-f]{12})(?:_.*)?");

  private final Connection session;
  private final OwnObjects own;
  private final Duration grace;
  private final Clock clock;
  private final Map<String, Instant> seenAlone = new HashMap<>();

  Orphans(Connection session, OwnObjects own, Duration grace, Clock clock) {
    this.session = session;
    this.own = own;
    this.grace = grace;
    this.clock = clock;
  }

  /** Tells all others that the objects of this ID are seen to, until the session ends. */
  void markAlive() throws SQLException {
    ask("SELECT pg_catalog.pg_try_advisory_lock_shared(%d)", own.lockKey());
  }

  /** Ends that; whether nobody else sees to them. */
  boolean unmarkAlive() throws SQLException {
    ask("SELECT pg_catalog.pg_advisory_unlock_shared(%d)", own.lockKey());
    return isFree(own.lockKey());
  }

  /** Removes those that have been alone for long enough, as far as the role may. */
  void step() throws SQLException {
    var ids = new TreeSet<String>();
    for (var function : new OwnFunctions(session, own, clock).names()) {
      var matcher = FUNCTION.matcher(function);
      if (matcher.matches() && !matcher.group(1).equals(own.id())) {
        ids.add(matcher.group(1));
      }
    }
    seenAlone.keySet().retainAll(ids);
    var now = clock.instant();
    for (var id : ids) {
      var other = new OwnObjects(id);
      if (!isFree(other.lockKey())) {
        seenAlone.remove(id);
      } else if (!seenAlone.computeIfAbsent(id, first -> now).plus(grace).isAfter(now)) {
        remove(other);
      }
    }
  }

  private void remove(OwnObjects other) throws SQLException {
    try {
      new Installation(session, other, clock).step(false, List.of());
    } catch (SQLException e) {
      if (!"42501".equals(e.getSQLState())) {
        throw e;
      }
      // another role's: its own pgcask, or a person, sees to them
    }
  }

  private boolean isFree(long key) throws SQLException {
    if (!ask("SELECT pg_catalog.pg_try_advisory_lock(%d)", key)) {
      return false;
    }
    ask("SELECT pg_catalog.pg_advisory_unlock(%d)", key);
    return true;
  }

  private boolean ask(String query, long key) throws SQLException {
    try (var statement = session.createStatement();
        var row = statement.executeQuery(query.formatted(key))) {
      row.next();
      return row.getBoolean(1);
    }
  }
}
