package io.pgcask.postgres;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The connection as libpq's keyword/value text, for {@code -d} of pg_dump, pg_restore and psql. It
 * holds everything but the password, which stands in a passfile.
 */
public final class Conninfo {
  /**
   * An idle connection whose peer is gone is noticed after 30 + 6 * 10 seconds. Firewalls in clouds
   * forget idle connections after 4 minutes and more.
   */
  private static final Map<String, String> KEEPALIVES =
      Map.of(
          "keepalives", "1",
          "keepalives_idle", "30",
          "keepalives_interval", "10",
          "keepalives_count", "6");

  private static final String DUMP_USER_TIMEOUT_MILLIS = "90000";

  private final ConnectionSettings settings;
  private final String applicationName;
  private final Optional<Path> passfile;

  /**
   * Of settings.
   *
   * @param applicationName what pg_stat_activity shows
   * @param passfile file with the password, see {@link Passfile}
   */
  public Conninfo(ConnectionSettings settings, String applicationName, Optional<Path> passfile) {
    this.settings = settings;
    this.applicationName = applicationName;
    this.passfile = passfile;
  }

  /** For a tool that reads: what it sent must be acknowledged within 90 seconds. */
  public String forReading() {
    var values = values();
    values.put("tcp_user_timeout", DUMP_USER_TIMEOUT_MILLIS);
    return ConnectionKeywords.write(values);
  }

  /**
   * For a tool that writes. It sets no tcp_user_timeout: Linux counts a full receive window as
   * well, so that a server which is busy with our COPY for longer would be taken for dead (<a
   * href="https://git.kernel.org/torvalds/c/9d9b1ee0b2d1">9d9b1ee0b2d1</a>), and with it the
   * keepalive count would no longer be looked at. Keepalives and TCP's own retransmission limit
   * stay.
   *
   * @param settings of the session, by their names, with values of one word; the server refuses the
   *     session where the role may not set one
   */
  public String forWriting(Map<String, String> settings) {
    var values = values();
    if (!settings.isEmpty()) {
      values.put(
          "options",
          settings.entrySet().stream()
              .sorted(Map.Entry.comparingByKey())
              .map(setting -> "-c " + setting.getKey() + "=" + setting.getValue())
              .collect(Collectors.joining(" ")));
    }
    return ConnectionKeywords.write(values);
  }

  private Map<String, String> values() {
    var values = new LinkedHashMap<String, String>();
    values.put("host", settings.host());
    values.put("port", Integer.toString(settings.port()));
    values.put("dbname", settings.database());
    values.put("user", settings.user());
    passfile.ifPresent(file -> values.put("passfile", file.toString()));
    values.put("sslmode", settings.tlsMode().sslmode());
    if (settings.verifiesCertificate()) {
      settings.caFile().ifPresent(file -> values.put("sslrootcert", file.toString()));
    }
    if (settings.clientCertificate().isPresent()) {
      values.put("sslcert", settings.clientCertificate().get().certificate().toString());
      values.put("sslkey", settings.clientCertificate().get().key().toString());
    }
    values.put("gssencmode", "disable");
    values.put("connect_timeout", Integer.toString(settings.connectTimeoutSeconds()));
    values.put("application_name", applicationName);
    KEEPALIVES.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(entry -> values.put(entry.getKey(), entry.getValue()));
    return values;
  }
}
