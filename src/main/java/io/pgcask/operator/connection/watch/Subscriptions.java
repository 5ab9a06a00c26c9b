package io.pgcask.operator.connection.watch;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Who wants to hear of which tables of one connection, and the counters that they hear of. */
final class Subscriptions {

  /** Inserted, updated and deleted rows, as the server counts them since its statistics began. */
  private record Counters(long inserted, long updated, long deleted) {}

  /** One listener. A call of it must not take long: all others wait. */
  record Subscription(List<TableName> tables, Consumer<TableChange> listener) {}

  private static final String COUNTERS =
      """
      SELECT u.oid::bigint, pg_catalog.pg_stat_get_tuples_inserted(u.oid),
             pg_catalog.pg_stat_get_tuples_updated(u.oid),
             pg_catalog.pg_stat_get_tuples_deleted(u.oid)
      FROM unnest(?::oid[]) AS u (oid)
      """;

  private final List<Subscription> all = new CopyOnWriteArrayList<>();
  private final Map<Long, Counters> seen = new HashMap<>();

  void add(Subscription subscription) {
    all.add(subscription);
  }

  void remove(Subscription subscription) {
    all.remove(subscription);
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  /** Every name that somebody wants to hear of. */
  List<TableName> names() {
    return all.stream().flatMap(s -> s.tables().stream()).distinct().toList();
  }

  /** A trigger has fired on that table. */
  void noticed(FollowedTables followed, long oid, Instant now) {
    tell(followed, Map.of(oid, new Counters(0, 0, 0)), now);
  }

  /** Reads the counters of all tables that are followed; whether one has moved. */
  boolean poll(Connection session, FollowedTables followed, Instant now) throws SQLException {
    if (followed.tables().isEmpty()) {
      return false;
    }
    var moved = new HashMap<Long, Counters>();
    try (var statement = session.prepareStatement(COUNTERS)) {
      statement.setArray(1, session.createArrayOf("int8", followed.tables().keySet().toArray()));
      try (var row = statement.executeQuery()) {
        while (row.next()) {
          var counted = new Counters(row.getLong(2), row.getLong(3), row.getLong(4));
          var before = seen.put(row.getLong(1), counted);
          if (before != null && !before.equals(counted)) {
            moved.put(row.getLong(1), difference(counted, before));
          }
        }
      }
    }
    seen.keySet().retainAll(followed.tables().keySet());
    tell(followed, moved, now);
    return !moved.isEmpty();
  }

  /** After a reset of the statistics, what is counted has happened since. */
  private static Counters difference(Counters now, Counters before) {
    boolean reset =
        now.inserted < before.inserted
            || now.updated < before.updated
            || now.deleted < before.deleted;
    return reset
        ? now
        : new Counters(
            now.inserted - before.inserted,
            now.updated - before.updated,
            now.deleted - before.deleted);
  }

  private void tell(FollowedTables followed, Map<Long, Counters> moved, Instant now) {
    var names = new HashSet<TableName>();
    moved.keySet().forEach(oid -> names.addAll(followed.of(oid)));
    for (var name : names) {
      var change = sum(name, followed.bases().get(name), moved, now);
      all.stream()
          .filter(subscription -> subscription.tables().contains(name))
          .forEach(subscription -> subscription.listener().accept(change));
    }
  }

  private static TableChange sum(
      TableName name, Set<Long> bases, Map<Long, Counters> moved, Instant now) {
    long inserted = 0;
    long updated = 0;
    long deleted = 0;
    for (var entry : moved.entrySet()) {
      if (bases.contains(entry.getKey())) {
        inserted += entry.getValue().inserted();
        updated += entry.getValue().updated();
        deleted += entry.getValue().deleted();
      }
    }
    return new TableChange(name, inserted, updated, deleted, now);
  }
}
