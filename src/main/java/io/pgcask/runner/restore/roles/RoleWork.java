package io.pgcask.runner.restore.roles;

import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is set for which roles.
 *
 * @param entries what is set
 * @param names who gets it
 * @param kept numbers of entries that keep the owner that restored them
 * @param role that restores; empty: the session's own
 * @param superuser whether that is one
 */
public record RoleWork(
    RoleEntries entries,
    RoleNames names,
    Set<Integer> kept,
    Optional<String> role,
    boolean superuser) {

  /** The roles of the target that something is done in the name of. */
  public Set<String> actors() {
    return entries.actors().stream()
        .filter(role -> !names.isForbidden(role))
        .map(names::of)
        .collect(Collectors.toSet());
  }

  /** Whether something gets another owner than the role that restores. */
  boolean gives(Ownership ownership) {
    return !kept.contains(ownership.entry().dumpId())
        && !names.isForbidden(ownership.entry().owner());
  }
}
