package io.pgcask.runner.restore;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.postgres.ClientTools;
import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.SafeText;
import io.pgcask.postgres.Sessions;
import io.pgcask.runner.Cancellation;
import io.pgcask.runner.RunContext;
import io.pgcask.runner.TaskFailedException;
import io.pgcask.runner.WorkDirectory;
import io.pgcask.storage.StorageException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The databases of one Restore, one after the other: all are planned before one is written. */
final class DatabaseSequence {
  /** In bytes, of a list of databases in a message. */
  private static final int MAX_NAMES = 300;

  private final RunContext context;
  private final List<DatabaseRestore> databases;

  /** In the order in which they are restored, not empty. */
  DatabaseSequence(RunContext context, List<DatabaseRestore> databases) {
    this.context = context;
    this.databases = databases;
  }

  List<DatabaseRestore> databases() {
    return databases;
  }

  /**
   * Plans every one, also behind one whose plan has failed: all that is wrong is told at once.
   *
   * @param newRoles that do not exist yet and will when the databases are written
   * @throws TaskFailedException of the first plan that has failed
   */
  void plan(
      LockingSession maintenance, Set<String> newRoles, ClientTools installed, WorkDirectory work)
      throws TaskFailedException, PostgresException, IOException, InterruptedException {
    Optional<TaskFailedException> first = Optional.empty();
    for (var database : databases) {
      context.cancellation().check();
      try {
        database.plan(
            maintenance.session(), newRoles, installed, WorkDirectory.create(work.path()));
      } catch (TaskFailedException e) {
        first = first.or(() -> Optional.of(e));
      }
    }
    if (first.isPresent()) {
      throw first.get();
    }
    share();
  }

  /** Of the percentage each takes as much as its dump is of all. */
  private void share() {
    double all = Math.max(1, databases.stream().mapToLong(one -> one.source().storedBytes()).sum());
    double before = 0;
    for (var database : databases) {
      double weight = database.source().storedBytes() / all;
      database.load().orElseThrow().insight().weigh(before, weight);
      before += weight;
    }
  }

  /**
   * Writes them, and ends at the first that fails.
   *
   * @throws TaskFailedException which says, where there are several, what has become of each
   */
  void write(LockingSession maintenance, int major)
      throws TaskFailedException, PostgresException, IOException, InterruptedException {
    for (int i = 0; i < databases.size(); i++) {
      try {
        write(maintenance, major, i);
      } catch (TaskFailedException e) {
        throw explained(context.cancellation().cancelled() ? Cancellation.failure() : e, i);
      } catch (PostgresException e) {
        throw explained(TaskFailedException.of(e), i);
      } catch (SQLException e) {
        throw explained(TaskFailedException.of(Sessions.failure(e)), i);
      } catch (StorageException e) {
        throw explained(TaskFailedException.of(e), i);
      } catch (IOException e) {
        throw explained(
            new TaskFailedException(Reason.INTERNAL, "the runner failed: " + e.getMessage()), i);
      }
    }
  }

  private void write(LockingSession maintenance, int major, int place)
      throws TaskFailedException,
          PostgresException,
          SQLException,
          IOException,
          InterruptedException {
    context.cancellation().check();
    var database = databases.get(place);
    var session =
        place == 0
            ? maintenance.session()
            : maintenance.alive(
                databases.stream().skip(place).map(DatabaseRestore::target).toList());
    if (databases.size() > 1) {
      context
          .reporter()
          .log("database %s: %d of %d".formatted(database.target(), place + 1, databases.size()));
    }
    database.write(session, major);
    database.finish();
  }

  private TaskFailedException explained(TaskFailedException e, int place) {
    if (databases.size() == 1) {
      return e;
    }
    return new TaskFailedException(
        e.reason(),
        "database %s: %s; whole are: %s; not whole: %s; not begun: %s"
            .formatted(
                databases.get(place).target(),
                e.getMessage(),
                names(0, place),
                databases.get(place).target(),
                names(place + 1, databases.size())));
  }

  private String names(int from, int to) {
    return from == to
        ? "none"
        : SafeText.shorten(
            databases.subList(from, to).stream()
                .map(DatabaseRestore::target)
                .collect(Collectors.joining(", ")),
            MAX_NAMES);
  }
}
