package io.pgcask.runner.database;

import io.pgcask.postgres.Sql;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One item of a database's access list, as PostgreSQL prints it: {@code grantee=CTc/grantor}, an
 * empty grantee for PUBLIC, a star behind a letter for the grant option.
 *
 * @param grantee empty: PUBLIC
 * @param plain privileges without grant option, as words of GRANT
 * @param grantable privileges with grant option
 */
record AccessItem(Optional<String> grantee, List<String> plain, List<String> grantable) {

  /**
   * Reads an item.
   *
   * @throws IllegalArgumentException if it is not one
   */
  static AccessItem parse(String item) {
    var name = new StringBuilder();
    int at = name(item, name);
    if (at >= item.length() || item.charAt(at) != '=') {
      throw new IllegalArgumentException("not an access item: " + item);
    }
    var plain = new ArrayList<String>();
    var grantable = new ArrayList<String>();
    for (at++; at < item.length() && item.charAt(at) != '/'; at++) {
      var word = word(item.charAt(at));
      if (at + 1 < item.length() && item.charAt(at + 1) == '*') {
        grantable.add(word);
        at++;
      } else {
        plain.add(word);
      }
    }
    return new AccessItem(Optional.of(name.toString()).filter(n -> !n.isEmpty()), plain, grantable);
  }

  private static int name(String item, StringBuilder name) {
    boolean quoted = false;
    int at = 0;
    for (; at < item.length(); at++) {
      char c = item.charAt(at);
      if (c == '"' && quoted && at + 1 < item.length() && item.charAt(at + 1) == '"') {
        name.append('"');
        at++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == '=' && !quoted) {
        break;
      } else {
        name.append(c);
      }
    }
    return at;
  }

  private static String word(char letter) {
    return switch (letter) {
      case 'C' -> "CREATE";
      case 'T' -> "TEMPORARY";
      case 'c' -> "CONNECT";
      default -> throw new IllegalArgumentException("not a privilege of a database: " + letter);
    };
  }

  /** The GRANT statements that make this item. */
  List<String> grants(String database) {
    var to = grantee.map(Sql::identifier).orElse("PUBLIC");
    var statements = new ArrayList<String>();
    if (!plain.isEmpty()) {
      statements.add(grant(plain, database, to));
    }
    if (!grantable.isEmpty()) {
      statements.add(grant(grantable, database, to) + " WITH GRANT OPTION");
    }
    return statements;
  }

  private static String grant(List<String> privileges, String database, String to) {
    return "GRANT %s ON DATABASE %s TO %s"
        .formatted(String.join(", ", privileges), Sql.identifier(database), to);
  }
}
