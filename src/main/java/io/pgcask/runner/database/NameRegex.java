package io.pgcask.runner.database;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * A regular expression of PostgreSQL ("advanced", as of the operator {@code ~}), held against a
 * name without a server. Understood is what makes sense in a name: branches, groups, bounds,
 * bracket expressions with ranges and classes, the escapes {@code \d \s \w}; no back references, no
 * constraints but {@code ^} and {@code $}.
 *
 * <p>Java's own expressions differ in brackets, classes and quantifiers, and take exponential time
 * for some patterns. Here each part of the expression is tried once from each place of the name.
 */
final class NameRegex {
  private final Node root;

  private NameRegex(Node root) {
    this.root = root;
  }

  static NameRegex of(String regex) throws InvalidPatternException {
    return new NameRegex(new NameRegexParser(regex).parse());
  }

  /** Whether the expression fits from the name's beginning to its end. */
  boolean matches(String name) {
    return new Match(name.codePoints().toArray()).all(root);
  }

  /** A part of an expression. */
  sealed interface Node {
    /** One character. */
    record One(IntPredicate fits) implements Node {}

    /** The beginning ({@code ^}) or the end ({@code $}) of the name. */
    record Edge(boolean end) implements Node {}

    /** One after the other. */
    record Sequence(List<Node> parts) implements Node {}

    /** One or the other. */
    record Choice(List<Node> branches) implements Node {}

    /**
     * Several times the same.
     *
     * @param most {@link Integer#MAX_VALUE} for any number
     */
    record Repeat(Node part, int least, int most) implements Node {}
  }

  /** An expression on its way along one name. */
  private static final class Match {
    private final int[] name;
    private final Map<Node, List<BitSet>> known = new IdentityHashMap<>();

    Match(int[] name) {
      this.name = name;
    }

    boolean all(Node root) {
      return from(root, 0).get(name.length);
    }

    /** Where a part may end that begins there. */
    private BitSet from(Node node, int at) {
      var ends = known.computeIfAbsent(node, unknown -> new ArrayList<>());
      while (ends.size() <= at) {
        ends.add(null);
      }
      if (ends.get(at) == null) {
        ends.set(at, ends(node, at));
      }
      return ends.get(at);
    }

    private BitSet ends(Node node, int at) {
      var ends = new BitSet();
      switch (node) {
        case Node.One one -> {
          if (at < name.length && one.fits().test(name[at])) {
            ends.set(at + 1);
          }
        }
        case Node.Edge edge -> ends.set(at, at == (edge.end() ? name.length : 0));
        case Node.Choice choice -> choice.branches().forEach(branch -> ends.or(from(branch, at)));
        case Node.Sequence sequence -> {
          ends.set(at);
          for (var part : sequence.parts()) {
            var next = from(part, ends);
            ends.clear();
            ends.or(next);
          }
        }
        case Node.Repeat repeat -> ends.or(repeated(repeat, at));
      }
      return ends;
    }

    private BitSet from(Node node, BitSet places) {
      var ends = new BitSet();
      places.stream().forEach(place -> ends.or(from(node, place)));
      return ends;
    }

    /**
     * After as many rounds as the name has characters nothing changes any more: either each round
     * takes a character, or one that takes none keeps every place.
     */
    private BitSet repeated(Node.Repeat repeat, int at) {
      var places = new BitSet();
      places.set(at);
      int least = Math.min(repeat.least(), name.length + 1);
      for (int i = 0; i < least; i++) {
        places = from(repeat.part(), places);
      }
      var ends = (BitSet) places.clone();
      int more = Math.min(repeat.most() - repeat.least(), name.length + 1);
      for (int i = 0; i < more && !places.isEmpty(); i++) {
        places = from(repeat.part(), places);
        ends.or(places);
      }
      return ends;
    }
  }
}
