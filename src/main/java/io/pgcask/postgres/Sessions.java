package io.pgcask.postgres;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.TlsMode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.postgresql.Driver;

/** Opens JDBC sessions. Uses the driver directly, so that no registry of drivers is needed. */
public final class Sessions {
  /** How long a session waits for the answer to one query, unless told otherwise. */
  public static final Duration DEFAULT_ANSWER_TIMEOUT = Duration.ofMinutes(2);

  private static final String HANDSHAKE_FAILED = "08006";

  private Sessions() {}

  /** As {@link #open(ConnectionSettings, String, Duration)} with the default timeout. */
  public static Connection open(ConnectionSettings settings, String applicationName)
      throws PostgresException {
    return open(settings, applicationName, DEFAULT_ANSWER_TIMEOUT);
  }

  /**
   * Logs in.
   *
   * @param applicationName what pg_stat_activity shows, at most 63 bytes
   * @param answerTimeout how long to wait for an answer of the server, in whole seconds; zero: for
   *     ever
   * @return a session in autocommit mode; the caller closes it
   * @throws PostgresException with one of the connection's reasons, see {@link Reason}
   */
  public static Connection open(
      ConnectionSettings settings, String applicationName, Duration answerTimeout)
      throws PostgresException {
    return open(settings, properties(settings, applicationName, answerTimeout));
  }

  /**
   * Logs in to run texts of somebody else. Each goes to the server as it is, in one message,
   * whatever it holds; and what it returns may be no larger than 16 MB, since the driver takes it
   * into memory.
   *
   * @param answerTimeout how long to wait for an answer of the server, in whole seconds
   * @return a session in autocommit mode; the caller closes it
   * @throws PostgresException with one of the connection's reasons, see {@link Reason}
   */
  public static Connection openForTexts(
      ConnectionSettings settings, String applicationName, Duration answerTimeout)
      throws PostgresException {
    var properties = properties(settings, applicationName, answerTimeout);
    properties.setProperty("preferQueryMode", "simple");
    properties.setProperty("maxResultBuffer", "16M");
    return open(settings, properties);
  }

  private static Connection open(ConnectionSettings settings, Properties properties)
      throws PostgresException {
    try {
      // everything goes through properties: a URL would need a second kind of quoting
      var connection = new Driver().connect("jdbc:postgresql://", properties);
      if (connection == null) {
        throw new PostgresException(
            Reason.INTERNAL, "the driver refuses host " + settings.host() + " and its port");
      }
      return connection;
    } catch (SQLException e) {
      var failure = ErrorReasons.ofConnect(e, settings);
      if (failure.reason() == Reason.TLS_FAILED
          && settings.tlsMode() == TlsMode.PREFER
          && HANDSHAKE_FAILED.equals(e.getSQLState())) {
        // as libpq does, which gives up if TLS fails later than in the handshake; the driver goes
        // on
        // without TLS only after a server's own refusal
        var plain = settings.withTlsMode(TlsMode.DISABLE);
        TlsSockets.configure(properties, plain);
        return open(plain, properties);
      }
      if (failure.reason() == Reason.AUTHENTICATION_FAILED
          && "08004".equals(e.getSQLState())
          && settings.requiresTls()
          && !offersTls(settings)) {
        throw new PostgresException(
            Reason.TLS_FAILED,
            settings.host()
                + ":"
                + settings.port()
                + " does not offer TLS; switch it on there, or choose the TLS mode disable or"
                + " prefer",
            "08004",
            e);
      }
      throw failure;
    }
  }

  /**
   * Logs in to the database for work on the server itself.
   *
   * @param named the database to use; empty: postgres, else template1, else the one of the settings
   * @throws PostgresException the last failure, if none of them can be had
   */
  public static Connection openMaintenance(
      ConnectionSettings settings, Optional<String> named, String applicationName)
      throws PostgresException {
    var candidates =
        named.map(List::of).orElse(List.of("postgres", "template1", settings.database()));
    for (int i = 0; ; i++) {
      try {
        return open(settings.withDatabase(candidates.get(i)), applicationName);
      } catch (PostgresException e) {
        boolean another =
            switch (e.reason()) {
              // a role without CONNECT, a pg_hba line for one database only
              case DATABASE_NOT_FOUND, PERMISSION_DENIED -> true;
              case AUTHENTICATION_FAILED -> "28000".equals(e.sqlState().orElse(""));
              default -> false;
            };
        if (!another || i == candidates.size() - 1) {
          throw e;
        }
      }
    }
  }

  /** The typed form of an exception that a query on a session threw. */
  public static PostgresException failure(SQLException e) {
    return ErrorReasons.ofQuery(e);
  }

  /**
   * Runs one statement as it is: a {@code ?} in a name or a comment is no parameter.
   *
   * @throws SQLException as the driver gives it
   */
  public static void execute(Connection session, String sql) throws SQLException {
    try (var statement = session.createStatement()) {
      statement.setEscapeProcessing(false);
      statement.execute(sql);
    }
  }

  /**
   * The first column of what a query gives, in its order.
   *
   * @throws SQLException as the driver gives it
   */
  public static List<String> strings(PreparedStatement query) throws SQLException {
    var values = new ArrayList<String>();
    try (var row = query.executeQuery()) {
      while (row.next()) {
        values.add(row.getString(1));
      }
    }
    return values;
  }

  /**
   * Ends a transaction that failed; the session is in autocommit mode afterwards.
   *
   * @param cause gets what else goes wrong: the session is gone then, and with it the transaction
   */
  public static void rollBack(Connection session, Exception cause) {
    try {
      session.rollback();
      session.setAutoCommit(true);
    } catch (SQLException e) {
      cause.addSuppressed(e);
    }
  }

  private static Properties properties(
      ConnectionSettings settings, String applicationName, Duration answerTimeout) {
    var timeout = Integer.toString(settings.connectTimeoutSeconds());
    var properties = new Properties();
    properties.setProperty("PGHOST", settings.host());
    properties.setProperty("PGPORT", Integer.toString(settings.port()));
    properties.setProperty("PGDBNAME", settings.database());
    properties.setProperty("user", settings.user());
    // an empty password keeps the driver from looking for a .pgpass file
    properties.setProperty("password", settings.password().orElse(""));
    properties.setProperty("ApplicationName", applicationName);
    properties.setProperty("assumeMinServerVersion", "14");
    properties.setProperty("connectTimeout", timeout);
    properties.setProperty("loginTimeout", timeout);
    properties.setProperty(
        "sslResponseTimeout", Integer.toString(settings.connectTimeoutSeconds() * 1000));
    properties.setProperty("socketTimeout", Long.toString(answerTimeout.toSeconds()));
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("gssEncMode", "disable");
    TlsSockets.configure(properties, settings);
    return properties;
  }

  /**
   * Asks a server whether it does TLS, with the eight bytes of SSLRequest. The driver gives the
   * same SQLSTATE for "no TLS" and "no password", and its text is translated.
   */
  private static boolean offersTls(ConnectionSettings settings) {
    int millis = settings.connectTimeoutSeconds() * 1000;
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(settings.host(), settings.port()), millis);
      socket.setSoTimeout(millis);
      socket
          .getOutputStream()
          .write(
              ByteBuffer.allocate(8)
                  .putInt(8)
                  .putShort((short) 1234)
                  .putShort((short) 5679)
                  .array());
      return socket.getInputStream().read() == 'S';
    } catch (IOException e) {
      return true; // cannot tell: the first finding stands
    }
  }
}
