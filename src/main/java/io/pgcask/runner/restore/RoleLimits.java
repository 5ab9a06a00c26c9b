package io.pgcask.runner.restore;

import io.pgcask.archive.ArchiveEntry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What of an archive the role cannot restore: what a database does without is left out, for the
 * rest somebody has to do something first. Pure.
 *
 * @param leftOut numbers of the entries that are left out, with everything that needs them
 * @param warnings a sentence about each thing that is left out
 * @param refusals a sentence about each thing that cannot be left out
 */
record RoleLimits(Set<Integer> leftOut, List<String> warnings, List<String> refusals) {
  private static final String OF_EXTENSION = "EXTENSION ";
  private static final String ALL_TABLES = " FOR ALL TABLES";

  /**
   * Finds them.
   *
   * @param entries that are to be restored, in the archive's order
   */
  static RoleLimits of(List<ArchiveEntry> entries, TargetRights rights) {
    var limits = new RoleLimits(new HashSet<>(), new ArrayList<>(), new ArrayList<>());
    for (var entry : entries) {
      if (entry.desc().equals("EXTENSION")) {
        limits.extension(entry.tag(), rights);
      } else if (entry.dependencies().stream().anyMatch(limits.leftOut::contains)) {
        limits.leftOut.add(entry.dumpId()); // its comment, its tables
      } else {
        limits
            .needed(entry, rights)
            .ifPresent(
                right -> {
                  limits.leftOut.add(entry.dumpId());
                  limits.warnings.add(
                      "%s %s is left out: %s".formatted(kind(entry), entry.tag(), right));
                });
      }
    }
    return limits;
  }

  private void extension(String name, TargetRights rights) {
    if (rights.installed().containsKey(name)) {
      return;
    }
    if (!rights.available().containsKey(name)) {
      refusals.add(
          "extension %s is not available on the target's server: install its package there, or leave it out with options.skipExtensions"
              .formatted(name));
    } else if (!rights.available().get(name) && !rights.superuser() && !rights.provided()) {
      refusals.add(
          "role %s may not create extension %s: let a superuser create the database and the extension, and use mode IntoEmpty; or leave it out with options.skipExtensions"
              .formatted(rights.role(), name));
    }
  }

  /** The right that the role lacks for an entry. */
  private Optional<String> needed(ArchiveEntry entry, TargetRights rights) {
    if (rights.superuser()) {
      return Optional.empty();
    }
    return switch (entry.desc()) {
      case "COMMENT" -> ofExtension(entry, rights);
      case "EVENT TRIGGER" -> superuser(rights);
      case "PUBLICATION" ->
          entry.definition().contains(ALL_TABLES) ? superuser(rights) : Optional.empty();
      case "PUBLICATION TABLES IN SCHEMA" -> superuser(rights);
      case "SUBSCRIPTION" ->
          rights.subscriptions() || rights.provided()
              ? Optional.empty()
              : Optional.of(
                  "role %s is neither a superuser nor a member of pg_create_subscription"
                      .formatted(rights.role()));
      default -> Optional.empty();
    };
  }

  private static Optional<String> ofExtension(ArchiveEntry comment, TargetRights rights) {
    if (!comment.tag().startsWith(OF_EXTENSION)) {
      return Optional.empty();
    }
    var name = unquoted(comment.tag().substring(OF_EXTENSION.length()));
    return rights.installed().getOrDefault(name, true)
        ? Optional.empty()
        : Optional.of("the extension belongs to another role");
  }

  private static Optional<String> superuser(TargetRights rights) {
    return rights.provided()
        ? Optional.empty()
        : Optional.of("role %s is no superuser".formatted(rights.role()));
  }

  /** A comment's tag is the kind and the name of what it is about. */
  private static String kind(ArchiveEntry entry) {
    return switch (entry.desc()) {
      case "COMMENT" -> "the comment on";
      case "PUBLICATION TABLES IN SCHEMA" -> "from a publication, schema";
      default -> entry.desc().toLowerCase(Locale.ROOT);
    };
  }

  private static String unquoted(String name) {
    return name.startsWith("\"") && name.endsWith("\"") && name.length() > 1
        ? name.substring(1, name.length() - 1).replace("\"\"", "\"")
        : name;
  }
}
