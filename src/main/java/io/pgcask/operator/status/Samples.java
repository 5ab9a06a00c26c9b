package io.pgcask.operator.status;

import java.util.LinkedHashSet;
import java.util.List;

/** Bounded lists of a status that grow as reports come in. */
public final class Samples {

  private Samples() {}

  /**
   * What is known, then the news that is not known yet, at most {@code bound} of them.
   *
   * @param known null for none
   * @return null for none, since an absent list reads better in YAML than an empty one
   */
  public static <T> List<T> merge(List<T> known, List<T> news, int bound) {
    var all = new LinkedHashSet<T>();
    if (known != null) {
      all.addAll(known);
    }
    all.addAll(news);
    return all.isEmpty() ? null : all.stream().limit(bound).toList();
  }
}
