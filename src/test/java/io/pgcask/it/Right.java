package io.pgcask.it;

/** One verb on one resource, as a ClusterRole grants it. */
record Right(String verb, String group, String resource) implements Comparable<Right> {

  @Override
  public int compareTo(Right other) {
    return toString().compareTo(other.toString());
  }

  @Override
  public String toString() {
    return "%s %s%s".formatted(verb, resource, group.isEmpty() ? "" : "." + group);
  }
}
