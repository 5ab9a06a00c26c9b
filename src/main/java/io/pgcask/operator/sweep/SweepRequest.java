package io.pgcask.operator.sweep;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.pgcask.api.v1alpha1.ConnectionLastHandled;
import io.pgcask.api.v1alpha1.PostgresConnection;
import io.pgcask.api.v1alpha1.PostgresConnectionStatus;
import io.pgcask.api.v1alpha1.UnclaimedData;
import io.pgcask.operator.Labels;
import io.pgcask.operator.Names;
import io.pgcask.operator.Times;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * A reason to look through storage now. Pure.
 *
 * @param key tells this request from every other of the connection
 * @param asked the value of the annotation; empty if it is the time of the day
 */
record SweepRequest(String key, Optional<String> asked) {

  /** What has not been answered yet, if there is anything. */
  static Optional<SweepRequest> of(PostgresConnection connection, Instant now) {
    return asked(connection).or(() -> daily(connection, now));
  }

  private static Optional<SweepRequest> asked(PostgresConnection connection) {
    var handled =
        Optional.ofNullable(connection.getStatus())
            .map(PostgresConnectionStatus::lastHandled)
            .map(ConnectionLastHandled::sweep);
    return Labels.asked(connection, Labels.SWEEP, handled.orElse(null))
        .map(value -> new SweepRequest("asked/" + value, Optional.of(value)));
  }

  private static Optional<SweepRequest> daily(PostgresConnection connection, Instant now) {
    var last =
        Optional.ofNullable(connection.getStatus())
            .map(PostgresConnectionStatus::unclaimed)
            .map(UnclaimedData::time)
            .orElseGet(() -> Times.created(connection));
    var slot = latestSlot(connection, now);
    return slot.isAfter(last)
        ? Optional.of(new SweepRequest("daily/" + slot, Optional.empty()))
        : Optional.empty();
  }

  /** Every connection has its own time of the day, so that not all look at once. */
  static Instant latestSlot(HasMetadata connection, Instant now) {
    var hash = Long.parseLong(Names.hash8(connection.getMetadata().getUid()), 16);
    var offset = Duration.ofSeconds(hash % Duration.ofDays(1).toSeconds());
    var today = now.truncatedTo(ChronoUnit.DAYS).plus(offset);
    return today.isAfter(now) ? today.minus(Duration.ofDays(1)) : today;
  }
}
