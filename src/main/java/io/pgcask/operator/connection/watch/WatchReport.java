package io.pgcask.operator.connection.watch;

import io.pgcask.api.v1alpha1.Realtime;
import io.pgcask.api.v1alpha1.WatchSchema;
import io.pgcask.operator.connection.watch.SchemaReader.Observation;
import io.pgcask.operator.job.Trouble;
import java.time.Instant;
import java.util.Optional;

/**
 * What is known of a database at one moment.
 *
 * @param observation the last look; empty: none has succeeded yet
 * @param schema how the schema is followed, which may be less than was asked for
 * @param realtime how rows are followed, which may be less than was asked for
 * @param rowsChanged when a change of rows was last noticed; empty: never
 * @param trouble why it is less, or why nothing is followed
 * @param clean whether it is known that nothing of ours is in the database
 */
record WatchReport(
    Optional<Observation> observation,
    WatchSchema schema,
    Realtime realtime,
    Optional<Instant> rowsChanged,
    Optional<Trouble> trouble,
    boolean clean) {

  /** Before the first look. */
  static WatchReport nothingYet() {
    return new WatchReport(
        Optional.empty(),
        WatchSchema.POLL,
        Realtime.STATISTICS,
        Optional.empty(),
        Optional.empty(),
        false);
  }

  WatchReport withTrouble(Trouble now) {
    return new WatchReport(observation, schema, realtime, rowsChanged, Optional.of(now), clean);
  }

  WatchReport asClean() {
    return new WatchReport(observation, schema, realtime, rowsChanged, trouble, true);
  }

  WatchReport withObservation(Observation now) {
    return new WatchReport(Optional.of(now), schema, realtime, rowsChanged, trouble, clean);
  }

  WatchReport withRowsChanged(Instant now) {
    return new WatchReport(observation, schema, realtime, Optional.of(now), trouble, clean);
  }

  /** Whether a status would show another thing. */
  boolean differsFrom(WatchReport other) {
    return !withoutWrites().equals(other.withoutWrites());
  }

  private WatchReport withoutWrites() {
    return new WatchReport(
        observation.map(o -> new Observation(o.fingerprint(), o.tables(), o.views(), 0)),
        schema,
        realtime,
        Optional.empty(),
        trouble,
        clean);
  }
}
