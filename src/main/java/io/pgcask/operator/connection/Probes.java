package io.pgcask.operator.connection;

import io.micrometer.core.instrument.MeterRegistry;
import io.pgcask.api.v1alpha1.Condition;
import io.pgcask.api.v1alpha1.PostgresConnection;
import io.pgcask.api.v1alpha1.PostgresConnectionStatus;
import io.pgcask.contract.Task;
import io.pgcask.operator.config.OperatorConfig;
import io.pgcask.operator.connection.ConnectionProbe.Finding;
import io.pgcask.operator.connection.ConnectionProbe.Inspected;
import io.pgcask.operator.event.Places;
import io.pgcask.operator.job.TroubleException;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Runs the probes beside the reconcilers: a host that does not answer keeps a thread waiting, and
 * the reconcilers have few, which Backups and Restores need too. At most one probe of a connection
 * runs at a time, and {@code maxConcurrentProbes} of all; those that were down do not stand in the
 * way of the others.
 *
 * <p>What is kept between probes is kept in memory only: after a start of the operator everything
 * is found out anew.
 */
@ApplicationScoped
public class Probes {

  static final int DEFAULT_INTERVAL = 60;

  /** A closer look is repeated after this time. */
  private static final Duration CLOSER = Duration.ofMinutes(10);

  private final ConnectionResolver resolver;
  private final ConnectionProbe probe;
  private final MeterRegistry metrics;
  private final Clock clock;
  private final Places places;
  private final Places placesOfThoseDown;
  private final ConcurrentHashMap<String, Round> rounds = new ConcurrentHashMap<>();

  /** Made by the container, and by tests with parts of their own. */
  public Probes(
      ConnectionResolver resolver,
      ConnectionProbe probe,
      OperatorConfig config,
      MeterRegistry metrics,
      Clock clock) {
    this.resolver = resolver;
    this.probe = probe;
    this.metrics = metrics;
    this.clock = clock;
    int ofThoseDown = Math.max(1, config.maxConcurrentProbes() / 3);
    this.places = new Places(Math.max(1, config.maxConcurrentProbes() - ofThoseDown));
    this.placesOfThoseDown = new Places(ofThoseDown);
    metrics.gauge("pgcask.probes.waiting", places, Places::waiting);
  }

  /** How a probe ended. */
  public sealed interface Outcome {

    /**
     * It found something.
     *
     * @param server empty if it could not even be tried
     */
    record Found(Optional<Task.Server> server, Finding finding) implements Outcome {}

    /** It could not be made, for example since the API server did not give the Secret. */
    record Broken(Throwable cause) implements Outcome {}
  }

  /** Whose turn it is. */
  public sealed interface Turn {

    /** A probe has ended; say {@link #reported} when that is written. */
    record Report(Outcome outcome) implements Turn {}

    /** A probe runs; whoever was given to {@link #turn} will be called. */
    record Running() implements Turn {}

    /** The next probe is not due. */
    record Wait(Duration delay) implements Turn {}
  }

  /**
   * What is known of a connection.
   *
   * @param generation of the spec that is or was probed
   * @param outcome of the newest probe, until it is reported
   * @param failures in a row
   * @param due when the next probe is; not while one runs
   */
  private record Round(
      long generation,
      boolean running,
      Optional<Outcome> outcome,
      int failures,
      Optional<Inspected> inspected,
      Instant due) {

    Round started(long generation) {
      return new Round(generation, true, Optional.empty(), failures, inspected, due);
    }

    Round ended(Outcome outcome, Optional<Inspected> inspected) {
      var down = !(outcome instanceof Outcome.Found(var server, Finding.Reachable reachable));
      return new Round(
          generation,
          false,
          Optional.of(outcome),
          down ? failures + 1 : 0,
          // DumpReady is Unknown now, and must not stay so when the server is back
          down ? Optional.empty() : inspected,
          due);
    }

    Round reported(Instant due) {
      return new Round(generation, false, Optional.empty(), failures, inspected, due);
    }
  }

  /**
   * What is to be done for a connection. Starts its probe if it is due.
   *
   * @param wake called, on another thread, when a probe has ended
   */
  public Turn turn(PostgresConnection connection, Consumer<PostgresConnection> wake) {
    var now = clock.instant();
    var generation = connection.getMetadata().getGeneration();
    var starts = new AtomicBoolean();
    var after =
        rounds.compute(
            uid(connection),
            (uid, known) -> {
              var round = known == null ? first(connection, now) : known;
              if (round.running) {
                return round;
              }
              var due = round.outcome.isEmpty() && !now.isBefore(round.due);
              starts.set(due || round.generation != generation);
              return starts.get() ? round.started(generation) : round;
            });
    if (after.running) {
      if (starts.get()) {
        Thread.ofVirtual()
            .name("probe of " + connection.getMetadata().getName())
            .start(() -> run(connection, after, wake));
      }
      return new Turn.Running();
    }
    return after
        .outcome
        .<Turn>map(Turn.Report::new)
        .orElseGet(() -> new Turn.Wait(Duration.between(now, after.due)));
  }

  /**
   * What a probe found stands in the status.
   *
   * @return when to come back
   */
  public Duration reported(PostgresConnection connection) {
    var now = clock.instant();
    var round =
        rounds.computeIfPresent(
            uid(connection), (uid, known) -> known.reported(next(connection, known, now)));
    return round == null ? Duration.ZERO : Duration.between(now, round.due);
  }

  /** A connection is gone. */
  public void forget(PostgresConnection connection) {
    rounds.remove(uid(connection));
  }

  private void run(PostgresConnection connection, Round round, Consumer<PostgresConnection> wake) {
    var lane = round.failures > 0 ? placesOfThoseDown : places;
    var ended =
        lane.take(() -> metrics.timer("pgcask.probes").record(() -> ended(connection, round)));
    rounds.computeIfPresent(uid(connection), (uid, known) -> ended.apply(known));
    wake.accept(connection);
  }

  /** Probes. What is known is to become what this gives for it. */
  private UnaryOperator<Round> ended(PostgresConnection connection, Round round) {
    var now = clock.instant();
    Outcome outcome;
    var inspected = round.inspected;
    try {
      var resolved = resolver.resolve(connection);
      var finding = probe.probe(resolved, round.inspected, now);
      outcome = new Outcome.Found(Optional.of(resolved.server()), finding);
      if (finding instanceof Finding.Reachable found && found.inspection().isPresent()) {
        // who has just run the GRANT lines does not want to wait
        var calm =
            found.inspection().get().blocking().isEmpty()
                && found.inspection().get().unchecked().isEmpty();
        inspected =
            Optional.of(ConnectionProbe.inspected(resolved, found, calm ? now.plus(CLOSER) : now));
      }
    } catch (TroubleException e) {
      outcome = new Outcome.Found(Optional.empty(), new Finding.Unusable(e.trouble()));
    } catch (RuntimeException | Error e) {
      outcome = new Outcome.Broken(e); // the reconciler throws it
    }
    var ended = outcome;
    var looked = inspected;
    return known -> known.ended(ended, looked);
  }

  /**
   * A connection that this operator has not seen yet: at once, unless another one has probed it.
   */
  private static Round first(PostgresConnection connection, Instant now) {
    var generation = connection.getMetadata().getGeneration();
    var probed =
        Optional.ofNullable(connection.getStatus())
            .filter(status -> generation.equals(status.observedGeneration()))
            .filter(status -> status.lastProbeTime() != null);
    var due =
        probed.isPresent()
            ? ProbeSchedule.afterStart(now, interval(connection), uid(connection))
            : now;
    var down = probed.isPresent() && !isReady(probed.get());
    return new Round(generation, false, Optional.empty(), down ? 1 : 0, Optional.empty(), due);
  }

  private static boolean isReady(PostgresConnectionStatus status) {
    return status.conditions().stream()
        .anyMatch(condition -> condition.type().equals(Condition.READY) && condition.holds());
  }

  private static Instant next(PostgresConnection connection, Round round, Instant now) {
    return round.failures > 0
        ? ProbeSchedule.whileDown(now, interval(connection), round.failures)
        : ProbeSchedule.whileUp(now, interval(connection), uid(connection));
  }

  private static Duration interval(PostgresConnection connection) {
    return Duration.ofSeconds(
        Optional.ofNullable(connection.getSpec().probeIntervalSeconds()).orElse(DEFAULT_INTERVAL));
  }

  private static String uid(PostgresConnection connection) {
    return connection.getMetadata().getUid();
  }
}
