package io.pgcask.runner.restore.selection;

import java.util.List;
import java.util.Set;

/**
 * What is taken of an archive.
 *
 * @param dumpIds in the archive's order
 * @param findings what is worth knowing about it
 */
public record Selection(List<Integer> dumpIds, List<Finding> findings) {

  /** The same without some of it. */
  public Selection without(Set<Integer> leftOut) {
    return new Selection(dumpIds.stream().filter(id -> !leftOut.contains(id)).toList(), findings);
  }

  /** The lines of a file for {@code pg_restore --use-list}, which reads the numbers alone. */
  public List<String> lines() {
    return dumpIds.stream().map(id -> id + ";").toList();
  }
}
