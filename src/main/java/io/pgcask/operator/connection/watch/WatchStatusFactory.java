package io.pgcask.operator.connection.watch;

import io.pgcask.api.v1alpha1.Condition;
import io.pgcask.api.v1alpha1.PostgresConnection;
import io.pgcask.api.v1alpha1.PostgresConnectionStatus;
import io.pgcask.api.v1alpha1.PostgresConnectionStatusBuilder;
import io.pgcask.api.v1alpha1.Realtime;
import io.pgcask.api.v1alpha1.RealtimeStatus;
import io.pgcask.api.v1alpha1.RealtimeStatusBuilder;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.SchemaStatus;
import io.pgcask.api.v1alpha1.SchemaStatusBuilder;
import io.pgcask.api.v1alpha1.WatchSchema;
import io.pgcask.operator.connection.watch.SchemaReader.Observation;
import io.pgcask.operator.job.Trouble;
import io.pgcask.operator.status.Conditions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What is known of a database, as a part of its connection's status. Pure. */
public final class WatchStatusFactory {

  /** Times that move with every write of a row are shown with another change, or this often. */
  private static final Duration REFRESH = Duration.ofMinutes(5);

  private WatchStatusFactory() {}

  /**
   * Conditions that somebody else has made, and the one of ours as it was.
   *
   * @param before of the resource; null for none
   */
  public static List<Condition> withPrevious(List<Condition> before, List<Condition> made) {
    if (before == null) {
      return made;
    }
    var all = new ArrayList<>(made);
    before.stream()
        .filter(c -> c.type().equals(Condition.WATCHING))
        .findFirst()
        .ifPresent(all::add);
    return List.copyOf(all);
  }

  /**
   * Adds to a status what is known of the database.
   *
   * @param status as a probe has made it
   */
  static PostgresConnectionStatus of(
      PostgresConnection connection,
      PostgresConnectionStatus status,
      WatchPlan plan,
      WatchReport report,
      Instant now) {
    var before = connection.getStatus();
    var sameSpec =
        before != null
            && Objects.equals(
                before.observedGeneration(), connection.getMetadata().getGeneration());
    var shown =
        PostgresConnectionStatusBuilder.builder(status)
            .conditions(condition(connection, status, plan, report, now))
            .schema(schema(status.schema(), sameSpec, plan, report, now))
            .realtime(realtime(status.realtime(), plan, report))
            .build();
    return settled(before, shown, now);
  }

  /** What an Event says of it; empty: nothing that has not been said, or that passes by itself. */
  static Optional<Trouble> news(PostgresConnectionStatus before, PostgresConnectionStatus now) {
    var known = watching(before).map(Condition::reason);
    return watching(now)
        .filter(c -> c.status().equals("False") && !known.equals(Optional.of(c.reason())))
        .map(c -> new Trouble(Reason.of(c.reason()), c.message()))
        .filter(t -> t.reason() != Reason.WATCHING_OFF && t.reason() != Reason.TABLE_BUSY);
  }

  private static Optional<Condition> watching(PostgresConnectionStatus status) {
    return status.conditions().stream()
        .filter(c -> c.type().equals(Condition.WATCHING))
        .findFirst();
  }

  private static List<Condition> condition(
      PostgresConnection connection,
      PostgresConnectionStatus status,
      WatchPlan plan,
      WatchReport report,
      Instant now) {
    var conditions =
        Conditions.from(status.conditions(), connection.getMetadata().getGeneration(), now);
    if (report.trouble().isPresent()) {
      var trouble = report.trouble().get();
      conditions.add(
          Condition.WATCHING,
          followsAnything(trouble) ? "False" : "Unknown",
          trouble.reason(),
          trouble.message());
    } else if (!plan.looks()) {
      conditions.add(
          Condition.WATCHING, "False", Reason.WATCHING_OFF, "watchSchema and realtime are Off");
    } else if (report.observation().isEmpty()) {
      conditions.add(
          Condition.WATCHING, "Unknown", Reason.PROBING, "the database has not been looked at yet");
    } else if (plan.wantsEventTriggers() && report.schema() != WatchSchema.TRIGGERS) {
      conditions.add(
          Condition.WATCHING, "Unknown", Reason.PROBING, "the event triggers are being made");
    } else {
      conditions.add(Condition.WATCHING, "True", Reason.WATCHING, sentence(report));
    }
    var all = new ArrayList<>(status.conditions());
    all.removeIf(c -> c.type().equals(Condition.WATCHING));
    all.addAll(conditions.list());
    return List.copyOf(all);
  }

  /** Less than was asked for is followed all the same; an unreachable server is not. */
  private static boolean followsAnything(Trouble trouble) {
    return switch (trouble.reason()) {
      case EVENT_TRIGGERS_DENIED,
          TRIGGERS_DENIED,
          TWO_PHASE_COMMIT,
          READ_ONLY_SERVER,
          LISTEN_INVALID,
          TABLE_BUSY ->
          true;
      default -> false;
    };
  }

  private static String sentence(WatchReport report) {
    var schema =
        switch (report.schema()) {
          case POLL -> "the schema is read at every probe";
          case TRIGGERS -> "event triggers tell of changes of the schema";
          case OFF -> "the schema is not followed";
        };
    var rows =
        switch (report.realtime()) {
          case STATISTICS -> "rows are followed by the server's counters";
          case TRIGGERS -> "triggers tell of changes of the tables that are listened to";
          case OFF -> "rows are not followed";
        };
    return schema + "; " + rows;
  }

  private static SchemaStatus schema(
      SchemaStatus before, boolean sameSpec, WatchPlan plan, WatchReport report, Instant now) {
    if (plan.schema() == WatchSchema.OFF) {
      return null;
    }
    if (report.observation().isEmpty()) {
      return before;
    }
    var seen = report.observation().get();
    var builder =
        before == null ? SchemaStatusBuilder.builder() : SchemaStatusBuilder.builder(before);
    // with another filter, another fingerprint says nothing of a change
    if (before != null && sameSpec && isOther(before, seen)) {
      builder.lastChangeTime(now);
    }
    return builder
        .mode(report.schema())
        .fingerprint(seen.fingerprint())
        .tables(seen.tables())
        .views(seen.views())
        .build();
  }

  private static boolean isOther(SchemaStatus before, Observation seen) {
    return before.fingerprint() != null && !before.fingerprint().equals(seen.fingerprint());
  }

  private static RealtimeStatus realtime(
      RealtimeStatus before, WatchPlan plan, WatchReport report) {
    if (plan.realtime() == Realtime.OFF) {
      return null;
    }
    var last = before == null ? null : before.lastChangeTime();
    return RealtimeStatusBuilder.builder()
        .mode(report.realtime())
        .lastChangeTime(report.rowsChanged().orElse(last))
        .build();
  }

  /** With the time of the last change of rows as it was, if nothing else is new and it is young. */
  private static PostgresConnectionStatus settled(
      PostgresConnectionStatus before, PostgresConnectionStatus shown, Instant now) {
    var last =
        Optional.ofNullable(before)
            .map(PostgresConnectionStatus::realtime)
            .map(RealtimeStatus::lastChangeTime);
    if (shown.realtime() == null || last.isEmpty() || last.get().plus(REFRESH).isBefore(now)) {
      return shown;
    }
    var quiet =
        PostgresConnectionStatusBuilder.builder(shown)
            .realtime(
                RealtimeStatusBuilder.builder(shown.realtime()).lastChangeTime(last.get()).build())
            .build();
    return quiet.equals(before) ? before : shown;
  }
}
