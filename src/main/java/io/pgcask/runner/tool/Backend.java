package io.pgcask.runner.tool;

import java.util.Optional;

/**
 * What the server says of the backend that works for a tool.
 *
 * @param copy the COPY that it runs, if it runs one of a table
 */
public record Backend(Doing doing, Optional<Copy> copy) {

  /** What a backend does at one moment. */
  public enum Doing {
    /** It computes, or waits for a disk or for a lock. */
    WORKS,
    /** It has rows to send, and the tool does not take them. */
    WAITS_FOR_TOOL,
    /** It has nothing to do, or reads from the tool. */
    IDLE
  }

  /**
   * A COPY of a table.
   *
   * @param relation OID of the table
   * @param name {@code schema.table}
   * @param bytes what it has sent so far
   */
  public record Copy(long relation, String name, long bytes) {}

  /**
   * From the words of pg_stat_activity.
   *
   * @param state null, or for example {@code active}
   * @param waitType wait_event_type; null: it waits for nothing
   * @param waitEvent wait_event
   */
  static Doing doing(String state, String waitType, String waitEvent) {
    if (!"active".equals(state)) {
      return Doing.IDLE;
    }
    if (!"Client".equals(waitType)) {
      return Doing.WORKS;
    }
    return "ClientWrite".equals(waitEvent) ? Doing.WAITS_FOR_TOOL : Doing.IDLE;
  }
}
