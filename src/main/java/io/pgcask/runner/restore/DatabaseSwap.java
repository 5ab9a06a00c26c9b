package io.pgcask.runner.restore;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.contract.ReplacementNames;
import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.Sessions;
import io.pgcask.postgres.Sql;
import io.pgcask.runner.TaskFailedException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Gives one database the name of another, in one transaction: whatever dies on the way, the server
 * has the old database under its name or the new one, and either lets people in.
 *
 * <p>Nobody has to be locked out in advance, which would outlive a runner that dies. ALTER DATABASE
 * ... RENAME takes a lock on the database that keeps new sessions waiting, then waits up to five
 * seconds for those that are there to leave ({@code CountOtherDBBackends}); meanwhile a second
 * session of ours ends them. Once it is committed, those that waited are told that the name has
 * gone, and come again.
 */
final class DatabaseSwap {
  private static final String OBJECT_IN_USE = "55006";

  /** Somebody may hold a lock on the database itself, with COMMENT ON DATABASE for example. */
  private static final String LOCK_TIMEOUT = "SET lock_timeout = '10s'";

  /** A session that rolls back much may need more than the five seconds. */
  private static final int ATTEMPTS = 6;

  private static final int LOOK_EVERY_MILLIS = 100;

  private final String target;
  private final ReplacementNames names;
  private final String comment;
  private final OtherSessions others;
  private final boolean terminate;

  /**
   * Of the temporary database for the target.
   *
   * @param comment statement that gives the database its comment, once it has its name
   * @param others in the target, seen and ended through a session that does nothing else
   * @param terminate whether they may be ended
   */
  DatabaseSwap(
      String target,
      ReplacementNames names,
      String comment,
      OtherSessions others,
      boolean terminate) {
    this.target = target;
    this.names = names;
    this.comment = comment;
    this.others = others;
    this.terminate = terminate;
  }

  /**
   * Renames both.
   *
   * @param session in neither of them, in autocommit mode
   * @throws TaskFailedException if nothing has changed
   * @throws PostgresException if something broke; only if that was at the commit, the names may
   *     have been changed
   */
  void run(Connection session) throws TaskFailedException, PostgresException, InterruptedException {
    for (int attempt = 1; ; attempt++) {
      if (!terminate) {
        others.mustLeave(false);
      }
      try {
        renameWhileOthersLeave(session);
        return;
      } catch (PostgresException e) {
        if (!OBJECT_IN_USE.equals(e.sqlState().orElse(""))) {
          throw e;
        }
        if (!terminate || attempt == ATTEMPTS) {
          throw new TaskFailedException(
              Reason.DATABASE_IN_USE,
              "database %s could not be renamed, others are connected to it: %s"
                  .formatted(target, e.getMessage()));
        }
      }
    }
  }

  private void renameWhileOthersLeave(Connection session)
      throws PostgresException, InterruptedException {
    var renaming =
        new FutureTask<Void>(
            () -> {
              rename(session);
              return null;
            });
    Thread.ofPlatform().daemon().name("rename").start(renaming);
    Optional<PostgresException> endingFailed = Optional.empty();
    while (!ended(renaming)) {
      if (endingFailed.isEmpty()) {
        try {
          if (terminate) {
            others.end();
          } else {
            others.endWatches();
          }
        } catch (PostgresException e) {
          endingFailed =
              Optional.of(e); // the renaming has the word: they may have left by themselves
        }
      }
    }
    try {
      renaming.get();
    } catch (ExecutionException e) {
      if (endingFailed.isPresent()) {
        throw endingFailed.get();
      }
      if (e.getCause() instanceof SQLException sql) {
        throw Sessions.failure(sql);
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private static boolean ended(FutureTask<Void> renaming) throws InterruptedException {
    try {
      renaming.get(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
      return true;
    } catch (ExecutionException e) {
      return true;
    } catch (TimeoutException e) {
      return false;
    }
  }

  private void rename(Connection session) throws SQLException {
    Sessions.execute(session, LOCK_TIMEOUT);
    session.setAutoCommit(false);
    try {
      Sessions.execute(session, rename(target, names.kept()));
      Sessions.execute(session, rename(names.temporary(), target));
      Sessions.execute(session, comment);
      session.commit();
    } catch (SQLException e) {
      Sessions.rollBack(session, e);
      throw e;
    }
    session.setAutoCommit(true);
  }

  private static String rename(String from, String to) {
    return "ALTER DATABASE %s RENAME TO %s".formatted(Sql.identifier(from), Sql.identifier(to));
  }
}
