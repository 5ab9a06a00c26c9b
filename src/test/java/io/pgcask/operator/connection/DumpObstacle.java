package io.pgcask.operator.connection;

import io.pgcask.api.v1alpha1.Reason;

/** Something that makes a dump by a role fail, be partial, or deserve a warning. */
enum DumpObstacle {
  SCHEMA(
      Reason.SCHEMAS_NOT_READABLE,
      "CREATE SCHEMA \"S'1\"; CREATE TABLE \"S'1\".t (i int); GRANT SELECT ON \"S'1\".t TO %s",
      1,
      "permission denied for schema"),
  TABLE(
      Reason.TABLES_NOT_READABLE,
      "CREATE TABLE \"a \"\"b\"\" %%s\" (i int)",
      1,
      "permission denied for table"),
  PARTITIONED_TABLE(
      Reason.TABLES_NOT_READABLE,
      "CREATE TABLE p (i int) PARTITION BY LIST (i); CREATE TABLE p1 PARTITION OF p DEFAULT;"
          + " GRANT SELECT ON p1 TO %s",
      1,
      "permission denied for table"),
  MANY_TABLES(
      Reason.TABLES_NOT_READABLE,
      "DO $$BEGIN FOR i IN 1..30 LOOP EXECUTE format('CREATE TABLE t%%s (i serial)', i); END LOOP; END$$",
      30,
      "permission denied for table"),
  SEQUENCE(
      Reason.SEQUENCES_NOT_READABLE,
      "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY); GRANT SELECT ON t TO %s",
      1,
      "sequence"),
  ROW_SECURITY(
      Reason.ROW_SECURITY_APPLIES,
      "CREATE TABLE t (i int); GRANT SELECT ON t TO %s; ALTER TABLE t ENABLE ROW LEVEL SECURITY",
      1,
      "row-level security"),
  LARGE_OBJECT(
      Reason.LARGE_OBJECTS_NOT_READABLE,
      "SELECT lo_from_bytea(0, '1'), lo_from_bytea(0, '2')",
      2,
      "permission denied for large object"),
  MANY_LARGE_OBJECTS(
      Reason.LARGE_OBJECTS_NOT_READABLE,
      "SELECT lo_from_bytea(0, '1') FROM generate_series(1, 30)",
      30,
      "permission denied for large object"),
  SUBSCRIPTION(
      Reason.SUBSCRIPTIONS_LEFT_OUT,
      "CREATE SUBSCRIPTION \"case\" CONNECTION 'dbname=x' PUBLICATION p"
          + " WITH (connect = false, slot_name = NONE, enabled = false)",
      1,
      "subscriptions not dumped because current user is not a superuser");

  final Reason reason;
  final String sql;
  final int count;
  final String complaint;

  DumpObstacle(Reason reason, String sql, int count, String complaint) {
    this.reason = reason;
    this.sql = sql;
    this.count = count;
    this.complaint = complaint;
  }

  /** pg_dump leaves subscriptions out and ends well. */
  boolean fails() {
    return this != SUBSCRIPTION;
  }
}
