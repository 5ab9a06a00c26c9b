package io.pgcask.operator.connection.watch;

import java.util.List;

/**
 * What pgcask makes in a database for one PostgresConnection, and how it is made and dropped. All
 * names hold an ID of the connection, so that two of them do not disturb each other.
 *
 * <p>The functions run within the transactions of others. They swallow every error but a
 * cancellation, name everything with its schema, so that no search_path matters, and keep silent
 * while the queue of notifications is half full: a full one would make commits fail. An equal
 * notification is sent once per transaction. Triggers are statement triggers, one per table for all
 * events.
 *
 * @param id 12 hexadecimal digits
 */
record OwnObjects(String id) {

  static final String SCHEMA = "pgcask";

  private static final int ID_LENGTH = 12;

  /** What a session holds that sees to the objects of an ID, beside others' use of such locks. */
  private static final long LOCK_PREFIX = 0x5047L << 48;

  private static final String FUNCTION =
      """
      CREATE FUNCTION %s RETURNS %s LANGUAGE plpgsql AS $pgcask$
      BEGIN
        IF %s pg_catalog.pg_notification_queue_usage() OPERATOR(pg_catalog.<) 0.5 THEN
          PERFORM pg_catalog.pg_notify('%s', %s);
        END IF;
        RETURN %s;
      EXCEPTION WHEN OTHERS THEN
        RETURN %s;
      END $pgcask$
      """;

  /** The objects of a connection with that UID. */
  static OwnObjects of(String uid) {
    return new OwnObjects(uid.replace("-", "").substring(0, ID_LENGTH));
  }

  /** The channel that notifications come by. */
  String channel() {
    return "pgcask_" + id;
  }

  /** Name of the trigger on each table. */
  String trigger() {
    return "pgcask_" + id;
  }

  /** Name of the function of the triggers on tables. */
  String rowsFunction() {
    return "rows_" + id;
  }

  /** Names of the event triggers, and of their functions. */
  List<String> eventTriggers() {
    return List.of("pgcask_" + id + "_ddl", "pgcask_" + id + "_drop");
  }

  long lockKey() {
    return LOCK_PREFIX | Long.parseLong(id, 16);
  }

  /** Makes the function of the triggers on tables: its notifications are "OID operation". */
  String createRowsFunction() {
    return FUNCTION.formatted(
        "pgcask." + rowsFunction() + "()",
        "trigger",
        "",
        channel(),
        "pg_catalog.concat(TG_RELID, ' ', TG_OP)",
        "NULL",
        "NULL");
  }

  /** Makes the functions of the event triggers: temporary tables are nobody's business. */
  List<String> createEventFunctions() {
    return List.of(
        eventFunction(
            eventTriggers().get(0),
            "EXISTS (SELECT FROM pg_catalog.pg_event_trigger_ddl_commands() c"
                + " WHERE c.schema_name IS NULL OR c.schema_name OPERATOR(pg_catalog.!~)"
                + " '^(pg_temp|pgcask$)') AND"),
        eventFunction(
            eventTriggers().get(1),
            "EXISTS (SELECT FROM pg_catalog.pg_event_trigger_dropped_objects() o"
                + " WHERE NOT o.is_temporary) AND"));
  }

  private String eventFunction(String name, String condition) {
    return FUNCTION
        .formatted(
            "pgcask." + name + "()", "event_trigger", condition, channel(), "'schema'", "", "")
        .replace("RETURN ;", "RETURN;");
  }

  List<String> createEventTriggers() {
    var names = eventTriggers();
    return List.of(
        "CREATE EVENT TRIGGER %1$s ON ddl_command_end EXECUTE FUNCTION pgcask.%1$s()"
            .formatted(names.get(0)),
        "CREATE EVENT TRIGGER %1$s ON sql_drop EXECUTE FUNCTION pgcask.%1$s()"
            .formatted(names.get(1)));
  }

  String createTrigger(String table) {
    return "CREATE TRIGGER %s AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON %s"
            .formatted(trigger(), table)
        + " FOR EACH STATEMENT EXECUTE FUNCTION pgcask.%s()".formatted(rowsFunction());
  }

  String dropTrigger(String table) {
    return "DROP TRIGGER IF EXISTS %s ON %s".formatted(trigger(), table);
  }

  List<String> dropEventTriggers() {
    return eventTriggers().stream().map(name -> "DROP EVENT TRIGGER IF EXISTS " + name).toList();
  }

  /** What is left once no trigger calls it. */
  List<String> dropFunctions() {
    return List.of(
        "DROP FUNCTION IF EXISTS pgcask.%s()".formatted(rowsFunction()),
        "DROP FUNCTION IF EXISTS pgcask.%s()".formatted(eventTriggers().get(0)),
        "DROP FUNCTION IF EXISTS pgcask.%s()".formatted(eventTriggers().get(1)));
  }

  /** Everything by hand, for a person: CASCADE takes the triggers along. */
  String dropLines() {
    return String.join(" ", dropFunctions().stream().map(line -> line + " CASCADE;").toList())
        + " DROP SCHEMA IF EXISTS pgcask;";
  }
}
