package io.pgcask.runner.restore.roles;

import java.util.Map;
import java.util.Set;

/**
 * Which role of the target stands for one of the archive.
 *
 * @param mapped by its name in the archive; who is not here keeps his name
 * @param forbidden roles, by their names on the target, that nothing may be given to
 */
public record RoleNames(Map<String, String> mapped, Set<String> forbidden) {

  /** The name on the target. */
  public String of(String role) {
    return mapped.getOrDefault(role, role);
  }

  /** Whether nothing may be given to what stands for a role. */
  public boolean isForbidden(String role) {
    return forbidden.contains(of(role));
  }
}
