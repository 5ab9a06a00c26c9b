package io.pgcask.runner;

import io.pgcask.api.v1alpha1.ConfigMapKeyRef;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.SqlSource;
import io.pgcask.postgres.ConnectionSettings;
import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.SafeText;
import io.pgcask.postgres.Sessions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.postgresql.core.TransactionState;
import org.postgresql.jdbc.PgConnection;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * The SQL that somebody wants to be run before and after the work of a tool. Each text is one query
 * in a session of its own, in autocommit: several statements are then one transaction, unless they
 * say otherwise, and one statement alone is in none, as VACUUM wants it.
 */
public final class MountedSql {
  /** The server is asked to give up first; the socket is closed only if it does not answer. */
  private static final Duration ANSWER_TO_CANCEL = Duration.ofSeconds(30);

  private final RunContext context;
  private final String uid;
  private final ConnectionSettings settings;
  private final Duration patience;

  /**
   * In a database.
   *
   * @param uid of the task, for the session's name
   * @param patience how long one text may take, in whole seconds
   */
  public MountedSql(
      RunContext context, String uid, ConnectionSettings settings, Duration patience) {
    this.context = context;
    this.uid = uid;
    this.settings = settings;
    this.patience = patience;
  }

  /**
   * Runs a text.
   *
   * @param field its name in the spec, for people
   * @param source where it was mounted from
   * @param file its name where it is mounted
   * @param grace how long it may go on after a cancellation
   * @throws TaskFailedException SQLFailed, naming field and line; what it did before may stay
   * @throws PostgresException if the server cannot be had; nothing was run then
   */
  public void run(String field, SqlSource source, String file, Duration grace)
      throws TaskFailedException, PostgresException {
    var text = read(field, source.configMapRef(), file);
    try (var session =
            Sessions.openForTexts(
                settings, ApplicationNames.session(uid), patience.plus(ANSWER_TO_CANCEL));
        var statement = session.createStatement();
        var cancel = context.cancellation().onCancel(() -> breakOff(statement, grace))) {
      // they are not stored anywhere, and the driver would keep them all in memory
      statement.execute("SET client_min_messages = warning");
      statement.setEscapeProcessing(false);
      statement.setQueryTimeout(Math.toIntExact(patience.toSeconds()));
      statement.execute(text);
      if (session.unwrap(PgConnection.class).getTransactionState() != TransactionState.IDLE) {
        throw new TaskFailedException(
            Reason.SQL_FAILED,
            name(field, source.configMapRef())
                + " leaves a transaction open, which nobody would commit: add COMMIT");
      }
      for (var said = statement.getWarnings(); said != null; said = said.getNextWarning()) {
        context.reporter().warning("%s: %s".formatted(field, said.getMessage()));
      }
    } catch (SQLException e) {
      throw new TaskFailedException(
          Reason.SQL_FAILED,
          "%s failed: %s".formatted(name(field, source.configMapRef()), explain(e, text)));
    }
  }

  private static void breakOff(Statement statement, Duration grace) {
    CompletableFuture.delayedExecutor(grace.toMillis(), TimeUnit.MILLISECONDS)
        .execute(
            () -> {
              try {
                statement.cancel();
              } catch (SQLException e) {
                // it has ended already, or the server does not answer and the socket's bound holds
              }
            });
  }

  /** The SQL, which is not to be larger than the schema of the resource says. */
  private String read(String field, ConfigMapKeyRef ref, String file) throws TaskFailedException {
    try {
      var bytes = Files.readAllBytes(context.environment().sql().resolve(file));
      if (bytes.length > SqlSource.MAX_BYTES) {
        throw new TaskFailedException(
            Reason.SQL_FAILED,
            "%s has %d bytes; %d are the most"
                .formatted(name(field, ref), bytes.length, SqlSource.MAX_BYTES));
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new TaskFailedException(Reason.SQL_FAILED, name(field, ref) + " is not UTF-8");
    } catch (IOException e) {
      throw new TaskFailedException(
          Reason.INTERNAL, name(field, ref) + " was mounted and cannot be read");
    }
  }

  private static String name(String field, ConfigMapKeyRef ref) {
    return "%s (key %s of ConfigMap %s)".formatted(field, ref.key(), ref.name());
  }

  /** What the server says, and where; values that it quotes are not shown. */
  static String explain(SQLException e, String text) {
    var said = SafeText.mask(SafeText.firstLine(String.valueOf(e.getMessage())));
    return position(e)
        .map(position -> "%s (line %d)".formatted(said, line(text, position)))
        .orElse(said);
  }

  private static Optional<Integer> position(SQLException e) {
    return e instanceof PSQLException psql
        ? Optional.ofNullable(psql.getServerErrorMessage())
            .map(ServerErrorMessage::getPosition)
            .filter(position -> position > 0)
        : Optional.empty();
  }

  /** The line that a position is in, which the server counts in characters, from 1. */
  static long line(String text, int position) {
    return 1 + text.codePoints().limit(position - 1L).filter(point -> point == '\n').count();
  }
}
