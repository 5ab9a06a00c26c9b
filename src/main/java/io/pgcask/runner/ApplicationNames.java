package io.pgcask.runner;

/** What pg_stat_activity shows of a run. */
public final class ApplicationNames {
  private ApplicationNames() {}

  /** Of the tools: {@code pgcask/<uid>}. */
  public static String tool(String uid) {
    return "pgcask/" + uid;
  }

  /** Of the runner's own sessions, which are not to be taken for the tools'. */
  public static String session(String uid) {
    return "pgcask/" + uid + "/runner";
  }
}
