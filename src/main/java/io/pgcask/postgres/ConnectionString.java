package io.pgcask.postgres;

import io.pgcask.api.v1alpha1.TlsMode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A connection string of libpq, in its URI form ({@code postgres://user:password@host:port/db?...})
 * or its keyword form ({@code host=... user=...}), as <a
 * href="https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING">PostgreSQL
 * documents it</a>. One host; no sockets; keywords that name files, services or replication are
 * refused by name (see {@link ConnectionKeywords}).
 *
 * @param host host name or address, an IPv6 address without brackets
 * @param port 1 to 65535; empty: libpq's default, 5432
 * @param database as written; see {@link #databaseOrUser()}
 * @param user as written
 * @param password as written; an empty one counts as none, as in libpq
 * @param tlsMode the sslmode, if the string has one
 * @param connectTimeoutSeconds connect_timeout, if the string has a positive one
 */
public record ConnectionString(
    String host,
    OptionalInt port,
    Optional<String> database,
    Optional<String> user,
    Optional<String> password,
    Optional<TlsMode> tlsMode,
    OptionalInt connectTimeoutSeconds) {

  static final String SEVERAL_HOSTS =
      "the connection string names several hosts; a dump must come from the server that was looked"
          + " at, so name one: the primary, or a name that always leads to it, such as a Service."
          + " A standby to dump from belongs in spec.readHost";

  /** The longest connect_timeout, as of the field of a PostgresConnection. */
  private static final int MAX_CONNECT_TIMEOUT = 300;

  /**
   * Reads a connection string.
   *
   * @throws InvalidConnectionStringException if it is not one, has several hosts, none, or a
   *     socket, or holds a keyword that is unknown or refused
   */
  public static ConnectionString parse(String text) throws InvalidConnectionStringException {
    Map<String, String> values =
        ConnectionUri.isUri(text) ? ConnectionUri.parse(text) : ConnectionKeywords.parse(text);
    ConnectionKeywords.check(values);
    return new ConnectionString(
        host(values),
        number(values, "port", 1, 65535),
        text(values, "dbname"),
        text(values, "user"),
        text(values, "password"),
        tlsMode(values),
        connectTimeout(values));
  }

  /** The database that libpq would connect to: the one written, else the one called as the user. */
  public Optional<String> databaseOrUser() {
    return database.or(this::user);
  }

  /**
   * The URI form, {@code postgresql://...}. {@link #parse} reads it back as it is.
   *
   * @return text with the password in it
   */
  public String toUri() {
    return ConnectionUri.write(this);
  }

  /**
   * The keyword form, {@code host='...' port='...'}. {@link #parse} reads it back as it is.
   *
   * @return text with the password in it
   */
  public String toKeywords() {
    return ConnectionKeywords.write(keywords());
  }

  /** What is written, by keyword. */
  Map<String, String> keywords() {
    var values = new LinkedHashMap<String, String>();
    values.put("host", host);
    port.ifPresent(number -> values.put("port", Integer.toString(number)));
    database.ifPresent(name -> values.put("dbname", name));
    user.ifPresent(name -> values.put("user", name));
    password.ifPresent(secret -> values.put("password", secret));
    tlsMode.ifPresent(mode -> values.put("sslmode", mode.sslmode()));
    connectTimeoutSeconds.ifPresent(
        seconds -> values.put("connect_timeout", Integer.toString(seconds)));
    return values;
  }

  private static String host(Map<String, String> values) throws InvalidConnectionStringException {
    var host =
        text(values, "host")
            .orElseThrow(
                () -> new InvalidConnectionStringException("the connection string names no host"));
    if (host.startsWith("/") || host.startsWith("@")) {
      throw new InvalidConnectionStringException(
          "the host is a Unix socket, which a pod cannot reach; use a host name or an address");
    }
    if (host.contains(",") || values.getOrDefault("port", "").contains(",")) {
      throw new InvalidConnectionStringException(SEVERAL_HOSTS);
    }
    if (host.chars().anyMatch(Character::isWhitespace)) {
      throw new InvalidConnectionStringException("the host contains a space");
    }
    return host;
  }

  private static Optional<String> text(Map<String, String> values, String keyword) {
    return Optional.ofNullable(values.get(keyword)).filter(value -> !value.isEmpty());
  }

  private static OptionalInt number(Map<String, String> values, String keyword, int min, int max)
      throws InvalidConnectionStringException {
    var text = text(values, keyword);
    if (text.isEmpty()) {
      return OptionalInt.empty();
    }
    try {
      int number = Integer.parseInt(text.get().strip());
      if (number >= min && number <= max) {
        return OptionalInt.of(number);
      }
    } catch (NumberFormatException e) {
      // falls to the same message as a number out of range
    }
    throw new InvalidConnectionStringException(
        min == Integer.MIN_VALUE
            ? keyword + " must be a number up to " + max
            : keyword + " must be a number from " + min + " to " + max);
  }

  private static OptionalInt connectTimeout(Map<String, String> values)
      throws InvalidConnectionStringException {
    // libpq: zero or negative means no limit; every path of ours ends, so the default stays
    var seconds = number(values, "connect_timeout", Integer.MIN_VALUE, MAX_CONNECT_TIMEOUT);
    return seconds.isPresent() && seconds.getAsInt() > 0 ? seconds : OptionalInt.empty();
  }

  private static Optional<TlsMode> tlsMode(Map<String, String> values)
      throws InvalidConnectionStringException {
    var word = text(values, "sslmode");
    if (word.isEmpty()) {
      return Optional.empty();
    }
    for (var mode : TlsMode.values()) {
      if (mode.sslmode().equals(word.get())) {
        return Optional.of(mode);
      }
    }
    throw new InvalidConnectionStringException(
        "sslmode must be disable, allow, prefer, require, verify-ca or verify-full");
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "ConnectionString[host=%s, port=%s, database=%s, user=%s, password=%s]"
        .formatted(host, port, database, user, password.isPresent() ? "***" : "none");
  }
}
