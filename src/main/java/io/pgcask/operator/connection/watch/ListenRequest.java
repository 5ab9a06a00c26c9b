package io.pgcask.operator.connection.watch;

import io.pgcask.api.v1alpha1.PostgresConnection;
import io.pgcask.operator.Labels;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;

/**
 * What annotation {@code pgcask.io/listen} asks for: the time at which it ends, a semicolon, and
 * tables or views as {@link TableName#parse} reads them.
 */
public sealed interface ListenRequest {

  /** Nobody may ask for longer at once: who still listens, asks again. */
  Duration LONGEST = Duration.ofHours(24);

  /** How many tables and views may be listened to at once. */
  int MOST = 100;

  /** Nobody listens, or not any more. */
  record Nothing() implements ListenRequest {}

  /** Somebody listens to these until then. */
  record Tables(Instant until, List<TableName> names) implements ListenRequest {}

  /** It cannot be read; why. */
  record Invalid(String why) implements ListenRequest {}

  /** That of a connection. */
  static ListenRequest of(PostgresConnection connection, Instant now) {
    return Labels.annotation(connection, Labels.LISTEN)
        .map(value -> parse(value, now))
        .orElseGet(Nothing::new);
  }

  /** That of an annotation's value. */
  static ListenRequest parse(String value, Instant now) {
    var parts = value.split(";", 2);
    if (parts.length < 2) {
      return new Invalid(
          "write a time, a semicolon and tables: 2026-11-26T13:00:00Z;public.orders");
    }
    try {
      var until = OffsetDateTime.parse(parts[0].strip()).toInstant();
      if (!until.isAfter(now)) {
        return new Nothing();
      }
      if (until.isAfter(now.plus(LONGEST))) {
        return new Invalid("the time is more than 24 hours ahead: listen for less, and ask again");
      }
      var names = TableName.parse(parts[1]).stream().distinct().toList();
      return names.size() > MOST
          ? new Invalid("%d tables; %d is the most".formatted(names.size(), MOST))
          : new Tables(until, names);
    } catch (DateTimeParseException e) {
      return new Invalid("the time before the semicolon is none of RFC 3339");
    } catch (IllegalArgumentException e) {
      return new Invalid(e.getMessage());
    }
  }

  /** The same, at a later time. */
  default ListenRequest at(Instant now) {
    return this instanceof Tables tables && !tables.until().isAfter(now) ? new Nothing() : this;
  }

  /** The tables and views that are listened to. */
  default List<TableName> tables() {
    return switch (this) {
      case Tables tables -> tables.names();
      case Nothing nothing -> List.of();
      case Invalid invalid -> List.of();
    };
  }
}
