package io.pgcask.runner.restore;

import io.pgcask.api.v1alpha1.ExtensionChoice;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.archive.ArchiveEntry;
import io.pgcask.contract.RestoreChoice;
import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.Sql;
import io.pgcask.runner.restore.selection.ExtensionPlaces;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Extensions that are created by us, before the load, since they get another schema or version than
 * the backup's; and with them what they need.
 */
final class ExtensionPlan {
  private static final String CHECK = "extensions";
  private static final String PUBLIC = "public";

  private final RestorePlan plan;
  private final RestoreChoice choice;

  ExtensionPlan(RestorePlan plan, RestoreChoice choice) {
    this.plan = plan;
    this.choice = choice;
  }

  /**
   * What is created.
   *
   * @param entries numbers of those that are created by us
   * @param statements in their order
   */
  record Work(Set<Integer> entries, List<String> statements) {
    static final Work NONE = new Work(Set.of(), List.of());
  }

  /** An extension that the target has already. */
  record Installed(String version, String schema) {}

  /** What the target's server says of extensions. */
  interface Server {
    /** The versions that it offers of one. */
    List<String> versions(String extension) throws PostgresException;

    /** The schema that a version must lie in, if it says so. */
    Optional<String> fixedSchema(String extension) throws PostgresException;

    /** What the target database has of one. */
    Optional<Installed> installed(String extension) throws PostgresException;
  }

  /**
   * Makes the checks.
   *
   * @param entries that are to be restored
   * @param all of the archive
   */
  Work check(List<ArchiveEntry> entries, List<ArchiveEntry> all, Server server)
      throws PostgresException {
    var placed = choice.placedExtensions();
    if (placed.isEmpty()) {
      return Work.NONE;
    }
    warnOfAbsent(all);
    var places = new ExtensionPlaces(entries, all);
    for (var entry : places.named(placed.keySet())) {
      check(entry, placed.get(entry.tag()), places, server);
    }
    var ours = places.withNeeded(placed.keySet());
    if (ours.isEmpty()) {
      return Work.NONE;
    }
    var ids = new HashSet<Integer>();
    var statements = new ArrayList<String>();
    var owners = new ArrayList<String>();
    var schemas = new HashSet<String>();
    for (var entry : ours) {
      var own = Optional.ofNullable(placed.get(entry.tag()));
      var schema = own.map(ExtensionChoice::schema).or(() -> ExtensionPlaces.schema(entry));
      if (schema.isPresent() && schemas.add(schema.get())) {
        schema(schema.get(), places, ids, statements, owners, server.fixedSchema(entry.tag()));
      }
      ids.add(entry.dumpId());
      statements.add(
          "CREATE EXTENSION IF NOT EXISTS %s%s%s"
              .formatted(
                  Sql.identifier(entry.tag()),
                  schema.map(name -> " SCHEMA " + Sql.identifier(name)).orElse(""),
                  own.map(ExtensionChoice::version)
                      .map(version -> " VERSION " + Sql.literal(version))
                      .orElse("")));
    }
    statements.addAll(owners);
    plan.passedUnlessFailed(
        CHECK, "%d extensions are created before everything else".formatted(ours.size()));
    return new Work(Set.copyOf(ids), List.copyOf(statements));
  }

  /**
   * The schema that an extension will lie in: what the backup holds of it is created by us, too.
   */
  private void schema(
      String name,
      ExtensionPlaces places,
      Set<Integer> ids,
      List<String> statements,
      List<String> owners,
      Optional<String> fixed) {
    if (name.equals(PUBLIC)) {
      return;
    }
    var entry = places.schemaEntry(name);
    if (entry.isEmpty() && fixed.filter(name::equals).isPresent()) {
      return; // its own script makes it
    }
    statements.add("CREATE SCHEMA IF NOT EXISTS " + Sql.identifier(name));
    if (entry.isPresent()) {
      ids.add(entry.get().dumpId());
      if (!Boolean.TRUE.equals(choice.options().noOwner())
          && choice.roleMap().isEmpty()
          && !entry.get().owner().isEmpty()) {
        owners.add(
            "ALTER SCHEMA %s OWNER TO %s"
                .formatted(Sql.identifier(name), Sql.identifier(entry.get().owner())));
      }
    }
  }

  private void warnOfAbsent(List<ArchiveEntry> all) {
    choice.placedExtensions().keySet().stream()
        .sorted()
        .filter(
            name ->
                all.stream()
                    .noneMatch(
                        entry -> entry.desc().equals("EXTENSION") && entry.tag().equals(name)))
        .forEach(
            name ->
                plan.warning(
                    CHECK,
                    "options.extensionMap: extension %s is not in the archive".formatted(name)));
  }

  private void check(
      ArchiveEntry entry, ExtensionChoice wanted, ExtensionPlaces places, Server server)
      throws PostgresException {
    var name = entry.tag();
    var installed = server.installed(name);
    if (installed.isPresent()) {
      checkInstalled(name, wanted, installed.get());
    } else {
      checkAvailable(name, wanted, server);
    }
    var old = ExtensionPlaces.schema(entry);
    if (wanted.schema() != null && old.filter(wanted.schema()::equals).isEmpty()) {
      old.flatMap(schema -> places.mention(entry, schema))
          .ifPresent(
              mention ->
                  failed(
                      "extension %s cannot lie in schema %s: %s names it as %s; leave out its schema in options.extensionMap"
                          .formatted(name, wanted.schema(), mention.by(), mention.name())));
    }
  }

  private void checkInstalled(String name, ExtensionChoice wanted, Installed installed) {
    if (wanted.version() != null && !wanted.version().equals(installed.version())) {
      failed(
          "the target has extension %s in version %s, not %s: alter it there, or leave the version out"
              .formatted(name, installed.version(), wanted.version()));
    }
    if (wanted.schema() != null && !wanted.schema().equals(installed.schema())) {
      failed(
          "the target has extension %s in schema %s, not %s: alter it there, or leave the schema out"
              .formatted(name, installed.schema(), wanted.schema()));
    }
  }

  private void checkAvailable(String name, ExtensionChoice wanted, Server server)
      throws PostgresException {
    var versions = server.versions(name);
    if (versions.isEmpty()) {
      return; // which the rights say
    }
    if (wanted.version() != null && !versions.contains(wanted.version())) {
      failed(
          "the target's server does not offer extension %s in version %s, but in %s"
              .formatted(name, wanted.version(), String.join(", ", versions)));
    }
    var fixed = server.fixedSchema(name);
    if (wanted.schema() != null && fixed.isPresent() && !fixed.get().equals(wanted.schema())) {
      failed(
          "extension %s lies in schema %s and in no other: leave its schema out"
              .formatted(name, fixed.get()));
    }
  }

  private void failed(String text) {
    plan.failed(CHECK, Reason.INVALID_OPTIONS, text);
  }
}
