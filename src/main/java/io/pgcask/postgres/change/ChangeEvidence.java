package io.pgcask.postgres.change;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a database looked like at one moment, as far as it takes to say later that a dump would hold
 * the same. {@link EvidenceReader} reads it.
 *
 * <p>It errs on one side only: it may say that something has changed when nothing has (after VACUUM
 * FULL, a restart, a repeated GRANT). For that it must be read <em>before</em> the snapshot of the
 * dump that it is kept with: a server counts rows up to ten seconds after their commit (PostgreSQL
 * 14: until the session does something else or ends), and what is counted late counts as a change
 * at the next look, not as none.
 */
public sealed interface ChangeEvidence {

  /** Whether nothing has changed since the other was read; false where that is not known. */
  default boolean unchangedSince(ChangeEvidence earlier) {
    return differenceFrom(earlier).isEmpty();
  }

  /** What has changed since the other was read, or why that is not known; empty: nothing has. */
  default Optional<String> differenceFrom(ChangeEvidence earlier) {
    return switch (this) {
      case Unknown unknown -> Optional.of(unknown.why());
      case Known now ->
          switch (earlier) {
            case Unknown unknown -> Optional.of(unknown.why());
            case Known then -> now.firstDifference(then);
          };
    };
  }

  /**
   * It is known.
   *
   * @param parts what was looked at, by its name for people; a value says nothing by itself
   */
  record Known(@JsonProperty("parts") Map<String, String> parts) implements ChangeEvidence {

    @JsonCreator
    public Known {
      parts = Map.copyOf(parts);
      if (parts.isEmpty()) {
        throw new IllegalArgumentException("no evidence is no evidence of anything");
      }
    }

    private Optional<String> firstDifference(Known then) {
      if (!parts.keySet().equals(then.parts.keySet())) {
        return Optional.of("another version of pgcask has looked");
      }
      return new TreeMap<>(parts)
          .entrySet().stream()
              .filter(part -> !part.getValue().equals(then.parts.get(part.getKey())))
              .map(part -> part.getKey() + " changed")
              .findFirst();
    }
  }

  /**
   * It cannot be known.
   *
   * @param why a part of a sentence
   */
  record Unknown(String why) implements ChangeEvidence {}
}
