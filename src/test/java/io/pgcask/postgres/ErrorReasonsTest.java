package io.pgcask.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.TlsMode;
import java.io.EOFException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.Optional;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

class ErrorReasonsTest {
  private static final ConnectionSettings SETTINGS =
      new ConnectionSettings(
          "db", 5432, "d", "u", Optional.of("S3CR3T"), TlsMode.REQUIRE, Optional.empty(), 10);

  private static SQLException byServer(String state, String message) {
    return new PSQLException(new ServerErrorMessage("SERROR\0C" + state + "\0M" + message + "\0"));
  }

  @ParameterizedTest
  @CsvSource({
    "28P01,AUTHENTICATION_FAILED",
    "28000,AUTHENTICATION_FAILED",
    "3D000,DATABASE_NOT_FOUND",
    "53300,TOO_MANY_CONNECTIONS",
    "57P03,HOST_UNREACHABLE",
    "42501,PERMISSION_DENIED",
    "08P01,HOST_UNREACHABLE",
    "XX000,HOST_UNREACHABLE"
  })
  void takesTheReasonOfALoginFromTheServersState(String state, Reason reason) {
    // the text is Japanese on purpose: it must not matter
    var failure = ErrorReasons.ofConnect(byServer(state, "接続できません"), SETTINGS);

    assertThat(failure.reason()).isEqualTo(reason);
    assertThat(failure.sqlState()).hasValue(state);
  }

  /** So PgBouncer 1.18 answers to what Java's driver says at every login; 1.24 does not mind. */
  @Test
  void knowsAPoolerThatRefusesTheLogin() {
    var refusal = byServer("08P01", "unsupported startup parameter: extra_float_digits");

    assertThat(ErrorReasons.ofConnect(refusal, SETTINGS))
        .hasMessageContaining("is a connection pooler")
        .extracting("reason")
        .isEqualTo(Reason.POOLER_DETECTED);
  }

  @Test
  void takesTheReasonOfALoginFromTheTypeOfTheCause() {
    assertThat(connect("08001", new UnknownHostException("db"))).isEqualTo(Reason.HOST_UNREACHABLE);
    assertThat(connect("08001", new ConnectException())).isEqualTo(Reason.HOST_UNREACHABLE);
    assertThat(connect("08001", new NoRouteToHostException())).isEqualTo(Reason.HOST_UNREACHABLE);
    assertThat(connect("08001", new EOFException())).isEqualTo(Reason.HOST_UNREACHABLE);
    assertThat(connect("08001", new SocketTimeoutException())).isEqualTo(Reason.CONNECT_TIMEOUT);
    assertThat(connect("08001", null)).isEqualTo(Reason.CONNECT_TIMEOUT);
    assertThat(connect("08006", new SSLHandshakeException("x"))).isEqualTo(Reason.TLS_FAILED);
    assertThat(connect("08006", new SocketTimeoutException())).isEqualTo(Reason.CONNECT_TIMEOUT);
    assertThat(connect("08006", null)).isEqualTo(Reason.TLS_FAILED);
    assertThat(connect("08004", null)).isEqualTo(Reason.AUTHENTICATION_FAILED);
  }

  private static Reason connect(String state, Throwable cause) {
    return ErrorReasons.ofConnect(new SQLException("x", state, cause), SETTINGS).reason();
  }

  @ParameterizedTest
  @CsvSource({
    "42501,PERMISSION_DENIED",
    "55P03,LOCK_TIMEOUT",
    "40001,RECOVERY_CONFLICT",
    "42P04,DATABASE_EXISTS",
    "08006,HOST_UNREACHABLE",
    "57P01,HOST_UNREACHABLE",
    "22P02,INTERNAL"
  })
  void takesTheReasonOfAQueryFromItsState(String state, Reason reason) {
    assertThat(ErrorReasons.ofQuery(byServer(state, "x")).reason()).isEqualTo(reason);
  }

  @Test
  void masksDataAndKeepsNames() {
    assertThat(ErrorReasons.ofQuery(byServer("22P02", "invalid integer: \"4711\"")))
        .hasMessage("invalid integer: \"***\" (22P02)");
    assertThat(ErrorReasons.ofConnect(byServer("28P01", "failed for user \"u\""), SETTINGS))
        .hasMessage("db:5432: failed for user \"u\"");
  }
}
