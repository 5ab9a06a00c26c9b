package io.pgcask.runner.backup;

import io.pgcask.api.v1alpha1.BackupSpec;
import io.pgcask.api.v1alpha1.DumpContent;
import io.pgcask.api.v1alpha1.DumpExclude;
import io.pgcask.api.v1alpha1.DumpFormat;
import io.pgcask.api.v1alpha1.DumpInclude;
import io.pgcask.api.v1alpha1.DumpOptions;
import io.pgcask.api.v1alpha1.DumpOptionsBuilder;
import io.pgcask.api.v1alpha1.DumpSection;
import io.pgcask.api.v1alpha1.LargeObjects;
import io.pgcask.runner.tool.FormatNames;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What each field of a Backup is to pg_dump: the table that the arguments, the refusals for older
 * versions and the reference in {@code docs/} are made from. Fields that are not arguments
 * (compression, largeObjects with Auto, serializableDeferrable) are handled where they belong.
 *
 * <p>Source: pg_dump's manual pages of 14 to 18; each constant is tried against real servers by
 * DumpOptionsIT.
 */
enum DumpOption {
  FORMAT("format", "--format", spec -> one(FormatNames.of(format(spec)))),
  INCLUDE_SCHEMAS("include.schemas", "--schema", include(DumpInclude::schemas)),
  INCLUDE_TABLES("include.tables", "--table", withoutChildren(include(DumpInclude::tables))),
  INCLUDE_TABLES_AND_CHILDREN(
      "include.tables", "--table-and-children", 16, withChildren(include(DumpInclude::tables))),
  INCLUDE_EXTENSIONS("include.extensions", "--extension", include(DumpInclude::extensions)),
  EXCLUDE_SCHEMAS("exclude.schemas", "--exclude-schema", exclude(DumpExclude::schemas)),
  EXCLUDE_TABLES(
      "exclude.tables", "--exclude-table", withoutChildren(exclude(DumpExclude::tables))),
  EXCLUDE_TABLES_AND_CHILDREN(
      "exclude.tables",
      "--exclude-table-and-children",
      16,
      withChildren(exclude(DumpExclude::tables))),
  EXCLUDE_TABLE_DATA(
      "exclude.tableData",
      "--exclude-table-data",
      withoutChildren(exclude(DumpExclude::tableData))),
  EXCLUDE_TABLE_DATA_AND_CHILDREN(
      "exclude.tableData",
      "--exclude-table-data-and-children",
      16,
      withChildren(exclude(DumpExclude::tableData))),
  EXCLUDE_EXTENSIONS(
      "exclude.extensions", "--exclude-extension", 17, exclude(DumpExclude::extensions)),
  FOREIGN_DATA("foreignData", "--include-foreign-data", spec -> list(spec.foreignData())),
  /** As -b and -B, whose long names changed with 16. */
  LARGE_OBJECTS("largeObjects: Include", "-b", largeObjects(LargeObjects.INCLUDE)),
  NO_LARGE_OBJECTS("largeObjects: Exclude", "-B", largeObjects(LargeObjects.EXCLUDE)),
  SCHEMA_ONLY("content: SchemaOnly", "--schema-only", content(DumpContent.SCHEMA_ONLY)),
  DATA_ONLY("content: DataOnly", "--data-only", content(DumpContent.DATA_ONLY)),
  SECTIONS(
      "sections",
      "--section",
      spec ->
          spec.sections() == null
              ? List.of()
              : spec.sections().stream().map(DumpOption::sectionName).toList()),
  NO_PRIVILEGES("options.noPrivileges", "--no-privileges", flag(DumpOptions::noPrivileges)),
  NO_COMMENTS("options.noComments", "--no-comments", flag(DumpOptions::noComments)),
  NO_PUBLICATIONS("options.noPublications", "--no-publications", flag(DumpOptions::noPublications)),
  NO_SUBSCRIPTIONS(
      "options.noSubscriptions", "--no-subscriptions", flag(DumpOptions::noSubscriptions)),
  NO_SECURITY_LABELS(
      "options.noSecurityLabels", "--no-security-labels", flag(DumpOptions::noSecurityLabels)),
  NO_TOAST_COMPRESSION(
      "options.noToastCompression",
      "--no-toast-compression",
      flag(DumpOptions::noToastCompression)),
  NO_UNLOGGED_TABLE_DATA(
      "options.noUnloggedTableData",
      "--no-unlogged-table-data",
      flag(DumpOptions::noUnloggedTableData)),
  NO_POLICIES("options.noPolicies", "--no-policies", 18, flag(DumpOptions::noPolicies)),
  STATISTICS("options.statistics", "--statistics", 18, flag(DumpOptions::statistics)),
  INSERTS("options.inserts", "--inserts", flag(DumpOptions::inserts)),
  COLUMN_INSERTS("options.columnInserts", "--column-inserts", flag(DumpOptions::columnInserts)),
  ROWS_PER_INSERT("options.rowsPerInsert", "--rows-per-insert", value(DumpOptions::rowsPerInsert)),
  ON_CONFLICT_DO_NOTHING(
      "options.onConflictDoNothing",
      "--on-conflict-do-nothing",
      flag(DumpOptions::onConflictDoNothing)),
  QUOTE_ALL_IDENTIFIERS(
      "options.quoteAllIdentifiers",
      "--quote-all-identifiers",
      flag(DumpOptions::quoteAllIdentifiers)),
  ENABLE_ROW_SECURITY(
      "options.enableRowSecurity", "--enable-row-security", flag(DumpOptions::enableRowSecurity)),
  ENCODING("options.encoding", "--encoding", value(DumpOptions::encoding)),
  ROLE("options.role", "--role", value(DumpOptions::role)),
  /** With its unit: a bare number would be milliseconds. */
  LOCK_WAIT_TIMEOUT(
      "options.lockWaitTimeoutSeconds",
      "--lock-wait-timeout",
      spec -> one(lockWaitSeconds(spec) + "s")),
  LOAD_VIA_PARTITION_ROOT(
      "options.loadViaPartitionRoot",
      "--load-via-partition-root",
      flag(DumpOptions::loadViaPartitionRoot)),
  EXTRA_FLOAT_DIGITS(
      "options.extraFloatDigits", "--extra-float-digits", value(DumpOptions::extraFloatDigits)),
  STRICT_NAMES("options.strictNames", "--strict-names", DumpOption::strictNames),
  NO_OWNER("options.noOwner", "--no-owner", flag(DumpOptions::noOwner)),
  NO_TABLESPACES("options.noTablespaces", "--no-tablespaces", flag(DumpOptions::noTablespaces)),
  NO_TABLE_ACCESS_METHOD(
      "options.noTableAccessMethod",
      "--no-table-access-method",
      15,
      flag(DumpOptions::noTableAccessMethod)),
  CLEAN("options.clean", "--clean", flag(DumpOptions::clean)),
  IF_EXISTS("options.ifExists", "--if-exists", flag(DumpOptions::ifExists)),
  DISABLE_TRIGGERS(
      "options.disableTriggers", "--disable-triggers", flag(DumpOptions::disableTriggers));

  /** The oldest pg_dump that is ever used. */
  private static final int OLDEST = 14;

  /** Stands for an option that takes no value. */
  private static final String NO_VALUE = "";

  private final String field;
  private final String argument;
  private final int since;
  private final Function<BackupSpec, List<String>> values;

  DumpOption(String field, String argument, Function<BackupSpec, List<String>> values) {
    this(field, argument, OLDEST, values);
  }

  DumpOption(String field, String argument, int since, Function<BackupSpec, List<String>> values) {
    this.field = field;
    this.argument = argument;
    this.since = since;
    this.values = values;
  }

  /** The field of the Backup, for people. */
  String field() {
    return field;
  }

  /** The option of pg_dump. */
  String argument() {
    return argument;
  }

  /** The first major version of pg_dump that has it. */
  int since() {
    return since;
  }

  /** Whether a Backup asks for it. */
  boolean isUsed(BackupSpec spec) {
    return !values.apply(spec).isEmpty();
  }

  /** The arguments that a Backup asks for: none, one, or one per pattern. */
  Stream<String> arguments(BackupSpec spec) {
    return values.apply(spec).stream()
        .map(value -> value.equals(NO_VALUE) ? argument : argument + "=" + value);
  }

  /** All arguments that a Backup asks for. */
  static Stream<String> all(BackupSpec spec) {
    return Stream.of(values()).flatMap(option -> option.arguments(spec));
  }

  /** The format with its default. */
  static DumpFormat format(BackupSpec spec) {
    return spec.format() == null ? DumpFormat.CUSTOM : spec.format();
  }

  /** How long pg_dump waits for the lock of a table. */
  static int lockWaitSeconds(BackupSpec spec) {
    return Optional.ofNullable(options(spec).lockWaitTimeoutSeconds()).orElse(60);
  }

  /** Whether patterns that match nothing are refused. */
  static boolean namesAreStrict(BackupSpec spec) {
    return !Boolean.FALSE.equals(options(spec).strictNames());
  }

  /** Whether something is selected by include: then pg_dump leaves out what is in no schema. */
  static boolean selects(BackupSpec spec) {
    return Stream.of(
            INCLUDE_SCHEMAS, INCLUDE_TABLES, INCLUDE_TABLES_AND_CHILDREN, INCLUDE_EXTENSIONS)
        .anyMatch(option -> option.isUsed(spec));
  }

  private static List<String> strictNames(BackupSpec spec) {
    return namesAreStrict(spec) && selects(spec) ? one(NO_VALUE) : List.of();
  }

  /** The options, none of them set if there are none. */
  static DumpOptions options(BackupSpec spec) {
    return spec.options() == null ? DumpOptionsBuilder.builder().build() : spec.options();
  }

  private static List<String> one(String value) {
    return List.of(value);
  }

  private static List<String> list(List<String> values) {
    return values == null ? List.of() : values;
  }

  private static Function<BackupSpec, List<String>> flag(Function<DumpOptions, Boolean> option) {
    return spec -> Boolean.TRUE.equals(option.apply(options(spec))) ? one(NO_VALUE) : List.of();
  }

  private static Function<BackupSpec, List<String>> value(Function<DumpOptions, ?> option) {
    return spec -> {
      var value = option.apply(options(spec));
      return value == null ? List.of() : one(value.toString());
    };
  }

  private static Function<BackupSpec, List<String>> include(
      Function<DumpInclude, List<String>> patterns) {
    return spec -> spec.include() == null ? List.of() : list(patterns.apply(spec.include()));
  }

  private static Function<BackupSpec, List<String>> exclude(
      Function<DumpExclude, List<String>> patterns) {
    return spec -> spec.exclude() == null ? List.of() : list(patterns.apply(spec.exclude()));
  }

  private static Function<BackupSpec, List<String>> withChildren(
      Function<BackupSpec, List<String>> patterns) {
    return spec -> Boolean.TRUE.equals(spec.includeChildren()) ? patterns.apply(spec) : List.of();
  }

  private static Function<BackupSpec, List<String>> withoutChildren(
      Function<BackupSpec, List<String>> patterns) {
    return spec -> Boolean.TRUE.equals(spec.includeChildren()) ? List.of() : patterns.apply(spec);
  }

  private static Function<BackupSpec, List<String>> largeObjects(LargeObjects choice) {
    return spec -> spec.largeObjects() == choice ? one(NO_VALUE) : List.of();
  }

  private static Function<BackupSpec, List<String>> content(DumpContent choice) {
    return spec -> spec.content() == choice ? one(NO_VALUE) : List.of();
  }

  private static String sectionName(DumpSection section) {
    return switch (section) {
      case PRE_DATA -> "pre-data";
      case DATA -> "data";
      case POST_DATA -> "post-data";
    };
  }
}
