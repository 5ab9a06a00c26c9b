package io.pgcask.runner.database;

import io.pgcask.api.v1alpha1.CreateDatabase;
import io.pgcask.contract.Manifest;
import io.pgcask.contract.ManifestDatabaseBuilder;
import io.pgcask.postgres.Sql;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** The statements that make a database with the properties of a manifest. */
public final class DatabaseSql {
  /**
   * Settings that are lists of names: their stored value is a list already quoted, which must be
   * taken apart. The list is that of pg_dump's {@code variable_is_guc_list_quote}.
   */
  private static final Set<String> LISTS =
      Set.of(
          "local_preload_libraries",
          "search_path",
          "session_preload_libraries",
          "shared_preload_libraries",
          "temp_tablespaces",
          "unix_socket_directories");

  private final String name;
  private final Manifest.Database properties;

  /**
   * For a database.
   *
   * @param name of the database to make, which need not be the original's
   */
  public DatabaseSql(String name, Manifest.Database properties) {
    this.name = name;
    this.properties = properties;
  }

  /**
   * Properties of which some are others. A locale replaces that of the provider that it is for: of
   * libc its two, of another provider the one that it has beside them.
   */
  public static Manifest.Database changed(Manifest.Database properties, CreateDatabase asked) {
    var changed = ManifestDatabaseBuilder.builder(properties);
    if (asked.owner() != null) {
      changed.owner(asked.owner());
    }
    if (asked.encoding() != null) {
      changed.encoding(asked.encoding());
    }
    if (asked.localeProvider() != null) {
      changed.localeProvider(asked.localeProvider().word()).locale(null).icuRules(null);
    }
    if (asked.locale() != null) {
      if (new DatabaseSql(properties.name(), changed.build()).provider().equals("libc")) {
        changed.collate(asked.locale()).ctype(asked.locale());
      } else {
        changed.locale(asked.locale());
      }
    }
    return changed.build();
  }

  /** Whether servers of a major version know the original's locale provider. */
  public boolean providerKnownTo(int targetMajor) {
    return switch (provider()) {
      case "icu" -> targetMajor >= 15;
      case "builtin" -> targetMajor >= 17;
      default -> true;
    };
  }

  /**
   * CREATE DATABASE, from template0 since others may hold objects and fix the locale. What the
   * target does not know (see {@link #providerKnownTo}) is left out, and so is what nobody knows of
   * the original.
   */
  public String create(int targetMajor) {
    var sql = new StringBuilder("CREATE DATABASE ").append(Sql.identifier(name));
    sql.append(" TEMPLATE template0");
    append(sql, "ENCODING", properties.encoding());
    append(sql, "LC_COLLATE", properties.collate());
    append(sql, "LC_CTYPE", properties.ctype());
    boolean known = properties.localeProvider() != null || properties.collate() != null;
    if (known && targetMajor >= 15 && providerKnownTo(targetMajor)) {
      sql.append(" LOCALE_PROVIDER ").append(provider());
      if (provider().equals("icu")) {
        append(sql, "ICU_LOCALE", properties.locale());
        append(sql, "ICU_RULES", targetMajor >= 16 ? properties.icuRules() : null);
      } else if (provider().equals("builtin")) {
        append(sql, "BUILTIN_LOCALE", properties.locale());
      }
    }
    return sql.toString();
  }

  private static void append(StringBuilder sql, String word, String value) {
    if (value != null) {
      sql.append(' ').append(word).append(' ').append(Sql.literal(value));
    }
  }

  private String provider() {
    return properties.localeProvider() == null
        ? "libc"
        : properties.localeProvider().toLowerCase(Locale.ROOT);
  }

  /**
   * What follows the data. The owner comes last: once it is another role, the one that restores may
   * not change the database any more.
   */
  public List<String> afterData() {
    var database = Sql.identifier(name);
    var statements = new ArrayList<String>();
    if (properties.comment() != null) {
      statements.add(
          "COMMENT ON DATABASE " + database + " IS " + Sql.literal(properties.comment()));
    }
    for (var setting : orEmpty(properties.settings())) {
      statements.add("ALTER DATABASE " + database + " " + set(setting));
    }
    for (var role : orEmpty(properties.roleSettings())) {
      for (var setting : orEmpty(role.settings())) {
        statements.add(
            "ALTER ROLE %s IN DATABASE %s %s"
                .formatted(Sql.identifier(role.role()), database, set(setting)));
      }
    }
    if (properties.connectionLimit() >= 0) {
      statements.add(
          "ALTER DATABASE " + database + " CONNECTION LIMIT " + properties.connectionLimit());
    }
    if (properties.acl() != null) {
      statements.add("REVOKE ALL ON DATABASE " + database + " FROM PUBLIC");
      for (var item : properties.acl()) {
        statements.addAll(AccessItem.parse(item).grants(name));
      }
    }
    if (properties.owner() != null) {
      statements.add(
          "ALTER DATABASE " + database + " OWNER TO " + Sql.identifier(properties.owner()));
    }
    return statements;
  }

  /** The roles that have rights on it. */
  public List<String> grantees() {
    return orEmpty(properties.acl()).stream()
        .flatMap(item -> AccessItem.parse(item).grantee().stream())
        .toList();
  }

  private static <T> List<T> orEmpty(List<T> list) {
    return list == null ? List.of() : list;
  }

  /** {@code SET name TO value} from {@code name=value}. */
  private static String set(String setting) {
    int equals = setting.indexOf('=');
    var variable = setting.substring(0, equals);
    var value = setting.substring(equals + 1);
    var shown =
        isList(variable)
            ? names(value).stream().map(Sql::literal).collect(Collectors.joining(", "))
            : Sql.literal(value);
    return "SET " + Sql.identifier(variable) + " TO " + (shown.isEmpty() ? "''" : shown);
  }

  /** Whether the value of a setting is a list of names, each perhaps in double quotes. */
  public static boolean isList(String setting) {
    return LISTS.contains(setting.toLowerCase(Locale.ROOT));
  }

  /** Takes a list of names apart, each perhaps in double quotes. */
  private static List<String> names(String list) {
    var names = new ArrayList<String>();
    var name = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < list.length(); i++) {
      char c = list.charAt(i);
      if (c == '"' && quoted && i + 1 < list.length() && list.charAt(i + 1) == '"') {
        name.append('"');
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        names.add(name.toString());
        name.setLength(0);
      } else if (quoted || c != ' ') {
        name.append(c);
      }
    }
    if (!list.isBlank()) {
      names.add(name.toString());
    }
    return names;
  }
}
