package io.pgcask.contract;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.pgcask.api.v1alpha1.DumpContent;
import io.pgcask.api.v1alpha1.DumpSection;
import io.pgcask.api.v1alpha1.RestoreNames;
import io.pgcask.api.v1alpha1.RestoreOptions;
import io.pgcask.api.v1alpha1.RestoreOptionsBuilder;
import io.pgcask.api.v1alpha1.RestoreSpec;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Optional;

/**
 * Which part of a backup is restored, and with which options of pg_restore; see RestoreSpec.
 *
 * @param include null: everything
 * @param exclude null: nothing
 * @param strict whether what the role may not restore fails the plan, and is not left out
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
    boolean strict) {

  /** The whole backup, without options. */
  public static final RestoreChoice EVERYTHING =
      new RestoreChoice(null, null, false, null, null, null, false);

  /** Absent in the JSON: everything. */
  public RestoreChoice {
    content = content == null ? DumpContent.ALL : content;
    sections = sections == null ? List.of() : List.copyOf(sections);
    options = options == null ? RestoreOptionsBuilder.builder().build() : options;
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
        Boolean.TRUE.equals(spec.strict()));
  }

  /** Whether no entry of the archive is left out by its name or kind. */
  public boolean takesAll() {
    return include == null
        && exclude == null
        && content == DumpContent.ALL
        && sections.isEmpty()
        && skippedExtensions().isEmpty();
  }

  /** Whether tables are created; if not, they must be there already. */
  public boolean createsTables() {
    return content != DumpContent.DATA_ONLY
        && (sections.isEmpty() || sections.contains(DumpSection.PRE_DATA));
  }

  /** Names of the extensions that are left out. */
  public List<String> skippedExtensions() {
    return options.skipExtensions() == null ? List.of() : options.skipExtensions();
  }

  /** The role that restores, if it is not the connection's user. */
  public Optional<String> role() {
    return Optional.ofNullable(options.role());
  }
}
