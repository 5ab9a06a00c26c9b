package io.pgcask.postgres;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The URI form of a connection string, read as {@code conninfo_uri_parse_options} of libpq does.
 */
final class ConnectionUri {
  private final String text;
  private int at;

  private ConnectionUri(String text, int at) {
    this.text = text;
    this.at = at;
  }

  static boolean isUri(String text) {
    return text.startsWith("postgres://") || text.startsWith("postgresql://");
  }

  static Map<String, String> parse(String text) throws InvalidConnectionStringException {
    return new ConnectionUri(text, text.indexOf("://") + 3).parse();
  }

  /** The text that {@link #parse} reads as that. */
  static String write(ConnectionString connection) {
    var text = new StringBuilder("postgresql://");
    if (connection.user().isPresent() || connection.password().isPresent()) {
      connection.user().ifPresent(user -> text.append(encode(user)));
      connection.password().ifPresent(password -> text.append(':').append(encode(password)));
      text.append('@');
    }
    var host = connection.host();
    text.append(host.contains(":") ? "[" + encode(host).replace("%3A", ":") + "]" : encode(host));
    connection.port().ifPresent(port -> text.append(':').append(port));
    connection.database().ifPresent(database -> text.append('/').append(encode(database)));
    var parameters = new ArrayList<String>();
    connection.tlsMode().ifPresent(mode -> parameters.add("sslmode=" + mode.sslmode()));
    connection
        .connectTimeoutSeconds()
        .ifPresent(seconds -> parameters.add("connect_timeout=" + seconds));
    return text + (parameters.isEmpty() ? "" : "?" + String.join("&", parameters));
  }

  /** Everything but letters, digits and {@code -._~} (RFC 3986) as bytes of UTF-8. */
  private static String encode(String value) {
    var text = new StringBuilder();
    for (byte octet : value.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (octet & 0xff);
      boolean plain =
          c >= 'a' && c <= 'z'
              || c >= 'A' && c <= 'Z'
              || c >= '0' && c <= '9'
              || "-._~".indexOf(c) >= 0;
      text.append(plain ? String.valueOf(c) : "%%%02X".formatted((int) c));
    }
    return text.toString();
  }

  private Map<String, String> parse() throws InvalidConnectionStringException {
    var values = new LinkedHashMap<String, String>();
    userInfo(values);
    if (text.indexOf('@', at) >= 0) {
      // libpq would take a piece of the password for a host or a database, and a status would show
      // it
      throw new InvalidConnectionStringException(
          "an @ stands behind the host; in a user, a password and elsewhere @ is written as %40, / as"
              + " %2F and : as %3A");
    }
    host(values);
    if (at < text.length() && text.charAt(at) == '/') {
      at++;
      put(values, "dbname", upTo("?"));
    }
    if (at < text.length() && text.charAt(at) == '?') {
      at++;
      parameters(values);
    }
    return values;
  }

  /** Credentials are there if an @ comes before the first slash. */
  private void userInfo(Map<String, String> values) throws InvalidConnectionStringException {
    int end = at;
    while (end < text.length() && text.charAt(end) != '@' && text.charAt(end) != '/') {
      end++;
    }
    if (end == text.length() || text.charAt(end) != '@') {
      return;
    }
    var userInfo = text.substring(at, end);
    int colon = userInfo.indexOf(':');
    put(values, "user", colon < 0 ? userInfo : userInfo.substring(0, colon));
    if (colon >= 0) {
      put(values, "password", userInfo.substring(colon + 1));
    }
    at = end + 1;
  }

  private void host(Map<String, String> values) throws InvalidConnectionStringException {
    if (at < text.length() && text.charAt(at) == '[') {
      int close = text.indexOf(']', at);
      if (close < 0 || close == at + 1) {
        throw new InvalidConnectionStringException("the IPv6 address in [] is not complete");
      }
      put(values, "host", text.substring(at + 1, close));
      at = close + 1;
      if (at < text.length() && ":/?,".indexOf(text.charAt(at)) < 0) {
        throw new InvalidConnectionStringException(
            "after the IPv6 address in [] only a port, a database or parameters can follow");
      }
    } else {
      put(values, "host", upTo(":/?,"));
    }
    if (at < text.length() && text.charAt(at) == ':') {
      at++;
      put(values, "port", upTo("/?,"));
    }
    if (at < text.length() && text.charAt(at) == ',') {
      throw new InvalidConnectionStringException(ConnectionString.SEVERAL_HOSTS);
    }
  }

  private void parameters(Map<String, String> values) throws InvalidConnectionStringException {
    while (at < text.length()) {
      var pair = upTo("&");
      at++;
      int equals = pair.indexOf('=');
      if (equals < 0 || pair.indexOf('=', equals + 1) >= 0) {
        throw new InvalidConnectionStringException(
            "each parameter after ? must be keyword=value, with = in values written as %3D");
      }
      var keyword = decode(pair.substring(0, equals));
      var value = pair.substring(equals + 1);
      if (keyword.equals("ssl") && value.equals("true")) {
        put(values, "sslmode", "require"); // libpq: for compatibility with JDBC
      } else {
        put(values, keyword, value);
      }
    }
  }

  private String upTo(String stops) {
    int start = at;
    while (at < text.length() && stops.indexOf(text.charAt(at)) < 0) {
      at++;
    }
    return text.substring(start, at);
  }

  private static void put(Map<String, String> values, String keyword, String encoded)
      throws InvalidConnectionStringException {
    values.put(keyword, decode(encoded));
  }

  /** Percent-decoding; blanks at the ends are dropped, blanks inside must be written as %20. */
  private static String decode(String encoded) throws InvalidConnectionStringException {
    var bytes = new ByteArrayOutputStream();
    var raw = encoded.strip().getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < raw.length; i++) {
      if (raw[i] == ' ') {
        throw new InvalidConnectionStringException(
            "a space in a connection URI must be written as %20");
      }
      if (raw[i] != '%') {
        bytes.write(raw[i]);
        continue;
      }
      int high = i + 1 < raw.length ? Character.digit(raw[i + 1], 16) : -1;
      int low = i + 2 < raw.length ? Character.digit(raw[i + 2], 16) : -1;
      if (high < 0 || low < 0 || high + low == 0) {
        throw new InvalidConnectionStringException(
            "a % in a connection URI must be followed by two hexadecimal digits other than 00; a"
                + " percent sign itself is written as %25");
      }
      bytes.write(high * 16 + low);
      i += 2;
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      throw new InvalidConnectionStringException(
          "percent-encoded characters of the connection URI are not UTF-8");
    }
  }
}
