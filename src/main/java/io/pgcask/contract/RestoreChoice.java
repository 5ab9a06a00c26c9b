package io.pgcask.contract;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.pgcask.api.v1alpha1.DumpContent;
import io.pgcask.api.v1alpha1.DumpSection;
import io.pgcask.api.v1alpha1.ExtensionChoice;
import io.pgcask.api.v1alpha1.RestoreNames;
import io.pgcask.api.v1alpha1.RestoreOptions;
import io.pgcask.api.v1alpha1.RestoreOptionsBuilder;
import io.pgcask.api.v1alpha1.RestoreSpec;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which part of a backup is restored, and with which options of pg_restore; see RestoreSpec.
 *
 * @param include null: everything
 * @param exclude null: nothing
 * @param strict whether what the role may not restore fails the plan, and is not left out
 * @param jobs connections that restore at once; absent in the JSON: 1
 * @param scratchBytes how much the scratch disk of several jobs may hold; null: as much as fits
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@RecordBuilder
public record RestoreChoice(
    RestoreNames include,
    RestoreNames exclude,
    boolean includeDependencies,
    DumpContent content,
    List<DumpSection> sections,
    RestoreOptions options,
    boolean strict,
    int jobs,
    Long scratchBytes) {

  /** The whole backup, without options. */
  public static final RestoreChoice EVERYTHING =
      new RestoreChoice(null, null, false, null, null, null, false, 1, null);

  /** Absent in the JSON: everything, by one job. */
  public RestoreChoice {
    content = content == null ? DumpContent.ALL : content;
    sections = sections == null ? List.of() : List.copyOf(sections);
    options = options == null ? RestoreOptionsBuilder.builder().build() : options;
    jobs = Math.max(1, jobs);
  }

  /** What a spec asks for. */
  public static RestoreChoice of(RestoreSpec spec) {
    return new RestoreChoice(
        spec.include(),
        spec.exclude(),
        Boolean.TRUE.equals(spec.includeDependencies()),
        spec.content(),
        spec.sections(),
        spec.options(),
        Boolean.TRUE.equals(spec.strict()),
        spec.jobs() == null ? 1 : spec.jobs(),
        null);
  }

  /** Whether no entry of the archive is left out by its name or kind. */
  public boolean takesAll() {
    return include == null
        && exclude == null
        && content == DumpContent.ALL
        && sections.isEmpty()
        && skippedExtensions().isEmpty()
        && placedExtensions().isEmpty()
        && roleMap().isEmpty();
  }

  /** Settings of the sessions that load, by their names. */
  public Map<String, String> sessionSettings() {
    return options.sessionReplicationRole() == null
        ? Map.of()
        : Map.of("session_replication_role", options.sessionReplicationRole().word());
  }

  /** Whether tables are created; if not, they must be there already. */
  public boolean createsTables() {
    return content != DumpContent.DATA_ONLY
        && (sections.isEmpty() || sections.contains(DumpSection.PRE_DATA));
  }

  /** Names of the extensions that are left out. */
  public List<String> skippedExtensions() {
    return Stream.concat(
            options.skipExtensions() == null ? Stream.of() : options.skipExtensions().stream(),
            extensionMap().entrySet().stream()
                .filter(extension -> extension.getValue().skipped())
                .map(Map.Entry::getKey)
                .sorted())
        .distinct()
        .toList();
  }

  /** The extensions that get a schema or a version of their own, by name. */
  public Map<String, ExtensionChoice> placedExtensions() {
    return extensionMap().entrySet().stream()
        .filter(extension -> !extension.getValue().skipped())
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private Map<String, ExtensionChoice> extensionMap() {
    return options.extensionMap() == null ? Map.of() : options.extensionMap();
  }

  /** Which roles of the backup are which on the target. */
  public Map<String, String> roleMap() {
    return options.roleMap() == null ? Map.of() : options.roleMap();
  }

  /** The role that restores, if it is not the connection's user. */
  public Optional<String> role() {
    return Optional.ofNullable(options.role());
  }
}
