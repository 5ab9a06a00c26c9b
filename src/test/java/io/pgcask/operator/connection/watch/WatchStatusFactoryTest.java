package io.pgcask.operator.connection.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.pgcask.api.v1alpha1.Condition;
import io.pgcask.api.v1alpha1.PostgresConnection;
import io.pgcask.api.v1alpha1.PostgresConnectionSpecBuilder;
import io.pgcask.api.v1alpha1.PostgresConnectionStatus;
import io.pgcask.api.v1alpha1.PostgresConnectionStatusBuilder;
import io.pgcask.api.v1alpha1.Realtime;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.SchemaFilter;
import io.pgcask.api.v1alpha1.WatchSchema;
import io.pgcask.operator.connection.watch.SchemaReader.Observation;
import io.pgcask.operator.job.Trouble;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WatchStatusFactoryTest {

  private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");
  private static final WatchPlan PLAN = plan(WatchSchema.POLL, Realtime.STATISTICS);

  @Test
  void anotherFingerprintIsAChangeAndTheFirstIsNone() {
    var first = step(connection(1, null), report("a", Optional.empty()), NOW);
    assertThat(first.schema().lastChangeTime()).isNull();
    assertThat(first.schema().fingerprint()).isEqualTo("a");
    assertThat(watching(first).holds()).isTrue();

    var same = step(connection(1, first), report("a", Optional.empty()), NOW.plusSeconds(60));
    assertThat(same).isEqualTo(first);

    var changed = step(connection(1, first), report("b", Optional.empty()), NOW.plusSeconds(60));
    assertThat(changed.schema().lastChangeTime()).isEqualTo(NOW.plusSeconds(60));
  }

  @Test
  void afterAChangeOfTheSpecAnotherFingerprintSaysNothing() {
    var first = step(connection(1, null), report("a", Optional.empty()), NOW);
    var other = step(connection(2, first), report("b", Optional.empty()), NOW.plusSeconds(60));
    assertThat(other.schema().fingerprint()).isEqualTo("b");
    assertThat(other.schema().lastChangeTime()).isNull();
  }

  @Test
  void rowsThatChangeAllTheTimeAreWrittenEveryFiveMinutes() {
    var first = step(connection(1, null), report("a", Optional.of(NOW)), NOW);
    assertThat(first.realtime().lastChangeTime()).isEqualTo(NOW);

    var soon = NOW.plusSeconds(60);
    assertThat(step(connection(1, first), report("a", Optional.of(soon)), soon)).isEqualTo(first);
    // with another change
    assertThat(
            step(connection(1, first), report("b", Optional.of(soon)), soon)
                .realtime()
                .lastChangeTime())
        .isEqualTo(soon);
    // and after a while, though nothing has changed since
    var later = NOW.plus(Duration.ofMinutes(6));
    assertThat(
            step(connection(1, first), report("a", Optional.of(soon)), later)
                .realtime()
                .lastChangeTime())
        .isEqualTo(soon);
  }

  @Test
  void whatIsLessThanAskedForIsFalseAndWhatIsNotKnownIsUnknown() {
    var denied = new Trouble(Reason.EVENT_TRIGGERS_DENIED, "only a superuser");
    var less = step(connection(1, null), report("a", Optional.empty()).withTrouble(denied), NOW);
    assertThat(watching(less).status()).isEqualTo("False");
    assertThat(WatchStatusFactory.news(status(List.of()), less)).contains(denied);
    assertThat(WatchStatusFactory.news(less, less)).isEmpty();

    var down = new Trouble(Reason.HOST_UNREACHABLE, "no route");
    var unknown = step(connection(1, less), WatchReport.nothingYet().withTrouble(down), NOW);
    assertThat(watching(unknown).status()).isEqualTo("Unknown");
    assertThat(unknown.schema()).as("what was known stays").isEqualTo(less.schema());
    assertThat(WatchStatusFactory.news(less, unknown)).isEmpty();
  }

  @Test
  void triggersThatAreNotThereYetAreNotAsTheSpecAsks() {
    var polled =
        WatchStatusFactory.of(
            connection(1, null),
            status(List.of()),
            plan(WatchSchema.TRIGGERS, Realtime.STATISTICS),
            report("a", Optional.empty()),
            NOW);
    assertThat(watching(polled).status()).isEqualTo("Unknown");
    assertThat(polled.schema().mode()).isEqualTo(WatchSchema.POLL);
  }

  @Test
  void whatIsOffIsAbsent() {
    var off =
        WatchStatusFactory.of(
            connection(1, null),
            status(List.of()),
            plan(WatchSchema.OFF, Realtime.OFF),
            WatchReport.nothingYet(),
            NOW);
    assertThat(off.schema()).isNull();
    assertThat(off.realtime()).isNull();
    assertThat(watching(off).reason()).isEqualTo(Reason.WATCHING_OFF.word());
    assertThat(WatchStatusFactory.news(status(List.of()), off)).isEmpty();
  }

  @Test
  void aProbeKeepsTheCondition() {
    var known = step(connection(1, null), report("a", Optional.empty()), NOW).conditions();
    assertThat(WatchStatusFactory.withPrevious(known, List.of())).isEqualTo(known);
    assertThat(WatchStatusFactory.withPrevious(null, List.of())).isEmpty();
  }

  /** As a probe that finds nothing new hands it over. */
  private static PostgresConnectionStatus step(
      PostgresConnection connection, WatchReport report, Instant now) {
    var before = Optional.ofNullable(connection.getStatus()).orElseGet(() -> status(List.of()));
    var probed =
        PostgresConnectionStatusBuilder.builder(before)
            .observedGeneration(connection.getMetadata().getGeneration())
            .build();
    return WatchStatusFactory.of(connection, probed, PLAN, report, now);
  }

  private static PostgresConnectionStatus status(List<Condition> conditions) {
    return PostgresConnectionStatusBuilder.builder().conditions(conditions).build();
  }

  private static WatchReport report(String fingerprint, Optional<Instant> rows) {
    return new WatchReport(
        Optional.of(new Observation(fingerprint, 1, 0, 0)),
        WatchSchema.POLL,
        Realtime.STATISTICS,
        rows,
        Optional.empty(),
        true);
  }

  private static WatchPlan plan(WatchSchema schema, Realtime realtime) {
    return new WatchPlan(
        SchemaFilter.ALL, schema, realtime, new ListenRequest.Nothing(), Duration.ofSeconds(60));
  }

  private static PostgresConnection connection(long generation, PostgresConnectionStatus status) {
    var connection = new PostgresConnection();
    connection.setMetadata(
        new ObjectMetaBuilder().withName("shop").withGeneration(generation).build());
    connection.setSpec(PostgresConnectionSpecBuilder.builder().build());
    connection.setStatus(status);
    return connection;
  }

  private static Condition watching(PostgresConnectionStatus status) {
    return status.conditions().stream()
        .filter(condition -> condition.type().equals(Condition.WATCHING))
        .findFirst()
        .orElseThrow();
  }
}
