package io.pgcask.runner.restore.globals;

/**
 * What a script adds to a role or a tablespace: a setting, a comment, a label, a right.
 *
 * @param to name of the role or tablespace
 * @param role that must exist for it, besides
 * @param since the first major version that knows it
 * @param sql written anew from what was understood
 */
public record Addition(String to, String role, int since, String sql) {

  /** That every server knows, and that needs no other role. */
  static Addition to(String to, String sql) {
    return new Addition(to, "", 0, sql);
  }
}
