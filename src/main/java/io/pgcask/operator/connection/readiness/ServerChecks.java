package io.pgcask.operator.connection.readiness;

import io.pgcask.operator.connection.readiness.DumpFinding.Kind;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** What the server must have or let be, whatever the role may do. */
final class ServerChecks {

  private static final int STEP = 64;

  private static final String LOCKS =
      """
      SELECT current_setting('max_locks_per_transaction')::bigint AS each,
        current_setting('max_connections')::bigint
          + current_setting('max_prepared_transactions')::bigint AS documented,
        coalesce(current_setting('autovacuum_worker_slots', true),
                 current_setting('autovacuum_max_workers'))::bigint + 1
          + current_setting('max_worker_processes')::bigint
          + current_setting('max_wal_senders')::bigint AS others,
        (SELECT pg_catalog.count(*) FROM %s WHERE c.relkind IN ('r', 'p', 'S')) AS needed
      """
          .formatted(DumpCheck.OWN_RELATIONS);

  private static final String SUBSCRIPTIONS =
      """
      pg_catalog.pg_subscription s WHERE s.subdbid =
        (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
      """;

  private ServerChecks() {}

  /**
   * pg_dump holds a lock on every table and sequence until its end. The documentation's formula
   * leaves out the server's own processes, so there is room for more than it says. Beyond that it
   * is the slack of shared memory that decides: a server of 14 that reckons with 420 locks gave
   * 639, one of 18 that reckons with 550 gave 1442.
   */
  static Optional<DumpFinding> locks(Connection session, Subject subject) throws SQLException {
    try (var statement = session.createStatement();
        var row = statement.executeQuery(LOCKS)) {
      row.next();
      long each = row.getLong("each");
      long documented = row.getLong("documented");
      long needed = row.getLong("needed");
      long room = each * documented;
      long most = each * (documented + row.getLong("others"));
      if (needed * 10 <= room * 8) {
        return Optional.empty();
      }
      boolean tooMany = needed > most;
      long enough = (needed * 3 / 2 / documented / STEP + 1) * STEP;
      return Optional.of(
          new DumpFinding(
              tooMany ? Kind.LOCKS : Kind.SCARCE_LOCKS,
              needed,
              ("a dump locks %d tables and sequences, and the server has room for about %d locks of all sessions;"
                      + " max_locks_per_transaction should be %d")
                  .formatted(needed, room, Math.max(enough, each + STEP)),
              List.of(
                  setting(
                      subject,
                      "max_locks_per_transaction",
                      Long.toString(Math.max(enough, each + STEP)),
                      "then restart the server"))));
    }
  }

  /** At a provider it is set outside of SQL. */
  private static String setting(Subject subject, String name, String value, String then) {
    return subject.managed()
        ? "-- at the provider, set the server's parameter %s to %s; %s".formatted(name, value, then)
        : "ALTER SYSTEM SET %s = %s; -- %s".formatted(name, value, then);
  }

  static Optional<DumpFinding> subscriptions(Connection session, Subject subject)
      throws SQLException {
    if (subject.server().superuser()) {
      return Optional.empty();
    }
    var names = DumpCheck.names(session, "pg_catalog.quote_ident(s.subname)", SUBSCRIPTIONS, 3);
    return names.map(
        found ->
            new DumpFinding(
                Kind.SUBSCRIPTIONS,
                found.count(),
                ("pg_dump leaves out %s unless the role is a superuser: %s; in the Backup,"
                        + " options.noSubscriptions or allowPartial: [Subscriptions] does without")
                    .formatted(DumpCheck.counted(found.count(), "subscription"), found.some()),
                subject.managed()
                    ? List.of()
                    : List.of(
                        "ALTER ROLE %s SUPERUSER; -- or do without, see the finding"
                            .formatted(subject.grantee()))));
  }

  static Optional<DumpFinding> unlogged(Connection session, Subject subject) throws SQLException {
    if (!subject.server().inRecovery()) {
      return Optional.empty();
    }
    var names =
        DumpCheck.names(
            session,
            "pg_catalog.format('%I.%I', n.nspname, c.relname)",
            DumpCheck.OWN_RELATIONS + " WHERE c.relkind = 'r' AND c.relpersistence = 'u'",
            20);
    return names.map(
        found ->
            new DumpFinding(
                Kind.UNLOGGED,
                found.count(),
                ("a standby does not have the rows of %s: %s; dump from the primary, or in the Backup do without by"
                        + " options.noUnloggedTableData or allowPartial: [UnloggedData]")
                    .formatted(DumpCheck.counted(found.count(), "unlogged table"), found.some()),
                found.first().stream()
                    .map("ALTER TABLE %s SET LOGGED; -- on the primary"::formatted)
                    .toList()));
  }

  static Optional<DumpFinding> recoveryConflicts(Connection session, Subject subject)
      throws SQLException {
    if (!subject.server().inRecovery()
        || 0
            == DumpCheck.number(
                session,
                """
                SELECT pg_catalog.count(*) FROM pg_catalog.pg_settings
                WHERE name = 'hot_standby_feedback' AND setting = 'off'
                  AND current_setting('max_standby_streaming_delay') <> '-1'
                """)) {
      return Optional.empty();
    }
    return Optional.of(
        new DumpFinding(
            Kind.RECOVERY_CONFLICTS,
            1,
            "hot_standby_feedback is off, so the standby cancels a dump that has lasted longer than"
                + " max_standby_streaming_delay when it stands in the way of replication",
            List.of(
                setting(
                    subject, "hot_standby_feedback", "on", "then SELECT pg_reload_conf() there"))));
  }

  static Optional<DumpFinding> foreignTables(Connection session, Subject subject)
      throws SQLException {
    var names =
        DumpCheck.names(
            session,
            "pg_catalog.format('%I.%I', n.nspname, c.relname)",
            DumpCheck.OWN_RELATIONS + " WHERE c.relkind = 'f'",
            3);
    return names.map(
        found ->
            new DumpFinding(
                Kind.FOREIGN_TABLES,
                found.count(),
                "the rows of %s are dumped only if foreignData of the Backup names their server: %s"
                    .formatted(DumpCheck.counted(found.count(), "foreign table"), found.some()),
                List.of()));
  }

  /** Only what the role can see will be dumped, and only that is looked at. */
  static Optional<DumpFinding> passwords(Connection session, Subject subject) throws SQLException {
    long mappings =
        DumpCheck.number(
            session,
            """
            SELECT pg_catalog.count(*) FROM pg_catalog.pg_user_mappings m
            WHERE EXISTS (SELECT FROM pg_catalog.unnest(m.umoptions) o WHERE o ILIKE 'password=%')
            """);
    long subscriptions =
        subject.server().superuser()
            ? DumpCheck.number(
                session,
                "SELECT pg_catalog.count(*) FROM "
                    + SUBSCRIPTIONS
                    + " AND s.subconninfo ~* '(password|://[^/]*:[^/]*@)'")
            : 0;
    if (mappings + subscriptions == 0) {
      return Optional.empty();
    }
    return Optional.of(
        new DumpFinding(
            Kind.PASSWORDS,
            mappings + subscriptions,
            "the dump will hold the passwords of %s and of %s; encrypt it"
                .formatted(
                    DumpCheck.counted(mappings, "user mapping"),
                    DumpCheck.counted(subscriptions, "subscription")),
            List.of()));
  }
}
