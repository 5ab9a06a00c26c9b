package io.pgcask.operator.connection.readiness;

/** Who answers in place of the server. */
public enum Pooling {
  /** Nobody: the session is the server's own. */
  NONE,

  /** A pooler that leaves a session to its client until the client goes. */
  SESSION,

  /** A pooler that gives each transaction, or each statement, another session. */
  TRANSACTION,

  /** A pooler that has no second session to give; a dump needs more than one. */
  EXHAUSTED
}
