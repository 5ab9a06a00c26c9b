package io.pgcask.operator.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.operator.TestConfig;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class AdmissionQueueTest {

  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

  private final AdmissionQueue queue = new AdmissionQueue(new TestConfig(3));

  @Test
  void firstComeFirstServedHoweverTheyAsk() {
    // Given one place that is taken
    var running = backup("running", 0);
    assertThat(ask(running, "shop", 1)).isInstanceOf(AdmissionQueue.Answer.Admitted.class);
    var first = backup("first", 1);
    var second = backup("second", 2);
    assertThat(ask(second, "shop", 1)).isEqualTo(queued(0, "1 of 1 places of connection shop"));
    assertThat(ask(first, "shop", 1)).isEqualTo(queued(0, "1 of 1 places of connection shop"));

    // When it becomes free
    queue.release(running);

    // Then the older one gets it, though the younger one asks before it
    assertThat(ask(second, "shop", 1)).isEqualTo(queued(1, "0 of 1 places of connection shop"));
    assertThat(ask(first, "shop", 1)).isInstanceOf(AdmissionQueue.Answer.Admitted.class);
  }

  @Test
  void whoAsksAgainKeepsItsPlace() {
    var backup = backup("b", 0);
    ask(backup, "shop", 1);
    assertThat(ask(backup, "shop", 1)).isInstanceOf(AdmissionQueue.Answer.Admitted.class);
  }

  @Test
  void connectionsDoNotWaitForEachOtherButForTheOperator() {
    assertAdmitted(ask(backup("a", 0), "one", 1));
    assertAdmitted(ask(backup("b", 1), "two", 1));
    assertAdmitted(ask(backup("c", 2), "three", 1));
    assertThat(ask(backup("d", 3), "four", 1))
        .isEqualTo(queued(0, "3 of 3 places of the operator"));
  }

  @Test
  void whoStopsAskingDoesNotHoldUpTheOthers() {
    var running = backup("running", 0);
    ask(running, "shop", 1);
    ask(backup("gone", 1), "shop", 1);
    queue.release(running);
    assertThat(queue.ask(backup("late", 2), "shop", 1, NOW.plusSeconds(29)))
        .isInstanceOf(AdmissionQueue.Answer.Queued.class);
    assertAdmitted(queue.ask(backup("late", 2), "shop", 1, NOW.plusSeconds(31)));
  }

  @Test
  void whatRunsAtStartHoldsItsPlace() {
    queue.hold(backup("live", 0), "shop");
    assertThat(ask(backup("next", 1), "shop", 1)).isInstanceOf(AdmissionQueue.Answer.Queued.class);
  }

  private static void assertAdmitted(AdmissionQueue.Answer answer) {
    assertThat(answer).isInstanceOf(AdmissionQueue.Answer.Admitted.class);
  }

  private AdmissionQueue.Answer ask(Backup backup, String connection, int limit) {
    return queue.ask(backup, connection, limit, NOW);
  }

  private static AdmissionQueue.Answer queued(int before, String full) {
    return new AdmissionQueue.Answer.Queued(before, full);
  }

  private static Backup backup(String name, int second) {
    var backup = new Backup();
    backup.setMetadata(
        new ObjectMetaBuilder()
            .withName(name)
            .withNamespace("demo")
            .withUid(name)
            .withCreationTimestamp("2026-01-01T10:00:%02dZ".formatted(second))
            .build());
    return backup;
  }
}
