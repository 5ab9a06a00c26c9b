package io.pgcask.operator.schedule.notification;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.NotificationEvent;
import io.pgcask.api.v1alpha1.PendingDelivery;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.SecretKeyRef;
import io.pgcask.operator.schedule.notification.Attempt.Delivered;
import io.pgcask.operator.schedule.notification.Attempt.Failed;
import io.pgcask.operator.schedule.notification.Attempt.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

/** Whatever is lost on the way, each event is one, and it arrives. */
class OncePropertyTest {

  private static final Failed DOWN =
      new Failed(Kind.TRANSIENT, Reason.RECEIVER_UNREACHABLE, "down");

  private enum Act {
    GOOD,
    BAD,
    STEP,
    LOST_WRITE,
    STALE_CACHE,
    RESTART,
    DELIVER,
    FAIL
  }

  /** An operator, the status that it has written, and the receivers. */
  private static final class World {
    private final List<Backup> children = new ArrayList<>();
    private final List<Ended> memory = new ArrayList<>();
    private final Map<String, Integer> received = new LinkedHashMap<>();
    private final List<String> expected = new ArrayList<>();
    private BackupSchedule stored = NightlySchedule.withBoth();
    private BackupSchedule older = stored;
    private Instant time = NightlySchedule.CREATED;
    private boolean forgot;
    private boolean bad;

    World() {
      step(true);
    }

    void act(Act act) {
      time = time.plusSeconds(60);
      switch (act) {
        case GOOD -> {
          var name = "b" + children.size();
          children.add(NightlySchedule.completed(name, time));
          expected.add("COMPLETED " + name);
          if (bad) {
            expected.add("RECOVERED " + name);
          }
          bad = false;
        }
        case BAD -> {
          var name = "b" + children.size();
          children.add(NightlySchedule.failed(name, time));
          expected.add("FAILED " + name);
          bad = true;
        }
        case STEP -> step(true);
        case LOST_WRITE -> step(false);
        // the write is refused since the status is not the newest
        case STALE_CACHE -> plan(older);
        case RESTART -> {
          forgot |= memory.stream().anyMatch(ended -> ended.attempt() instanceof Delivered);
          memory.clear();
        }
        case DELIVER -> attempt(new Delivered());
        case FAIL -> attempt(DOWN);
      }
    }

    private Outbox plan(BackupSchedule seen) {
      return OutboxPlan.of(
          seen,
          Happenings.since(
              seen, children, NightlySchedule.health(children, Optional.empty(), time), time),
          List.copyOf(memory),
          failing -> false);
    }

    private void step(boolean written) {
      var outbox = plan(stored);
      if (written) {
        older = stored;
        stored = NightlySchedule.after(stored, outbox);
      }
    }

    /** Only what stands in the status, and the first of each receiver. */
    private void attempt(Attempt attempt) {
      var seen = new HashSet<SecretKeyRef>();
      for (var delivery : pending()) {
        if (seen.add(delivery.urlSecretRef())
            && memory.stream().noneMatch(ended -> ended.isNewsOf(delivery))) {
          if (attempt instanceof Delivered && delivery.event() != null) {
            received.merge(delivery.event() + " " + delivery.backup(), 1, Integer::sum);
          }
          memory.add(
              new Ended(
                  delivery.id(),
                  delivery.urlSecretRef(),
                  Ended.attempts(delivery) + 1,
                  time,
                  attempt));
        }
      }
    }

    private List<PendingDelivery> pending() {
      return Optional.ofNullable(stored.getStatus().pendingDeliveries()).orElse(List.of());
    }

    void settle() {
      step(true);
      while (!pending().isEmpty()) {
        attempt(new Delivered());
        step(true);
      }
    }
  }

  @Property(tries = 500)
  void eachEventArrivesAndOnceUnlessTheOperatorDiesBeforeItCouldWriteThatDown(
      @ForAll @Size(max = 24) List<Act> acts) {
    var world = new World();

    acts.forEach(world::act);
    world.settle();

    assertThat(world.received.keySet()).containsExactlyInAnyOrderElementsOf(world.expected);
    if (!world.forgot) {
      assertThat(world.received.values()).allMatch(times -> times == 1);
    }
    assertThat(world.pending()).isEmpty();
    assertThat(world.stored.getStatus().droppedDeliveries()).isNull();
  }

  @Property(tries = 200)
  void theSameEventHasTheSameIdentityAndNoOther(@ForAll @Size(max = 12) List<Act> acts) {
    var world = new World();
    acts.forEach(world::act);
    var first = world.plan(world.stored).pending();

    assertThat(world.plan(world.stored).pending()).isEqualTo(first);
    assertThat(first)
        .extracting(
            delivery ->
                Optional.ofNullable(delivery.event()).map(NotificationEvent::name).orElse("")
                    + delivery.backup())
        .doesNotHaveDuplicates();
    assertThat(first).extracting(PendingDelivery::id).doesNotHaveDuplicates();
  }
}
