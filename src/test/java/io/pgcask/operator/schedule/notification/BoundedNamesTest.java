package io.pgcask.operator.schedule.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.client5.http.DnsResolver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class BoundedNamesTest {

  private final CountDownLatch answers = new CountDownLatch(1);
  private final AtomicInteger asked = new AtomicInteger();

  /** A server of names that answers for {@code slow} when it is let. */
  private final DnsResolver names =
      new DnsResolver() {
        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
          asked.incrementAndGet();
          return switch (host) {
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

  @Test
  void waitsNoLongerThanItMay() throws Exception {
    var bounded = new BoundedNames(names, Duration.ofMillis(100));
    try {
      for (int i = 0; i < 20; i++) {
        assertThatThrownBy(() -> bounded.resolve("slow"))
            .isInstanceOf(UnknownHostException.class)
            .hasMessageContaining("in time");
      }
      assertThat(asked.get()).as("lookups that do not end are few").isLessThanOrEqualTo(8);
    } finally {
      answers.countDown();
    }
    var patient = new BoundedNames(names, Duration.ofSeconds(20));
    assertThat(patient.resolve("known")).hasSize(1);
    assertThatThrownBy(() -> patient.resolve("unknown")).hasMessage("unknown");
  }
}
