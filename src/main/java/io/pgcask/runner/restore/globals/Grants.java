package io.pgcask.runner.restore.globals;

import io.pgcask.postgres.Sql;
import java.util.ArrayList;
import java.util.Optional;

/** Reads GRANT and REVOKE, behind these words. */
final class Grants {
  /** The first major version with privileges on parameters. */
  private static final int PARAMETERS_SINCE = 15;

  private Grants() {}

  /**
   * A right on a parameter or a tablespace.
   *
   * @param onTablespace else on a parameter
   */
  record Right(boolean onTablespace, Addition addition) {}

  /** {@code group TO member}; who granted it is left out. */
  static Membership membership(Cursor sql) throws GlobalsException {
    var group = sql.name();
    sql.keywords("TO");
    var member = sql.name();
    boolean admin = false;
    var inherit = Optional.<Boolean>empty();
    boolean set = true;
    if (sql.takes("WITH")) {
      do {
        if (sql.takes("ADMIN")) {
          admin = granted(sql);
        } else if (sql.takes("INHERIT")) {
          inherit = Optional.of(granted(sql));
        } else {
          sql.keywords("SET");
          set = granted(sql);
        }
      } while (sql.takes(','));
    }
    if (sql.takes("GRANTED", "BY")) {
      sql.name();
    }
    return new Membership(group, member, admin, inherit, set);
  }

  private static boolean granted(Cursor sql) throws GlobalsException {
    if (sql.takes("FALSE")) {
      return false;
    }
    if (!sql.takes("TRUE")) {
      sql.keywords("OPTION");
    }
    return true;
  }

  /** Rights on a parameter belong to the role that gets them, those on a tablespace to that. */
  static Right right(Cursor sql) throws GlobalsException {
    var privileges = privileges(sql);
    boolean parameter = isOnParameter(sql);
    var object = sql.name();
    while (sql.takes('.')) {
      object += "." + sql.name();
    }
    sql.keywords("TO");
    var grantee = sql.name();
    var option = sql.takes("WITH", "GRANT", "OPTION") ? " WITH GRANT OPTION" : "";
    var statement =
        "GRANT %s ON %s %s TO %s%s"
            .formatted(
                privileges,
                parameter ? "PARAMETER" : "TABLESPACE",
                Sql.identifier(object),
                Sql.identifier(grantee),
                option);
    return parameter
        ? new Right(false, new Addition(grantee, grantee, PARAMETERS_SINCE, statement))
        : new Right(true, new Addition(object, grantee, 0, statement));
  }

  private static String privileges(Cursor sql) throws GlobalsException {
    var privileges = new ArrayList<String>();
    do {
      if (sql.takes("ALTER", "SYSTEM")) {
        privileges.add("ALTER SYSTEM");
      } else if (sql.takes("SET")) {
        privileges.add("SET");
      } else if (sql.takes("CREATE")) {
        privileges.add("CREATE");
      } else {
        sql.keywords("ALL");
        privileges.add("ALL");
      }
    } while (sql.takes(','));
    return String.join(", ", privileges);
  }

  private static boolean isOnParameter(Cursor sql) throws GlobalsException {
    if (sql.takes("ON", "PARAMETER")) {
      return true;
    }
    sql.keywords("ON", "TABLESPACE");
    return false;
  }

  /** Of what is made anew, nobody has a right that could be taken away. */
  static void revoke(Cursor sql) throws GlobalsException {
    privileges(sql);
    isOnParameter(sql);
    sql.name();
    while (sql.takes('.')) {
      sql.name();
    }
    sql.keywords("FROM");
    sql.name();
  }
}
