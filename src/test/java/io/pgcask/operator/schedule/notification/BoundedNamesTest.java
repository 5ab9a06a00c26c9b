package io.pgcask.operator.schedule.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.apache.hc.client5.http.DnsResolver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class BoundedNamesTest {

  private final CountDownLatch answers = new CountDownLatch(1);
  private final ExecutorService askers = Executors.newCachedThreadPool();
  private final List<String> asked = new CopyOnWriteArrayList<>();

  /** A server of names that answers for {@code slow} when it is let. */
  private final DnsResolver names =
      new DnsResolver() {
        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
          asked.add(host);
          return switch (host.replaceAll("[0-9]", "")) {
            case "slow" -> {
              try {
                answers.await();
              } catch (InterruptedException e) {
                throw new AssertionError("the system's resolver cannot be interrupted", e);
              }
              yield new InetAddress[0];
            }
            case "known" -> new InetAddress[] {InetAddress.getByName("93.184.216.34")};
            default -> throw new UnknownHostException(host);
          };
        }

        @Override
        public String resolveCanonicalHostname(String host) {
          return host;
        }
      };

  @AfterEach
  void stop() {
    askers.shutdownNow();
  }

  @Test
  void waitsNoLongerThanItMay() throws Exception {
    var bounded = new BoundedNames(names, Duration.ofMillis(100));
    try {
      for (int i = 0; i < 20; i++) {
        assertThatThrownBy(() -> bounded.resolve("slow"))
            .isInstanceOf(UnknownHostException.class)
            .hasMessageContaining("in time");
      }
      assertThat(asked).as("it is asked for once at a time").hasSize(1);
      assertThat(bounded.resolve("known")).as("others are not kept waiting").hasSize(1);
    } finally {
      answers.countDown();
    }
    var patient = new BoundedNames(names, Duration.ofSeconds(20));
    assertThat(patient.resolve("known")).hasSize(1);
    assertThatThrownBy(() -> patient.resolve("unknown")).hasMessage("unknown");
    assertThatThrownBy(() -> patient.resolve("unknown")).hasMessage("unknown");
  }

  @Test
  void whoeverAsksForANameThatIsLookedUpGetsThatAnswer() throws Exception {
    var patient = new BoundedNames(names, Duration.ofSeconds(20));
    var all =
        Stream.of("slow", "SLOW", "slow")
            .map(host -> CompletableFuture.supplyAsync(() -> resolved(patient, host), askers))
            .toList();
    await().until(() -> asked.size() == 1);
    answers.countDown();

    for (var one : all) {
      assertThat(one.get()).isEmpty();
    }
    var before = asked.size();
    patient.resolve("slow");
    assertThat(asked).as("an answer is not kept").hasSize(before + 1);
  }

  @Test
  void aNameThatNobodyWaitsForAnyMoreIsNotBegun() throws Exception {
    var bounded = new BoundedNames(names, Duration.ofMillis(100));
    try {
      for (int i = 0; i < 8; i++) {
        var host = "slow" + i;
        assertThatThrownBy(() -> bounded.resolve(host)).hasMessageContaining("in time");
      }
      assertThatThrownBy(() -> bounded.resolve("known")).hasMessageContaining("in time");
    } finally {
      answers.countDown();
    }
    await().ignoreExceptions().until(() -> bounded.resolve("known2").length == 1);
    assertThat(asked).hasSizeGreaterThan(8).doesNotContain("known");
  }

  private static InetAddress[] resolved(BoundedNames names, String host) {
    try {
      return names.resolve(host);
    } catch (UnknownHostException e) {
      throw new UncheckedIOException(e);
    }
  }
}
