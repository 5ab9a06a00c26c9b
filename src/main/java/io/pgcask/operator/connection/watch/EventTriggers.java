package io.pgcask.operator.connection.watch;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.operator.job.Trouble;
import io.pgcask.postgres.ProviderNames;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The event triggers of one connection in its database, which tell of changes of the schema. */
final class EventTriggers {

  private static final String EVENT_TRIGGERS =
      "SELECT evtname FROM pg_catalog.pg_event_trigger WHERE evtname = ANY (?)";

  private final Connection session;
  private final OwnObjects own;
  private final OwnFunctions functions;

  EventTriggers(Connection session, OwnObjects own, OwnFunctions functions) {
    this.session = session;
    this.own = own;
    this.functions = functions;
  }

  /**
   * Makes them or drops them.
   *
   * @param troubles gets what is in the way
   * @return whether they are there in the end
   */
  boolean step(boolean wanted, List<Trouble> troubles) throws SQLException {
    var installed = Installation.strings(session, EVENT_TRIGGERS, own.eventTriggers());
    if (!wanted) {
      if (!installed.isEmpty()) {
        Installation.run(session, own.dropEventTriggers().toArray(String[]::new));
      }
      return false;
    }
    if (installed.size() == own.eventTriggers().size()) {
      return true;
    }
    var trouble = create(installed);
    trouble.ifPresent(troubles::add);
    return trouble.isEmpty();
  }

  private Optional<Trouble> create(List<String> installed) throws SQLException {
    if (!isAllowed()) {
      return Optional.of(
          new Trouble(
              Reason.EVENT_TRIGGERS_DENIED,
              "only a superuser may create event triggers; the schema is read at every probe instead"));
    }
    var troubles = new ArrayList<Trouble>();
    for (int i = 0; i < own.eventTriggers().size(); i++) {
      var name = own.eventTriggers().get(i);
      if (installed.contains(name)) {
        continue;
      }
      if (!functions.make(name, own.createEventFunctions().get(i), troubles)) {
        return troubles.stream().findFirst();
      }
      try {
        Installation.run(session, own.createEventTriggers().get(i));
      } catch (SQLException e) {
        if (!Installation.state(e).equals(Installation.INSUFFICIENT_PRIVILEGE)) {
          throw e;
        }
        return Optional.of(new Trouble(Reason.EVENT_TRIGGERS_DENIED, Installation.message(e)));
      }
    }
    return Optional.empty();
  }

  /** Providers let roles that are no superusers create event triggers, each in a way of its own. */
  private boolean isAllowed() throws SQLException {
    return !Installation.strings(
            session,
            """
            SELECT r.rolname FROM pg_catalog.pg_roles r
            WHERE r.rolname = current_user AND r.rolsuper OR r.rolname = ANY (?)
              AND pg_catalog.pg_has_role(r.oid, 'MEMBER')
            """,
            ProviderNames.superusers())
        .isEmpty();
  }
}
