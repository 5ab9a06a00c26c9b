package io.pgcask.it;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * A dump or restore that stands still while its data flows: the server's process that sends or
 * takes the rows is stopped by a signal, until this is closed.
 */
final class CopyInTheMiddle implements AutoCloseable {

  private static final String COPYING =
      """
      SELECT pid FROM pg_stat_activity
      WHERE application_name = ? AND query LIKE 'COPY %' AND state = 'active'
      """;

  /** Short, or a fast copy is over before it was seen standing still where it should. */
  private static final Duration SLICE = Duration.ofMillis(20);

  private final PostgresServer server;
  private final int process;

  private CopyInTheMiddle(PostgresServer server, int process) {
    this.server = server;
    this.process = process;
  }

  /**
   * Stops a Backup or Restore once enough has been done.
   *
   * @param reached what must be visible by then; asked while it stands still
   */
  static CopyInTheMiddle of(HasMetadata run, PostgresServer server, BooleanSupplier reached)
      throws SQLException {
    try (var session = server.superuser("postgres");
        var query = session.prepareStatement(COPYING)) {
      query.setString(1, "pgcask/" + run.getMetadata().getUid());
      var process =
          await("rows flow")
              .atMost(Duration.ofMinutes(2))
              .pollInterval(Duration.ofMillis(20))
              .until(
                  () -> {
                    try (var rows = query.executeQuery()) {
                      return rows.next() ? rows.getInt(1) : 0;
                    }
                  },
                  pid -> pid != 0);
      var copy = new CopyInTheMiddle(server, process);
      server.signal("STOP", process);
      await("enough was done")
          .atMost(Duration.ofMinutes(2))
          .pollInterval(Duration.ofMillis(50))
          .until(
              () -> {
                if (reached.getAsBoolean()) {
                  return true;
                }
                server.letRun(process, SLICE);
                return false;
              });
      return copy;
    }
  }

  /** Lets the server go on. */
  void goOn() {
    server.signal("CONT", process);
  }

  @Override
  public void close() {
    goOn();
  }
}
