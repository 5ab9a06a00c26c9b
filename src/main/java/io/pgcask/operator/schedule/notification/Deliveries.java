package io.pgcask.operator.schedule.notification;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.Notification;
import io.pgcask.api.v1alpha1.PendingDelivery;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.SecretKeyRef;
import io.pgcask.operator.event.Places;
import io.pgcask.operator.job.TroubleException;
import io.pgcask.operator.schedule.notification.Attempt.Kind;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jboss.logging.Logger;

/**
 * Makes the attempts beside the reconcilers: one at a time for each receiver of a schedule, so that
 * it hears things in their order, and a bounded number in all. Receivers that did not answer before
 * do not stand in the way of the others.
 *
 * <p>How an attempt ended is kept until the status shows it: an older copy of the status, from the
 * cache, must not lead to a second attempt.
 */
@ApplicationScoped
public class Deliveries {

  private static final int PLACES = 12;
  private static final int PLACES_OF_RETRIES = 4;

  /** Longer than a cache is behind. */
  private static final Duration KEPT = Duration.ofMinutes(1);

  /** Of a stack trace: enough to find the place. */
  private static final int FRAMES = 10;

  private static final Logger LOG = Logger.getLogger(Deliveries.class);

  private final Endpoints endpoints;
  private final HttpDelivery http;
  private final Clock clock;
  private final Places places = new Places(PLACES);
  private final Places placesOfRetries = new Places(PLACES_OF_RETRIES);
  private final Set<Receiver> running = ConcurrentHashMap.newKeySet();
  private final Map<String, List<Ended>> ended = new ConcurrentHashMap<>();
  private final Map<Receiver, String> tried = new ConcurrentHashMap<>();

  /** Made by the container, and by tests with requests of their own. */
  Deliveries(Endpoints endpoints, HttpDelivery http, Clock clock) {
    this.endpoints = endpoints;
    this.http = http;
    this.clock = clock;
  }

  /** A receiver of a schedule: what is told one thing after the other. */
  record Receiver(String schedule, SecretKeyRef urlSecretRef, boolean heartbeat) {
    static Receiver of(BackupSchedule schedule, PendingDelivery delivery) {
      return new Receiver(
          schedule.getMetadata().getUid(), delivery.urlSecretRef(), delivery.event() == null);
    }
  }

  /** Attempts that have ended and that the status may not show yet. */
  List<Ended> ended(BackupSchedule schedule) {
    var old = clock.instant().minus(KEPT);
    return List.copyOf(
        Optional.ofNullable(
                ended.computeIfPresent(
                    schedule.getMetadata().getUid(),
                    (uid, known) -> {
                      known.removeIf(
                          attempt -> attempt.time().isBefore(old) && shows(schedule, attempt));
                      return known.isEmpty() ? null : known;
                    }))
            .orElse(List.of()));
  }

  private static boolean shows(BackupSchedule schedule, Ended attempt) {
    var status = schedule.getStatus();
    return status == null
        || status.pendingDeliveries() == null
        || status.pendingDeliveries().stream().noneMatch(attempt::isNewsOf);
  }

  boolean runs(BackupSchedule schedule, PendingDelivery delivery) {
    return running.contains(Receiver.of(schedule, delivery));
  }

  /**
   * Begins an attempt, unless one at this receiver runs.
   *
   * @param wake called, on another thread, when it has ended
   */
  void start(
      BackupSchedule schedule, Notification notification, PendingDelivery delivery, Runnable wake) {
    var receiver = Receiver.of(schedule, delivery);
    if (running.add(receiver)) {
      Thread.ofVirtual()
          .name("notification of " + schedule.getMetadata().getName())
          .start(
              () -> {
                try {
                  if (!hasEnded(schedule, delivery)) {
                    run(schedule, notification, delivery);
                  }
                } finally {
                  running.remove(receiver);
                  wake.run();
                }
              });
    }
  }

  /** What a receiver's Secrets held at the last attempt, if this operator has made one. */
  Optional<String> tried(BackupSchedule schedule, SecretKeyRef urlSecretRef) {
    return Optional.ofNullable(tried.get(key(schedule, urlSecretRef)));
  }

  /** Two entries with one URL are one receiver. */
  private static Receiver key(BackupSchedule schedule, SecretKeyRef urlSecretRef) {
    return new Receiver(schedule.getMetadata().getUid(), urlSecretRef, false);
  }

  /** Whether the attempt ended while the reconciler decided that it is due. */
  private boolean hasEnded(BackupSchedule schedule, PendingDelivery delivery) {
    return ended.getOrDefault(schedule.getMetadata().getUid(), List.of()).stream()
        .anyMatch(attempt -> attempt.isNewsOf(delivery));
  }

  /** A schedule is gone. */
  void forget(String schedule) {
    ended.remove(schedule);
    tried.keySet().removeIf(receiver -> receiver.schedule().equals(schedule));
  }

  private void run(BackupSchedule schedule, Notification notification, PendingDelivery delivery) {
    var number = Ended.attempts(delivery) + 1;
    var lane = number > 1 ? placesOfRetries : places;
    var attempt = lane.take(() -> attempt(schedule, notification, delivery));
    log(schedule, delivery, number, attempt);
    ended
        .computeIfAbsent(schedule.getMetadata().getUid(), missing -> new CopyOnWriteArrayList<>())
        .add(new Ended(delivery.id(), delivery.urlSecretRef(), number, clock.instant(), attempt));
  }

  private Attempt attempt(
      BackupSchedule schedule, Notification notification, PendingDelivery delivery) {
    try {
      var endpoint = endpoints.of(schedule.getMetadata().getNamespace(), notification);
      tried.put(key(schedule, delivery.urlSecretRef()), endpoint.digest());
      return http.send(
          endpoint, Messages.of(schedule, notification, delivery, endpoint.key(), clock.instant()));
    } catch (TroubleException e) {
      return new Attempt.Failed(Kind.CONFIGURATION, e.trouble().reason(), e.trouble().message());
    } catch (KubernetesClientException e) {
      return new Attempt.Failed(
          Kind.TRANSIENT,
          Reason.INTERNAL,
          "the API server did not give a Secret of the receiver (code %d)".formatted(e.getCode()));
    } catch (RuntimeException | Error e) {
      // An attempt that leaves no trace would be made again at once, over and over. Without the
      // message, which may hold the URL.
      LOG.errorf(
          "an attempt to deliver a notification broke namespace=%s schedule=%s error=%s at=%s",
          schedule.getMetadata().getNamespace(),
          schedule.getMetadata().getName(),
          e.getClass().getName(),
          Arrays.stream(e.getStackTrace()).limit(FRAMES).toList());
      return new Attempt.Failed(
          Kind.TRANSIENT,
          Reason.INTERNAL,
          "the attempt broke (%s); the operator's log says more"
              .formatted(e.getClass().getSimpleName()));
    }
  }

  private static void log(
      BackupSchedule schedule, PendingDelivery delivery, int number, Attempt attempt) {
    LOG.debugf(
        "notification namespace=%s schedule=%s id=%s attempt=%d result=%s",
        schedule.getMetadata().getNamespace(),
        schedule.getMetadata().getName(),
        delivery.id(),
        number,
        attempt);
  }
}
