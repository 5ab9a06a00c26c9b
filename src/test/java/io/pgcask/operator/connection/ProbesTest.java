package io.pgcask.operator.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pgcask.api.v1alpha1.PostgresConnection;
import io.pgcask.api.v1alpha1.PostgresConnectionSpecBuilder;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.TlsMode;
import io.pgcask.contract.Task;
import io.pgcask.operator.TestConfig;
import io.pgcask.operator.connection.ConnectionProbe.Finding;
import io.pgcask.operator.connection.Probes.Outcome;
import io.pgcask.operator.connection.Probes.Turn;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** With hosts that refuse and hosts that never answer. */
class ProbesTest {

  private final List<String> woken = new CopyOnWriteArrayList<>();

  /** Connections whose database is the port of 127.0.0.1 to connect to. */
  private static final ConnectionResolver TO_PORTS =
      new ConnectionResolver(null) {
        @Override
        public Resolved resolve(PostgresConnection connection) {
          var port = connection.getSpec().standard().port();
          if (port == 1) {
            throw new IllegalStateException("the API server did not answer");
          }
          return new Resolved(
              new Task.Server("127.0.0.1", port, "d", null, "u", TlsMode.DISABLE, 1),
              Optional.empty(),
              "u",
              Optional.empty(),
              List.of(),
              Optional.empty());
        }
      };

  private final Probes probes =
      new Probes(
          TO_PORTS,
          new ConnectionProbe(),
          new TestConfig(1),
          new SimpleMeterRegistry(),
          Clock.systemUTC());

  private static PostgresConnection connection(String name, int port, long generation) {
    var connection = new PostgresConnection();
    connection.setMetadata(
        new ObjectMetaBuilder().withName(name).withUid(name).withGeneration(generation).build());
    connection.setSpec(
        PostgresConnectionSpecBuilder.builder()
            .standard(
                new io.pgcask.api.v1alpha1.PostgresConnectionSpec.Standard(
                    "127.0.0.1", port, "d", "u", null, null))
            .build());
    return connection;
  }

  private Turn turn(PostgresConnection connection) {
    return probes.turn(connection, ended -> woken.add(ended.getMetadata().getName()));
  }

  private static ServerSocket mute() throws IOException {
    return new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
  }

  private static int refusing() throws IOException {
    try (var socket = mute()) {
      return socket.getLocalPort();
    }
  }

  private static Reason reason(Turn turn) {
    var found = (Outcome.Found) ((Turn.Report) turn).outcome();
    return ((Finding.Unusable) found.finding()).trouble().reason();
  }

  @Test
  void nobodyWaitsForHostsThatDoNotAnswer() throws Exception {
    try (var mute = mute()) {
      var dead =
          IntStream.range(0, 100)
              .mapToObj(i -> connection("dead" + i, mute.getLocalPort(), 1))
              .toList();
      var started = System.nanoTime();

      dead.forEach(each -> assertThat(turn(each)).isInstanceOf(Turn.Running.class));

      assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(2));
      await().until(() -> woken.size() == 100);
      assertThat(dead).allMatch(each -> reason(turn(each)) == Reason.CONNECT_TIMEOUT);
    }
  }

  @Test
  void hostsThatWereDownDoNotStandInTheWayOfOthers() throws Exception {
    try (var mute = mute()) {
      var dead =
          IntStream.range(0, 60)
              .mapToObj(i -> connection("dead" + i, mute.getLocalPort(), 1))
              .toList();
      dead.forEach(this::turn);
      await().until(() -> woken.size() == 60);
      // a new spec is probed at once
      dead.forEach(each -> turn(connection(each.getMetadata().getName(), mute.getLocalPort(), 2)));
      var others = connection("other", refusing(), 1);

      turn(others);

      await().atMost(Duration.ofMillis(900)).until(() -> woken.contains("other"));
      assertThat(reason(turn(others))).isEqualTo(Reason.HOST_UNREACHABLE);
    }
  }

  @Test
  void oneProbeAtATimeAndTheNextWhenItIsDue() throws Exception {
    try (var mute = mute()) {
      var connection = connection("shop", mute.getLocalPort(), 1);

      for (int i = 0; i < 5; i++) {
        assertThat(turn(connection)).isInstanceOf(Turn.Running.class);
      }

      await().until(() -> !woken.isEmpty());
      assertThat(turn(connection)).as("kept until it is written").isInstanceOf(Turn.Report.class);
      assertThat(turn(connection)).isInstanceOf(Turn.Report.class);
      assertThat(probes.reported(connection))
          .isBetween(Duration.ofSeconds(14), Duration.ofSeconds(15));
      assertThat(turn(connection)).isInstanceOf(Turn.Wait.class);
      assertThat(woken).containsExactly("shop");
    }
  }

  @Test
  void whatWasFoundOfAnOldSpecIsNotReported() throws Exception {
    try (var mute = mute()) {
      turn(connection("shop", mute.getLocalPort(), 1));
      var changed = connection("shop", refusing(), 2);
      assertThat(turn(changed)).isInstanceOf(Turn.Running.class);
      await().until(() -> woken.size() == 1);

      assertThat(turn(changed)).as("a new probe").isInstanceOf(Turn.Running.class);

      await().until(() -> woken.size() == 2);
      assertThat(reason(turn(changed))).isEqualTo(Reason.HOST_UNREACHABLE);
    }
  }

  @Test
  void whatBreaksIsSaidAndTriedAgain() {
    var connection = connection("shop", 1, 1);
    turn(connection);
    await().until(() -> !woken.isEmpty());

    var outcome = ((Turn.Report) turn(connection)).outcome();

    assertThat(((Outcome.Broken) outcome).cause()).hasMessage("the API server did not answer");
    assertThat(probes.reported(connection)).isGreaterThan(Duration.ZERO);
  }
}
