package io.pgcask.postgres;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The keyword form of a connection string, and what becomes of each keyword of libpq. */
final class ConnectionKeywords {
  private static final Set<String> USED =
      Set.of("host", "port", "dbname", "user", "password", "sslmode", "connect_timeout");

  /** Without influence on what is dumped or on who can read it, or set by us anyway. */
  private static final Set<String> IGNORED =
      Set.of(
          "application_name",
          "fallback_application_name",
          "client_encoding",
          "keepalives",
          "keepalives_idle",
          "keepalives_interval",
          "keepalives_count",
          "tcp_user_timeout",
          "load_balance_hosts",
          "sslcompression",
          "sslsni");

  /** Accepted with the values that ask for what happens anyway; another value would be a lie. */
  private static final Map<String, Set<String>> ONLY =
      Map.of(
          "target_session_attrs", Set.of("any"),
          "channel_binding", Set.of("prefer", "disable"),
          "gssencmode", Set.of("prefer", "disable"),
          "sslnegotiation", Set.of("postgres"),
          "sslcertmode", Set.of("disable", "allow"));

  private static final String NO_FILES = "files of a client machine do not exist in a pod";
  private static final String USE_CA = "give the CA in spec.tls.caSecretRef";
  private static final String USE_CLIENT_CERTIFICATE =
      "give certificate and key in spec.tls.clientCertificateSecretRef";

  /** Keyword and why it is refused. */
  private static final Map<String, String> REFUSED = refused();

  private ConnectionKeywords() {}

  private static Map<String, String> refused() {
    var refused = new HashMap<String, String>();
    refused.put("hostaddr", "write the address as host");
    refused.put("passfile", NO_FILES + "; write the password into the connection string");
    refused.put("service", NO_FILES);
    refused.put("servicefile", NO_FILES);
    refused.put("sslrootcert", USE_CA);
    refused.put("sslcert", USE_CLIENT_CERTIFICATE);
    refused.put("sslkey", USE_CLIENT_CERTIFICATE);
    refused.put("sslpassword", "nobody is there to type it; store the key decrypted");
    for (var file : Set.of("sslcrl", "sslcrldir", "sslkeylogfile")) {
      refused.put(file, NO_FILES);
    }
    refused.put("replication", "a replication connection cannot be dumped");
    refused.put("options", "settings of the session would change what is dumped");
    for (var word :
        Set.of(
            "requiressl",
            "requirepeer",
            "require_auth",
            "ssl_min_protocol_version",
            "ssl_max_protocol_version",
            "min_protocol_version",
            "max_protocol_version",
            "krbsrvname",
            "gsslib",
            "gssdelegation",
            "scram_client_key",
            "scram_server_key",
            "oauth_issuer",
            "oauth_client_id",
            "oauth_client_secret",
            "oauth_scope")) {
      refused.put(word, "it is not supported");
    }
    return Map.copyOf(refused);
  }

  /** Refuses what cannot be honoured. */
  static void check(Map<String, String> values) throws InvalidConnectionStringException {
    for (var entry : values.entrySet()) {
      var keyword = entry.getKey();
      if (USED.contains(keyword) || IGNORED.contains(keyword)) {
        continue;
      }
      if (REFUSED.containsKey(keyword)) {
        throw new InvalidConnectionStringException(
            keyword + " is refused in a connection string: " + REFUSED.get(keyword));
      }
      var only = ONLY.get(keyword);
      if (only == null) {
        throw new InvalidConnectionStringException(
            "unknown keyword " + shown(keyword) + " in the connection string");
      }
      if (!entry.getValue().isEmpty() && !only.contains(entry.getValue())) {
        throw new InvalidConnectionStringException(
            keyword
                + " is supported only as "
                + String.join(" or ", only.stream().sorted().toList()));
      }
    }
  }

  /**
   * A keyword for a message. What is not a plain word may be a piece of a password that was not
   * escaped, so it is not repeated.
   */
  private static String shown(String keyword) {
    return keyword.matches("[a-z_]{1,40}") ? keyword : "(not shown)";
  }

  /** Reads {@code keyword = value ...}; a later keyword wins, as in libpq. */
  static Map<String, String> parse(String text) throws InvalidConnectionStringException {
    var values = new LinkedHashMap<String, String>();
    int at = skipBlanks(text, 0);
    while (at < text.length()) {
      int start = at;
      while (at < text.length() && text.charAt(at) != '=' && !isBlank(text.charAt(at))) {
        at++;
      }
      var keyword = text.substring(start, at);
      at = skipBlanks(text, at);
      if (at >= text.length() || text.charAt(at) != '=' || keyword.isEmpty()) {
        throw new InvalidConnectionStringException(
            "the connection string is neither a postgres:// URI nor keyword=value pairs: a = is"
                + " missing (a value with spaces needs single quotes)");
      }
      at = skipBlanks(text, at + 1);
      var value = new StringBuilder();
      at = value(text, at, value);
      values.put(keyword, value.toString());
      at = skipBlanks(text, at);
    }
    return values;
  }

  /** The text that {@link #parse} reads as that, each value in single quotes. */
  static String write(Map<String, String> values) {
    return values.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + quote(entry.getValue()))
        .collect(Collectors.joining(" "));
  }

  /** A value in single quotes, with a backslash before each backslash and each single quote. */
  static String quote(String value) {
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }

  /** Reads one value, quoted or not, from {@code at}; returns the position behind it. */
  private static int value(String text, int at, StringBuilder value)
      throws InvalidConnectionStringException {
    boolean quoted = at < text.length() && text.charAt(at) == '\'';
    int i = quoted ? at + 1 : at;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (quoted ? c == '\'' : isBlank(c)) {
        return i + 1;
      }
      if (c == '\\' && ++i < text.length()) {
        c = text.charAt(i);
      } else if (c == '\\') {
        break; // libpq drops a backslash at the very end
      }
      value.append(c);
      i++;
    }
    if (quoted) {
      throw new InvalidConnectionStringException(
          "a single quote in the connection string is not closed");
    }
    return i;
  }

  private static int skipBlanks(String text, int from) {
    int at = from;
    while (at < text.length() && isBlank(text.charAt(at))) {
      at++;
    }
    return at;
  }

  private static boolean isBlank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }
}
