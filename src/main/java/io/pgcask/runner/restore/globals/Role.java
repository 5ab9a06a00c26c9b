package io.pgcask.runner.restore.globals;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * A role that a script makes.
 *
 * @param attributes what it may do
 * @param inherits whether it has the rights of its groups without SET ROLE
 * @param connectionLimit empty: none
 * @param password as the server keeps it, hashed
 * @param validUntil until when the password may be used, as the server wrote it
 */
public record Role(
    String name,
    Set<Attribute> attributes,
    boolean inherits,
    Optional<Integer> connectionLimit,
    Optional<String> password,
    Optional<String> validUntil) {

  /** What a role has only if it is said, as SQL names it. */
  public enum Attribute {
    /** No check of rights applies to it. */
    SUPERUSER,
    /** It may make roles. */
    CREATEROLE,
    /** It may make databases. */
    CREATEDB,
    /** It may log in. */
    LOGIN,
    /** It may stream the WAL. */
    REPLICATION,
    /** Row security does not apply to it. */
    BYPASSRLS
  }

  /** A role as CREATE ROLE makes it. */
  static Role named(String name) {
    return new Role(name, Set.of(), true, Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** The same without some attributes. */
  public Role without(Set<Attribute> some) {
    var left = new HashSet<>(attributes);
    left.removeAll(some);
    return new Role(name, Set.copyOf(left), inherits, connectionLimit, password, validUntil);
  }

  @Override
  public String toString() {
    return "Role[name=" + name + ", attributes=" + attributes + "]";
  }
}
