package io.pgcask.runner.database;

import io.pgcask.contract.Manifest;
import io.pgcask.contract.ManifestDatabaseBuilder;
import io.pgcask.postgres.Sql;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** The roles among the properties of a database. */
public final class DatabaseRoles {
  private DatabaseRoles() {}

  /** Their names. */
  public static Set<String> of(Manifest.Database properties) {
    var names = new LinkedHashSet<String>();
    if (properties.owner() != null) {
      names.add(properties.owner());
    }
    orEmpty(properties.acl())
        .forEach(item -> AccessItem.parse(item).grantee().ifPresent(names::add));
    orEmpty(properties.roleSettings()).forEach(settings -> names.add(settings.role()));
    return names;
  }

  /** The same properties with other names. */
  public static Manifest.Database mapped(
      Manifest.Database properties, UnaryOperator<String> names) {
    return ManifestDatabaseBuilder.builder(properties)
        .owner(Optional.ofNullable(properties.owner()).map(names).orElse(null))
        .acl(
            Optional.ofNullable(properties.acl())
                .map(acl -> acl.stream().map(item -> mapped(item, names)).toList())
                .orElse(null))
        .roleSettings(
            Optional.ofNullable(properties.roleSettings())
                .map(
                    all ->
                        all.stream()
                            .map(
                                settings ->
                                    new Manifest.RoleSettings(
                                        names.apply(settings.role()), settings.settings()))
                            .toList())
                .orElse(null))
        .build();
  }

  /** The same properties without what some roles have. */
  public static Manifest.Database without(Manifest.Database properties, Predicate<String> roles) {
    return ManifestDatabaseBuilder.builder(properties)
        .owner(Optional.ofNullable(properties.owner()).filter(roles.negate()).orElse(null))
        .acl(
            Optional.ofNullable(properties.acl())
                .map(
                    acl ->
                        acl.stream()
                            .filter(
                                item -> AccessItem.parse(item).grantee().filter(roles).isEmpty())
                            .toList())
                .orElse(null))
        .roleSettings(
            Optional.ofNullable(properties.roleSettings())
                .map(all -> all.stream().filter(one -> !roles.test(one.role())).toList())
                .orElse(null))
        .build();
  }

  /** The name before the first equals sign that is in no quotes. */
  private static String mapped(String item, UnaryOperator<String> names) {
    var grantee = AccessItem.parse(item).grantee();
    if (grantee.isEmpty()) {
      return item;
    }
    boolean quoted = false;
    int at = 0;
    while (quoted || item.charAt(at) != '=') {
      quoted ^= item.charAt(at) == '"';
      at++;
    }
    return Sql.identifier(names.apply(grantee.get())) + item.substring(at);
  }

  private static <T> List<T> orEmpty(List<T> list) {
    return list == null ? List.of() : list;
  }
}
