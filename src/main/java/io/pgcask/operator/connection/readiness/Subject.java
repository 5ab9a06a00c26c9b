package io.pgcask.operator.connection.readiness;

import io.pgcask.api.v1alpha1.Provider;
import io.pgcask.postgres.ServerFacts;
import io.pgcask.postgres.Sql;

/**
 * Who would dump from what.
 *
 * @param role the session's, unquoted
 */
record Subject(String role, ServerFacts server, Provider provider) {

  /** The role as SQL has it. */
  String grantee() {
    return Sql.identifier(role);
  }

  /** Whether somebody else runs the server, and nobody is a superuser there. */
  boolean managed() {
    return provider != Provider.GENERIC;
  }
}
