package io.pgcask.runner.restore.globals;

import java.util.Optional;

/**
 * A role is a member of another one.
 *
 * @param group the role that it is a member of
 * @param admin whether it may grant that to others
 * @param inherit whether it has the group's rights without SET ROLE; empty: as the member does in
 *     general, which is all that servers before 16 know
 * @param set whether it may become the group by SET ROLE
 */
public record Membership(
    String group, String member, boolean admin, Optional<Boolean> inherit, boolean set) {

  /** What somebody has to whom both were granted, by different roles. */
  Membership or(Membership other) {
    return new Membership(
        group,
        member,
        admin || other.admin,
        inherit.isPresent() && other.inherit.isPresent()
            ? Optional.of(inherit.get() || other.inherit.get())
            : Optional.empty(),
        set || other.set);
  }
}
