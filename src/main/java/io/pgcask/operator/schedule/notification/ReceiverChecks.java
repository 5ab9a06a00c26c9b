package io.pgcask.operator.schedule.notification;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.Notification;
import io.pgcask.api.v1alpha1.NotificationState.FailingReceiver;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.SecretKeyRef;
import io.pgcask.operator.event.Places;
import io.pgcask.operator.job.TroubleException;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Looks whether the receivers of a schedule could be told something, so that a missing Secret shows
 * before the night: when the spec is new to this operator, and while something is wrong or a
 * receiver could not be told, again in a minute, then after two and so on up to ten. It reads the
 * Secrets and resolves the names, and sends nothing.
 */
@ApplicationScoped
class ReceiverChecks {

  private static final Duration AGAIN = Duration.ofMinutes(1);
  private static final Duration MOST_AGAIN = Duration.ofMinutes(10);

  /** Reasons of failed attempts that a look judges as well as an attempt does. */
  private static final Set<String> SEEN_BY_A_LOOK =
      Stream.of(
              Reason.SECRET_MISSING,
              Reason.SECRET_KEY_MISSING,
              Reason.INVALID_SECRET,
              Reason.INVALID_RECEIVER,
              Reason.ADDRESS_REFUSED)
          .map(Reason::word)
          .collect(Collectors.toUnmodifiableSet());

  private static final int PLACES = 4;

  /** Of a stack trace: enough to find the place. */
  private static final int FRAMES = 10;

  private static final Logger LOG = Logger.getLogger(ReceiverChecks.class);

  private final Endpoints endpoints;
  private final HttpDelivery http;
  private final Clock clock;
  private final Places places = new Places(PLACES);
  private final Map<String, Look> looks = new ConcurrentHashMap<>();

  /** Made by the container, and by tests with parts of their own. */
  ReceiverChecks(Endpoints endpoints, HttpDelivery http, Clock clock) {
    this.endpoints = endpoints;
    this.http = http;
    this.clock = clock;
  }

  /** What a look found. */
  sealed interface Found {

    /** None has ended yet. */
    record Unknown() implements Found {}

    /** Nothing is wrong. */
    record Fine() implements Found {}

    /** This is, with the first receiver of which that is known. */
    record Wrong(Reason reason, String message) implements Found {}
  }

  /**
   * What of one receiver was seen.
   *
   * @param first what its Secrets held at the first look, as digests: one for each entry with its
   *     URL
   * @param now what they hold; empty if they cannot be used
   * @param at when that look began
   */
  private record Seen(Set<String> first, Set<String> now, Instant at) {

    boolean isAnother(Optional<String> tried) {
      return tried.map(digest -> !now.contains(digest)).orElseGet(() -> !now.equals(first));
    }
  }

  /**
   * The newest look.
   *
   * @param times how often in a row something was wrong
   * @param due when the next one is, while something is
   */
  private record Look(
      long generation,
      boolean running,
      Found found,
      Map<SecretKeyRef, Seen> seen,
      int times,
      Instant due) {

    Look started(long generation) {
      return new Look(
          generation, true, found, seen, generation == this.generation ? times : 0, due);
    }

    Look at(Instant due) {
      return new Look(generation, running, found, seen, times, due);
    }

    Look ended(Found found, Map<SecretKeyRef, Seen> seen, Instant now) {
      var pause = AGAIN.multipliedBy(1L << Math.min(times, 10));
      return new Look(
          generation,
          false,
          found,
          seen,
          times + 1,
          now.plus(pause.compareTo(MOST_AGAIN) < 0 ? pause : MOST_AGAIN));
    }
  }

  /** What is known. */
  Found found(BackupSchedule schedule) {
    return Optional.ofNullable(looks.get(schedule.getMetadata().getUid()))
        .map(Look::found)
        .orElseGet(Found.Unknown::new);
  }

  /**
   * Whether a receiver that could not be told at the last attempt is another one now, or has got
   * what it lacked: its Secrets can be used, and lacked something then or hold something else.
   *
   * @param tried what its Secrets held at that attempt, as far as it is known
   */
  boolean isMended(BackupSchedule schedule, FailingReceiver failing, Optional<String> tried) {
    return Optional.ofNullable(looks.get(schedule.getMetadata().getUid()))
        .map(look -> look.seen().get(failing.urlSecretRef()))
        .filter(seen -> !seen.now().isEmpty() && seen.at().isAfter(failing.time()))
        .filter(seen -> SEEN_BY_A_LOOK.contains(failing.reason()) || seen.isAnother(tried))
        .isPresent();
  }

  /**
   * Begins a look if one is due.
   *
   * @param failing whether a receiver could not be told
   * @param ended called, on another thread, when it has ended, with what is wrong if that is new
   * @return when the next one is
   */
  Optional<Duration> look(
      BackupSchedule schedule, boolean failing, Consumer<Optional<Found.Wrong>> ended) {
    var now = clock.instant();
    long generation = schedule.getMetadata().getGeneration();
    var starts = new AtomicBoolean();
    var look =
        looks.compute(
            schedule.getMetadata().getUid(),
            (uid, known) -> {
              var before =
                  known == null
                      ? new Look(-1, false, new Found.Unknown(), Map.of(), 0, now)
                      : known;
              var due = (failing || isWrong(before)) && !now.isBefore(before.due());
              starts.set(!before.running() && (due || before.generation() != generation));
              return starts.get() ? before.started(generation) : before;
            });
    if (starts.get()) {
      Thread.ofVirtual()
          .name("receivers of " + schedule.getMetadata().getName())
          .start(() -> run(schedule, look, ended));
    }
    return (failing || isWrong(look)) && !look.running()
        ? Optional.of(Duration.between(now, look.due()))
        : Optional.empty();
  }

  private static boolean isWrong(Look look) {
    return look.found() instanceof Found.Wrong;
  }

  /** Something has changed for the better or the worse: what was wrong is looked at again. */
  void again(BackupSchedule schedule) {
    looks.computeIfPresent(
        schedule.getMetadata().getUid(), (uid, known) -> known.at(clock.instant()));
  }

  /** A schedule is gone. */
  void forget(String schedule) {
    looks.remove(schedule);
  }

  private void run(BackupSchedule schedule, Look before, Consumer<Optional<Found.Wrong>> ended) {
    var seen = new HashMap<SecretKeyRef, Seen>();
    var found = before.found();
    try {
      found = places.take(() -> check(schedule, before, seen));
    } finally {
      // whatever happens: while a look runs, none begins
      end(schedule, found, Map.copyOf(seen));
    }
    ended.accept(
        found instanceof Found.Wrong wrong && !wrong.equals(before.found())
            ? Optional.of(wrong)
            : Optional.empty());
  }

  private void end(BackupSchedule schedule, Found found, Map<SecretKeyRef, Seen> seen) {
    looks.computeIfPresent(
        schedule.getMetadata().getUid(), (uid, known) -> known.ended(found, seen, clock.instant()));
  }

  /** Of several that are wrong, the first is told. */
  private Found check(BackupSchedule schedule, Look before, Map<SecretKeyRef, Seen> seen) {
    Found found = new Found.Fine();
    var began = clock.instant();
    var digests = new HashMap<SecretKeyRef, Set<String>>();
    var unusable = new HashSet<SecretKeyRef>();
    for (var receiver : OutboxPlan.receivers(schedule)) {
      var ref = receiver.urlSecretRef();
      var of = digests.computeIfAbsent(ref, missing -> new HashSet<>());
      var wrong = check(schedule, receiver, of);
      if (wrong.isPresent()) {
        unusable.add(ref);
        found = found instanceof Found.Fine ? wrong.get() : found;
      }
    }
    digests.forEach(
        (ref, all) -> {
          var now = unusable.contains(ref) ? Set.<String>of() : Set.copyOf(all);
          var first = Optional.ofNullable(before.seen().get(ref)).map(Seen::first).orElse(now);
          seen.put(ref, new Seen(first, now, began));
        });
    return found;
  }

  private Optional<Found.Wrong> check(
      BackupSchedule schedule, Notification receiver, Set<String> digests) {
    var namespace = schedule.getMetadata().getNamespace();
    try {
      var endpoint = endpoints.of(namespace, receiver);
      digests.add(endpoint.digest());
      return http.refusal(endpoint).map(no -> new Found.Wrong(no.reason(), no.message()));
    } catch (TroubleException e) {
      return Optional.of(new Found.Wrong(e.trouble().reason(), e.trouble().message()));
    } catch (KubernetesClientException e) {
      return Optional.of(
          new Found.Wrong(
              Reason.INTERNAL,
              "the API server did not give a Secret of a receiver (code %d)"
                  .formatted(e.getCode())));
    } catch (RuntimeException | Error e) {
      // without its message, which may hold the URL
      LOG.errorf(
          "a look at a receiver broke namespace=%s schedule=%s error=%s at=%s",
          namespace,
          schedule.getMetadata().getName(),
          e.getClass().getName(),
          Arrays.stream(e.getStackTrace()).limit(FRAMES).toList());
      return Optional.of(
          new Found.Wrong(
              Reason.INTERNAL,
              "the look at a receiver broke (%s); the operator's log says more"
                  .formatted(e.getClass().getSimpleName())));
    }
  }
}
