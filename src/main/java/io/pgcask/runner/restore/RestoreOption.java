package io.pgcask.runner.restore;

import io.pgcask.api.v1alpha1.RestoreOptions;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What each option of a Restore is to pg_restore. skipExtensions is none of them: what is left out
 * by its name is left out of the list of entries. Nor is createMissingRoles: roles are no entries.
 * sessionReplicationRole is a setting of the sessions that pg_restore opens.
 *
 * <p>Source: pg_restore's manual pages of 14 to 18.
 */
enum RestoreOption {
  NO_OWNER("options.noOwner", "--no-owner", flag(RestoreOptions::noOwner)),
  NO_PRIVILEGES("options.noPrivileges", "--no-privileges", flag(RestoreOptions::noPrivileges)),
  NO_COMMENTS("options.noComments", "--no-comments", flag(RestoreOptions::noComments)),
  NO_PUBLICATIONS(
      "options.noPublications", "--no-publications", flag(RestoreOptions::noPublications)),
  NO_SUBSCRIPTIONS(
      "options.noSubscriptions", "--no-subscriptions", flag(RestoreOptions::noSubscriptions)),
  NO_SECURITY_LABELS(
      "options.noSecurityLabels", "--no-security-labels", flag(RestoreOptions::noSecurityLabels)),
  NO_TABLESPACES("options.noTablespaces", "--no-tablespaces", flag(RestoreOptions::noTablespaces)),
  NO_TABLE_ACCESS_METHOD(
      "options.noTableAccessMethod",
      "--no-table-access-method",
      15,
      flag(RestoreOptions::noTableAccessMethod)),
  DISABLE_TRIGGERS(
      "options.disableTriggers", "--disable-triggers", flag(RestoreOptions::disableTriggers)),
  /** Without it, pg_restore disables no triggers. The list of entries says the same. */
  DATA_ONLY("options.disableTriggers", "--data-only", flag(RestoreOptions::disableTriggers)),
  ENABLE_ROW_SECURITY(
      "options.enableRowSecurity",
      "--enable-row-security",
      flag(RestoreOptions::enableRowSecurity)),
  ROLE("options.role", "--role", options -> Stream.ofNullable(options.role())),
  EXIT_ON_ERROR("options.exitOnError", "--exit-on-error", flag(RestoreOptions::exitOnError)),
  SINGLE_TRANSACTION(
      "options.singleTransaction", "--single-transaction", flag(RestoreOptions::singleTransaction)),
  TRANSACTION_SIZE(
      "options.transactionSize",
      "--transaction-size",
      17,
      options -> Stream.ofNullable(options.transactionSize()).map(String::valueOf));

  /** The oldest pg_restore that is ever used. */
  private static final int OLDEST = 14;

  /** Stands for an option that takes no value. */
  private static final String NO_VALUE = "";

  private final String field;
  private final String argument;
  private final int since;
  private final Function<RestoreOptions, Stream<String>> values;

  RestoreOption(String field, String argument, Function<RestoreOptions, Stream<String>> values) {
    this(field, argument, OLDEST, values);
  }

  RestoreOption(
      String field, String argument, int since, Function<RestoreOptions, Stream<String>> values) {
    this.field = field;
    this.argument = argument;
    this.since = since;
    this.values = values;
  }

  /** The field of the Restore, for people. */
  String field() {
    return field;
  }

  /** The first major version of pg_restore that has it. */
  int since() {
    return since;
  }

  /** Those that a Restore asks for. */
  static Stream<RestoreOption> used(RestoreOptions options) {
    return Stream.of(values()).filter(option -> option.values.apply(options).findAny().isPresent());
  }

  /** All arguments that a Restore asks for. */
  static Stream<String> arguments(RestoreOptions options) {
    return Stream.of(values())
        .flatMap(
            option ->
                option
                    .values
                    .apply(options)
                    .map(
                        value ->
                            value.equals(NO_VALUE)
                                ? option.argument
                                : option.argument + "=" + value));
  }

  private static Function<RestoreOptions, Stream<String>> flag(
      Function<RestoreOptions, Boolean> option) {
    return options ->
        Boolean.TRUE.equals(option.apply(options)) ? Stream.of(NO_VALUE) : Stream.empty();
  }
}
