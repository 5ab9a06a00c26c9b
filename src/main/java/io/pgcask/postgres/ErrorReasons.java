package io.pgcask.postgres;

import io.pgcask.api.v1alpha1.Reason;
import java.io.EOFException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Reasons from SQLSTATE and from the type of the cause, never from text: a server speaks the
 * language that its {@code lc_messages} says.
 */
final class ErrorReasons {
  /** States whose messages quote names only, so that nothing needs to be masked. */
  private static final Set<String> QUOTES_NAMES =
      Set.of("28000", "28P01", "3D000", "42501", "42P04", "42704", "53300", "55P03", "55006");

  private ErrorReasons() {}

  /** An exception of a query on a session that was open. */
  static PostgresException ofQuery(SQLException e) {
    return exception(bySqlState(state(e)).orElse(Reason.INTERNAL), e, "");
  }

  /** An exception of an attempt to connect. */
  static PostgresException ofConnect(SQLException e, ConnectionSettings settings) {
    var where = settings.host() + ":" + settings.port();
    if (serverMessage(e).isPresent()) {
      if (isRefusalOfPooler(e)) {
        return new PostgresException(
            Reason.POOLER_DETECTED,
            where
                + " is a connection pooler that refuses what Java's driver says at login ("
                + SafeText.firstLine(serverMessage(e).get())
                + "); point the connection at the server itself",
            state(e),
            e);
      }
      // anything that the server itself says before the login is done, and that has no word, is a
      // server that is not ready for us: starting up, shutting down, a pooler without a target
      var reason = bySqlState(state(e)).orElse(Reason.HOST_UNREACHABLE);
      return exception(reason, e, where + ": ");
    }
    var reason =
        switch (state(e)) {
          case "08001" -> unableToConnect(e);
          // sent by the driver alone: no password for a server that wants one, or a method that it
          // does not know; a server without TLS is told apart by Sessions
          case "08004" -> Reason.AUTHENTICATION_FAILED;
          case "08006" ->
              causedBy(e, SocketTimeoutException.class)
                  ? Reason.CONNECT_TIMEOUT
                  : Reason.TLS_FAILED;
          default -> bySqlState(state(e)).orElse(Reason.HOST_UNREACHABLE);
        };
    return new PostgresException(reason, connectMessage(reason, e, settings), state(e), e);
  }

  /** PgBouncer speaks English only, and no server gives this code to a driver's login. */
  private static boolean isRefusalOfPooler(SQLException e) {
    return "08P01".equals(state(e))
        && serverMessage(e)
            .filter(text -> text.startsWith("unsupported startup param"))
            .isPresent();
  }

  private static Reason unableToConnect(SQLException e) {
    if (causedBy(e, SSLException.class)) {
      return Reason.TLS_FAILED; // a server judges a client certificate after the handshake
    }
    // no cause: the driver's loginTimeout, which covers name resolution too
    return e.getCause() == null || causedBy(e, SocketTimeoutException.class)
        ? Reason.CONNECT_TIMEOUT
        : Reason.HOST_UNREACHABLE;
  }

  private static String connectMessage(Reason reason, SQLException e, ConnectionSettings settings) {
    var where = settings.host() + ":" + settings.port();
    return switch (reason) {
      case CONNECT_TIMEOUT ->
          where + " did not answer within " + settings.connectTimeoutSeconds() + " s";
      case HOST_UNREACHABLE -> {
        if (causedBy(e, UnknownHostException.class)) {
          yield "the host name " + settings.host() + " cannot be resolved";
        }
        if (causedBy(e, EOFException.class)) {
          yield where + " closed the connection; is it a PostgreSQL server?";
        }
        yield causedBy(e, ConnectException.class)
            ? where + " refuses connections"
            : where + " cannot be reached";
      }
      case AUTHENTICATION_FAILED ->
          settings.password().isEmpty()
              ? where + " asks for a password and none is configured"
              : where + " asks for a method of authentication that is not supported";
      case TLS_FAILED -> "TLS with " + where + " failed: " + TlsFailures.explain(e, settings);
      default -> where + ": " + SafeText.mask(SafeText.firstLine(String.valueOf(e.getMessage())));
    };
  }

  private static PostgresException exception(Reason reason, SQLException e, String prefix) {
    var line = SafeText.firstLine(serverMessage(e).orElse(String.valueOf(e.getMessage())));
    var shown = QUOTES_NAMES.contains(state(e)) ? line : SafeText.mask(line);
    var known = reason != Reason.INTERNAL || state(e).isEmpty() ? "" : " (" + state(e) + ")";
    return new PostgresException(
        reason, SafeText.shorten(prefix + shown + known, 512), state(e), e);
  }

  private static Optional<Reason> bySqlState(String state) {
    return Optional.ofNullable(
        switch (state) {
          case "3D000" -> Reason.DATABASE_NOT_FOUND;
          case "42501" -> Reason.PERMISSION_DENIED;
          case "42P04" -> Reason.DATABASE_EXISTS;
          case "55P03" -> Reason.LOCK_TIMEOUT;
          // a standby cancels with serialization_failure; nothing of ours writes, so no other 40001
          case "40001", "40P01" -> Reason.RECOVERY_CONFLICT;
          case "53300" -> Reason.TOO_MANY_CONNECTIONS;
          case "57P01", "57P02", "57P03", "57P05" -> Reason.HOST_UNREACHABLE;
          default -> {
            if (state.startsWith("28")) {
              yield Reason.AUTHENTICATION_FAILED;
            }
            yield state.startsWith("08") ? Reason.HOST_UNREACHABLE : null;
          }
        });
  }

  private static Optional<String> serverMessage(SQLException e) {
    return e instanceof PSQLException psql
        ? Optional.ofNullable(psql.getServerErrorMessage()).map(ServerErrorMessage::getMessage)
        : Optional.empty();
  }

  private static boolean causedBy(Throwable e, Class<? extends Throwable> type) {
    for (var cause = e.getCause(); cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return true;
      }
    }
    return false;
  }

  private static String state(SQLException e) {
    return e.getSQLState() == null ? "" : e.getSQLState();
  }
}
