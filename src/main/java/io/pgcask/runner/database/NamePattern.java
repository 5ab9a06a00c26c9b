package io.pgcask.runner.database;

import java.util.ArrayList;
import java.util.List;

/**
 * A {@link PsqlPattern} that is held against names without a server. Without a schema it fits names
 * in every schema, since there is no search path.
 */
public final class NamePattern {
  private final List<NameRegex> parts;

  private NamePattern(List<NameRegex> parts) {
    this.parts = parts;
  }

  /**
   * Parses a pattern.
   *
   * @throws InvalidPatternException if a part of it is no regular expression
   */
  public static NamePattern of(String pattern) throws InvalidPatternException {
    var parts = new ArrayList<NameRegex>();
    for (var part : PsqlPattern.parse(pattern).parts()) {
      parts.add(NameRegex.of(part));
    }
    return new NamePattern(List.copyOf(parts));
  }

  /** Whether it fits a name that is in no schema. */
  public boolean matches(String name) {
    return parts.size() == 1 && parts.getFirst().matches(name);
  }

  /** Whether it fits a name in a schema. A pattern with a database's name fits nothing. */
  public boolean matches(String schema, String name) {
    return parts.size() <= 2
        && parts.getLast().matches(name)
        && (parts.size() == 1 || parts.getFirst().matches(schema));
  }
}
