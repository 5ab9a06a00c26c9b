package io.pgcask.operator.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.pgcask.api.v1alpha1.ConnectionLastHandled;
import io.pgcask.api.v1alpha1.PostgresConnection;
import io.pgcask.api.v1alpha1.PostgresConnectionStatusBuilder;
import io.pgcask.api.v1alpha1.UnclaimedData;
import io.pgcask.operator.Labels;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SweepRequestTest {
  private static final Instant CREATED = Instant.parse("2026-11-20T07:31:00Z");
  private static final Duration DAY = Duration.ofDays(1);

  private static PostgresConnection connection(String uid) {
    var connection = new PostgresConnection();
    connection.setMetadata(
        new ObjectMetaBuilder()
            .withName("shop")
            .withUid(uid)
            .withCreationTimestamp(CREATED.toString())
            .build());
    return connection;
  }

  private static PostgresConnection swept(PostgresConnection connection, Instant time) {
    connection.setStatus(
        PostgresConnectionStatusBuilder.builder()
            .unclaimed(new UnclaimedData(time, 0, 0, 0L, "0 B", null, ""))
            .build());
    return connection;
  }

  @Test
  void comesOnceADayAtATimeOfItsOwn() {
    for (int i = 0; i < 20; i++) {
      // Given
      var connection = connection(new UUID(i, i).toString());
      var slot = SweepRequest.latestSlot(connection, CREATED.plus(DAY));
      assertThat(slot).isBetween(CREATED, CREATED.plus(DAY));

      // Then the first comes within a day, and each a day after the other
      assertThat(SweepRequest.of(connection, slot.minusSeconds(1))).isEmpty();
      assertThat(SweepRequest.of(connection, slot.plusSeconds(1))).isPresent();
      swept(connection, slot.plusSeconds(1));
      assertThat(SweepRequest.of(connection, slot.plusSeconds(2))).isEmpty();
      assertThat(SweepRequest.of(connection, slot.plus(DAY).minusSeconds(1))).isEmpty();
      assertThat(SweepRequest.of(connection, slot.plus(DAY))).isPresent();

      // Then downtime is not made up for
      assertThat(SweepRequest.of(connection, slot.plus(DAY.multipliedBy(9))).orElseThrow().key())
          .isEqualTo("daily/" + slot.plus(DAY.multipliedBy(9)));
    }
  }

  @Test
  void spreadsOverTheDay() {
    var hours =
        IntStream.range(0, 200)
            .mapToObj(i -> connection(new UUID(i, 7).toString()))
            .map(connection -> SweepRequest.latestSlot(connection, CREATED).getEpochSecond() / 3600)
            .distinct();

    assertThat(hours.count()).isGreaterThan(20);
  }

  @Test
  void comesWhenAskedAndOnceForEachValue() {
    // Given
    var connection = swept(connection("uid"), CREATED.plusSeconds(1));
    var now = CREATED.plusSeconds(2);
    connection.getMetadata().setAnnotations(Map.of(Labels.SWEEP, "now"));

    // Then
    assertThat(SweepRequest.of(connection, now).orElseThrow().asked()).hasValue("now");

    // When it was answered
    connection.setStatus(
        PostgresConnectionStatusBuilder.builder(connection.getStatus())
            .lastHandled(new ConnectionLastHandled("now"))
            .build());
    assertThat(SweepRequest.of(connection, now)).isEmpty();

    // When another is asked for
    connection.getMetadata().setAnnotations(Map.of(Labels.SWEEP, "x".repeat(300)));
    assertThat(SweepRequest.of(connection, now).orElseThrow().asked()).hasValue("x".repeat(253));
  }
}
