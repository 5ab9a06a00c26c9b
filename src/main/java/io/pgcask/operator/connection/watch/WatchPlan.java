package io.pgcask.operator.connection.watch;

import io.pgcask.api.v1alpha1.PostgresConnection;
import io.pgcask.api.v1alpha1.Realtime;
import io.pgcask.api.v1alpha1.SchemaFilter;
import io.pgcask.api.v1alpha1.WatchSchema;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What is to be followed of a connection's database. Pure.
 *
 * @param filter the schemas that count
 * @param pollInterval how often the catalogue and the counters are read
 */
record WatchPlan(
    SchemaFilter filter,
    WatchSchema schema,
    Realtime realtime,
    ListenRequest listen,
    Duration pollInterval) {

  private static final int DEFAULT_INTERVAL = 60;

  static WatchPlan of(PostgresConnection connection, Instant now) {
    var spec = connection.getSpec();
    return new WatchPlan(
        Optional.ofNullable(spec.schemaFilter()).orElse(SchemaFilter.ALL),
        Optional.ofNullable(spec.watchSchema()).orElse(WatchSchema.POLL),
        Optional.ofNullable(spec.realtime()).orElse(Realtime.STATISTICS),
        ListenRequest.of(connection, now),
        Duration.ofSeconds(
            Optional.ofNullable(spec.probeIntervalSeconds()).orElse(DEFAULT_INTERVAL)));
  }

  /** Nothing is followed, and nothing of ours is to be in the database. */
  WatchPlan nothing() {
    return new WatchPlan(
        filter, WatchSchema.OFF, Realtime.OFF, new ListenRequest.Nothing(), pollInterval);
  }

  /** The same by reading alone. */
  WatchPlan readingOnly() {
    return new WatchPlan(
        filter,
        schema == WatchSchema.TRIGGERS ? WatchSchema.POLL : schema,
        realtime == Realtime.TRIGGERS ? Realtime.STATISTICS : realtime,
        new ListenRequest.Nothing(),
        pollInterval);
  }

  /** The same, at a later time. */
  WatchPlan at(Instant now) {
    return new WatchPlan(filter, schema, realtime, listen.at(now), pollInterval);
  }

  /** Whether anything is followed. */
  boolean looks() {
    return schema != WatchSchema.OFF || realtime != Realtime.OFF;
  }

  /** Whether event triggers are wanted. */
  boolean wantsEventTriggers() {
    return schema == WatchSchema.TRIGGERS;
  }

  /** Whether triggers on tables are wanted. */
  boolean wantsTableTriggers() {
    return realtime == Realtime.TRIGGERS && !listen.tables().isEmpty();
  }

  /** Whether anything of ours is wanted in the database. */
  boolean installs() {
    return wantsEventTriggers() || wantsTableTriggers();
  }
}
