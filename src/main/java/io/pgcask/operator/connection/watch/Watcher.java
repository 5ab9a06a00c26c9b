package io.pgcask.operator.connection.watch;

import io.pgcask.operator.job.Trouble;
import io.pgcask.operator.job.TroubleException;
import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.Sessions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Follows the database of one connection in one session, on a virtual thread, for as long as
 * triggers of ours are wanted or left there, or somebody listens. Comes back after the server does,
 * with pauses of a second up to a minute.
 */
final class Watcher {

  static final String APPLICATION = "pgcask/watch";

  /** How long a session waits for the answer to one query. */
  static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(15);

  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  /**
   * How often things are done.
   *
   * @param tick longest wait for a notification before something else may be due
   * @param heartbeat how often it is looked what is installed
   * @param orphanGrace how long objects of others must have been alone before they are removed
   */
  record Timing(Duration tick, Duration heartbeat, Duration orphanGrace) {
    static final Timing DEFAULT =
        new Timing(Duration.ofMillis(500), Duration.ofSeconds(10), Duration.ofMinutes(2));
  }

  /** Logs in, with Secrets as they are at that moment. */
  interface Opener {
    Connection open() throws TroubleException, PostgresException;
  }

  private final OwnObjects own;
  private final Opener opener;
  private final Runnable onChange;
  private final Timing timing;
  private final Clock clock;
  private final Subscriptions subscriptions = new Subscriptions();
  private final CountDownLatch stop = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);

  private volatile WatchPlan plan;
  private volatile WatchReport report = WatchReport.nothingYet();
  private volatile long leaveUntil;

  /**
   * Not started yet.
   *
   * @param onChange called on the watcher's thread whenever a status would show another thing
   */
  Watcher(
      OwnObjects own,
      Opener opener,
      WatchPlan plan,
      Runnable onChange,
      Timing timing,
      Clock clock) {
    this.own = own;
    this.opener = opener;
    this.plan = plan;
    this.onChange = onChange;
    this.timing = timing;
    this.clock = clock;
  }

  Watcher start(String name) {
    Thread.ofVirtual().name("watch-" + name).start(this::run);
    return this;
  }

  void follow(WatchPlan wanted) {
    plan = wanted;
  }

  WatchReport report() {
    return report;
  }

  Subscriptions subscriptions() {
    return subscriptions;
  }

  OwnObjects own() {
    return own;
  }

  /** Ends the session and leaves in the database what is there. Returns at once. */
  void abandon() {
    stop.countDown();
  }

  /**
   * Removes what is in the database, unless another operator sees to it, and ends the session; what
   * cannot be removed within the limit is left. Returns at once.
   */
  void retire(Duration limit) {
    if (leaveUntil == 0) {
      leaveUntil = System.nanoTime() + limit.toNanos();
      plan = plan.nothing();
    }
  }

  /** Waits for the end; whether it has come. */
  boolean hasEnded(Duration limit) throws InterruptedException {
    return ended.await(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  private boolean isOver() {
    return stop.getCount() == 0
        || leaveUntil != 0 && (report.clean() || System.nanoTime() - leaveUntil > 0);
  }

  private void run() {
    var pause = FIRST_PAUSE;
    try {
      while (!isOver()) {
        long start = System.nanoTime();
        try (var session = opener.open()) {
          follow(session);
        } catch (TroubleException e) {
          publish(report.withTrouble(e.trouble()));
        } catch (PostgresException e) {
          publish(report.withTrouble(new Trouble(e.reason(), e.getMessage())));
        } catch (SQLException e) {
          var failure = Sessions.failure(e);
          publish(report.withTrouble(new Trouble(failure.reason(), failure.getMessage())));
        }
        boolean lasted = System.nanoTime() - start > LONGEST_PAUSE.toNanos();
        pause = lasted ? FIRST_PAUSE : pause;
        if (stop.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
        var longer = pause.multipliedBy(2);
        pause = longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      ended.countDown();
    }
  }

  private void follow(Connection session) throws SQLException {
    var following = new WatchSession(session, own, plan, report, subscriptions, timing, clock);
    while (!isOver()) {
      if (leaveUntil != 0 && !following.isAlone()) {
        report = report.asClean(); // another operator has taken over
        return;
      }
      publish(following.turn(plan));
    }
  }

  private void publish(WatchReport now) {
    var before = report;
    report = now;
    if (now.differsFrom(before)) {
      onChange.run();
    }
  }
}
