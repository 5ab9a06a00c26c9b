package io.pgcask.runner.restore;

import io.pgcask.api.v1alpha1.Provider;
import io.pgcask.archive.ArchiveEntry;
import io.pgcask.contract.RestoreChoice;
import io.pgcask.postgres.ProviderNames;
import io.pgcask.postgres.lexer.SqlLexer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What of an archive a provider forbids, or owns itself, whatever rights the role has. What nothing
 * else needs is left out; the rest is refused. Pure; nothing for {@link Provider#GENERIC}.
 *
 * @param leftOut numbers of the entries that are left out, with what is said about them
 * @param warnings a sentence about each thing that is left out
 * @param refusals a sentence about each thing that is needed by others
 */
record ProviderLimits(Set<Integer> leftOut, List<String> warnings, List<String> refusals) {
  private static final String OF_EXTENSION = "EXTENSION ";
  private static final Set<String> REMARKS = Set.of("COMMENT", "ACL", "SECURITY LABEL");

  /** PostgreSQL lets only superusers make these, and no provider gives them to anybody. */
  private static final Set<String> OF_SUPERUSERS =
      Set.of(
          "ACCESS METHOD",
          "FOREIGN DATA WRAPPER",
          "OPERATOR CLASS",
          "OPERATOR FAMILY",
          "PROCEDURAL LANGUAGE",
          "TEXT SEARCH PARSER",
          "TEXT SEARCH TEMPLATE");

  private static final Set<String> MACHINE_CODE = Set.of("c", "internal");

  /** Extensions that only one provider has. */
  private static final Pattern OF_PROVIDER =
      Pattern.compile("(aws_|rds_|google_|alloydb_|azure_).*|azure|apg_plan_mgmt|pg_azure_storage");

  /**
   * Finds them.
   *
   * @param entries that are to be restored, in the archive's order
   */
  static ProviderLimits of(
      List<ArchiveEntry> entries, Provider provider, RestoreChoice choice, TargetRights rights) {
    var limits = new ProviderLimits(new HashSet<>(), new ArrayList<>(), new ArrayList<>());
    if (provider == Provider.GENERIC) {
      return limits;
    }
    var forbidden = new HashMap<Integer, String>();
    for (var entry : entries) {
      why(entry, provider, choice, rights).ifPresent(why -> forbidden.put(entry.dumpId(), why));
    }
    var neededBy = neededBy(entries, forbidden);
    for (var entry : entries) {
      var id = entry.dumpId();
      if (!forbidden.containsKey(id)) {
        if (REMARKS.contains(entry.desc())
            && entry.dependencies().stream().anyMatch(limits.leftOut::contains)) {
          limits.leftOut.add(id);
        }
      } else if (neededBy.containsKey(id)) {
        limits.refusals.add(
            "%s cannot be restored, and %s needs it: %s; leave both out by exclude"
                .formatted(text(entry), text(neededBy.get(id)), forbidden.get(id)));
      } else {
        limits.leftOut.add(id);
        limits.warnings.add("%s is left out: %s".formatted(text(entry), forbidden.get(id)));
      }
    }
    return limits;
  }

  /** For each that is forbidden, the first that is not and cannot do without it. */
  private static Map<Integer, ArchiveEntry> neededBy(
      List<ArchiveEntry> entries, Map<Integer, String> forbidden) {
    var neededBy = new HashMap<Integer, ArchiveEntry>();
    for (var entry : entries) {
      if (!forbidden.containsKey(entry.dumpId()) && !REMARKS.contains(entry.desc())) {
        entry.dependencies().stream()
            .filter(forbidden::containsKey)
            .forEach(id -> neededBy.putIfAbsent(id, entry));
      }
    }
    return neededBy;
  }

  private static Optional<String> why(
      ArchiveEntry entry, Provider provider, RestoreChoice choice, TargetRights rights) {
    var desc = entry.desc();
    var word = provider.word();
    if (desc.equals("COMMENT") && entry.tag().startsWith(OF_EXTENSION)) {
      return Optional.of("extensions belong to provider " + word);
    }
    if (desc.equals("EVENT TRIGGER") && provider == Provider.AZURE) {
      return Optional.of("provider %s takes no event triggers".formatted(word));
    }
    if (OF_SUPERUSERS.contains(desc)) {
      return Optional.of("it takes a superuser, whom provider %s gives to nobody".formatted(word));
    }
    if ((desc.equals("FUNCTION") || desc.equals("PROCEDURE")) && isMachineCode(entry)) {
      return Optional.of(
          "it is machine code, which provider %s runs in extensions only".formatted(word));
    }
    if (desc.equals("EXTENSION")
        && !rights.available().containsKey(entry.tag())
        && !rights.installed().containsKey(entry.tag())
        && OF_PROVIDER.matcher(entry.tag()).matches()) {
      return Optional.of("another provider's, and provider %s does not offer it".formatted(word));
    }
    var owner = choice.roleMap().getOrDefault(entry.owner(), entry.owner());
    if (desc.equals("DEFAULT ACL") && ProviderNames.isRole(owner, provider)) {
      return Optional.of("default rights of the role of a provider");
    }
    return Optional.empty();
  }

  private static boolean isMachineCode(ArchiveEntry function) {
    var tokens = SqlLexer.tokens(function.definition(), false);
    int depth = 0;
    for (int i = 0; i + 1 < tokens.size(); i++) {
      depth += tokens.get(i).is("(") ? 1 : tokens.get(i).is(")") ? -1 : 0;
      var isPartOfName = tokens.get(i + 1).is(".") || i > 0 && tokens.get(i - 1).is(".");
      if (depth == 0 && tokens.get(i).is("LANGUAGE") && !isPartOfName) {
        var name = tokens.get(i + 1);
        return (name.isName() ? Optional.of(name.name()) : name.string())
            .filter(MACHINE_CODE::contains)
            .isPresent();
      }
    }
    return false;
  }

  private static String text(ArchiveEntry entry) {
    return entry.desc().equals("COMMENT")
        ? "the comment on " + entry.tag()
        : entry.desc().toLowerCase(Locale.ROOT) + " " + entry.qualifiedTag();
  }
}
