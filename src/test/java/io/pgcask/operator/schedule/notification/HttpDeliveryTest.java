package io.pgcask.operator.schedule.notification;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.operator.schedule.notification.Attempt.Delivered;
import io.pgcask.operator.schedule.notification.Attempt.Failed;
import io.pgcask.operator.schedule.notification.Attempt.Kind;
import io.pgcask.operator.schedule.notification.HttpDelivery.Limits;
import io.pgcask.operator.schedule.notification.Message.Content;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.apache.hc.client5.http.DnsResolver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class HttpDeliveryTest {

  private static final String SECRET = "/T0/B0/tOkEn?key=sEcReT";
  private static final Message EVENT =
      new Message(
          Map.of("webhook-id", "1"),
          Optional.of(new Content("application/json", "{}".getBytes(StandardCharsets.UTF_8))));
  private static final Message HEARTBEAT = new Message(Map.of(), Optional.empty());
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-26T02:31:00Z"), ZoneOffset.UTC);
  private static final Limits SHORT = new Limits(Duration.ofSeconds(5), Duration.ofSeconds(5));

  private TestReceiver receiver;

  @BeforeEach
  void start() throws IOException {
    receiver = TestReceiver.http();
  }

  @AfterEach
  void stop() {
    receiver.close();
  }

  /** Names that stand for this machine, and no address that is refused. */
  private static HttpDelivery lenient(Limits limits) {
    return delivery(
        limits,
        host -> new InetAddress[] {InetAddress.getLoopbackAddress()},
        address -> Optional.empty());
  }

  private static HttpDelivery delivery(
      Limits limits, Names names, Function<InetAddress, Optional<String>> check) {
    return new HttpDelivery(new CheckedResolver(names, check), limits, CLOCK);
  }

  @FunctionalInterface
  private interface Names extends DnsResolver {
    @Override
    default String resolveCanonicalHostname(String host) {
      return host;
    }
  }

  private static Attempt send(Endpoint endpoint) {
    return lenient(SHORT).send(endpoint, EVENT);
  }

  private static Endpoint endpoint(URI url) {
    return new Endpoint(url, Optional.empty(), List.of());
  }

  private Endpoint endpoint() {
    return endpoint(receiver.url("hooks.example", SECRET));
  }

  private static Failed failed(Attempt attempt, Kind kind, Reason reason) {
    assertThat(attempt).isInstanceOf(Failed.class);
    var failed = (Failed) attempt;
    assertThat(failed.kind()).as(failed.message()).isEqualTo(kind);
    assertThat(failed.reason()).as(failed.message()).isEqualTo(reason);
    assertThat(failed.message()).doesNotContain("tOkEn", "sEcReT", "/T0");
    return failed;
  }

  @Test
  void anEventIsPostedAndAHeartbeatIsAGet() {
    assertThat(send(endpoint())).isInstanceOf(Delivered.class);
    assertThat(lenient(SHORT).send(endpoint(), HEARTBEAT)).isInstanceOf(Delivered.class);

    assertThat(receiver.requests().getFirst())
        .satisfies(
            post -> {
              assertThat(post.method()).isEqualTo("POST");
              assertThat(post.target()).isEqualTo(SECRET);
              assertThat(post.content()).asString().isEqualTo("{}");
              assertThat(post.headers())
                  .containsEntry("content-type", "application/json")
                  .containsEntry("webhook-id", "1")
                  .containsEntry("user-agent", "pgcask")
                  .containsEntry("host", "hooks.example:" + receiver.port());
            });
    assertThat(receiver.requests().getLast())
        .satisfies(
            get -> {
              assertThat(get.method()).isEqualTo("GET");
              assertThat(get.target()).isEqualTo(SECRET);
              assertThat(get.content()).isEmpty();
            });
  }

  @ParameterizedTest
  @CsvSource({
    "200, ",
    "202, ",
    "204, ",
    "408, TRANSIENT",
    "425, TRANSIENT",
    "429, TRANSIENT",
    "500, TRANSIENT",
    "502, TRANSIENT",
    "503, TRANSIENT",
    "301, REFUSED",
    "307, REFUSED",
    "400, REFUSED",
    "401, REFUSED",
    "404, REFUSED",
    "410, REFUSED"
  })
  void theStatusSaysWhatFollows(int code, Kind kind) {
    receiver.answering(code);
    var attempt = send(endpoint());
    if (kind == null) {
      assertThat(attempt).isInstanceOf(Delivered.class);
    } else {
      var reason = kind == Kind.TRANSIENT ? Reason.RECEIVER_UNREACHABLE : Reason.RECEIVER_REJECTED;
      assertThat(failed(attempt, kind, reason).message())
          .contains("http://hooks.example:" + receiver.port(), Integer.toString(code));
    }
    assertThat(receiver.requests()).hasSize(1);
  }

  @Test
  void aRedirectIsNotFollowed() throws IOException {
    try (var other = TestReceiver.http()) {
      receiver.answering(
          exchange -> {
            exchange
                .getResponseHeaders()
                .set("Location", other.url("hooks.example", "/there").toString());
            exchange.sendResponseHeaders(302, -1);
          });
      var failed = failed(send(endpoint()), Kind.REFUSED, Reason.RECEIVER_REJECTED);
      assertThat(failed.message()).contains("not followed");
      assertThat(other.requests()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "120, 120",
    "0, 0",
    "'Thu, 26 Nov 2026 02:33:00 GMT', 120",
    "'Thu, 26 Nov 2020 02:33:00 GMT', ",
    "soon, ",
    "-5, ",
    "99999999999, "
  })
  void retryAfterIsRead(String header, Long seconds) {
    receiver.answering(
        exchange -> {
          exchange.getResponseHeaders().set("Retry-After", header);
          exchange.sendResponseHeaders(429, -1);
        });
    var failed = failed(send(endpoint()), Kind.TRANSIENT, Reason.RECEIVER_UNREACHABLE);
    assertThat(failed.retryAfter().map(Duration::toSeconds))
        .isEqualTo(Optional.ofNullable(seconds));
  }

  @Test
  void theContentOfAnAnswerIsNotReadHoweverMuchItIs() {
    var sent = new AtomicInteger();
    receiver.answering(
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          for (int i = 0; i < 10_000; i++) {
            exchange.getResponseBody().write(new byte[65_536]);
            sent.incrementAndGet();
          }
        });
    assertThat(send(endpoint())).isInstanceOf(Delivered.class);
    assertThat(sent.get()).as("of 10000 pieces, what fits into buffers").isLessThan(1000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "X: y\r\n"})
  void anAnswerWhoseHeadersDoNotEndIsNotKept(String piece) throws IOException {
    var sent = new AtomicLong();
    var pieces = piece.repeat(10_000).getBytes(StandardCharsets.US_ASCII);
    try (var endless = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> answerWithoutEnd(endless, pieces, sent));
      var url = URI.create("http://hooks.example:%d/tOkEn".formatted(endless.getLocalPort()));
      failed(send(endpoint(url)), Kind.TRANSIENT, Reason.RECEIVER_UNREACHABLE);
    }
    assertThat(sent.get()).as("bytes, of which buffers hold some").isLessThan(20_000_000);
  }

  private static void answerWithoutEnd(ServerSocket server, byte[] pieces, AtomicLong sent) {
    try (var peer = server.accept()) {
      var out = peer.getOutputStream();
      out.write("HTTP/1.1 200 OK\r\nX: ".getBytes(StandardCharsets.US_ASCII));
      while (true) {
        out.write(pieces);
        sent.addAndGet(pieces.length);
      }
    } catch (IOException e) {
      // the other end has heard enough
    }
  }

  @Test
  void whoeverHangsIsGivenUp() throws IOException {
    var limits = new Limits(Duration.ofMillis(800), Duration.ofMillis(900));
    // one that takes the connection and says nothing
    try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var url = URI.create("http://hooks.example:%d/tOkEn".formatted(silent.getLocalPort()));
      failed(
          lenient(limits).send(endpoint(url), EVENT), Kind.TRANSIENT, Reason.RECEIVER_UNREACHABLE);
      var tls = URI.create("https://hooks.example:%d/tOkEn".formatted(silent.getLocalPort()));
      failed(
          lenient(limits).send(endpoint(tls), EVENT), Kind.TRANSIENT, Reason.RECEIVER_UNREACHABLE);
    }
    // one that answers a byte at a time
    try (var slow = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var drip =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try (var peer = slow.accept()) {
                      var out = peer.getOutputStream();
                      for (int i = 0; i < 1000; i++) {
                        out.write(i == 0 ? "HTTP/1.1 200 OK\r\nX: ".getBytes() : new byte[] {'x'});
                        out.flush();
                        Thread.sleep(50);
                      }
                    } catch (IOException | InterruptedException e) {
                      Thread.currentThread().interrupt();
                    }
                  });
      var url = URI.create("http://hooks.example:%d/tOkEn".formatted(slow.getLocalPort()));
      var started = System.nanoTime();
      failed(
          lenient(limits).send(endpoint(url), EVENT), Kind.TRANSIENT, Reason.RECEIVER_UNREACHABLE);
      assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(4));
      drip.interrupt();
    }
  }

  @Test
  void whoeverIsNotThereIsTriedAgain() {
    var url = receiver.url("hooks.example", SECRET);
    receiver.close();
    var failed = failed(send(endpoint(url)), Kind.TRANSIENT, Reason.RECEIVER_UNREACHABLE);
    assertThat(failed.message()).contains("refuses the connection");

    var nowhere =
        delivery(
            SHORT,
            host -> {
              throw new UnknownHostException(host);
            },
            address -> Optional.empty());
    var unknown =
        failed(nowhere.send(endpoint(url), EVENT), Kind.TRANSIENT, Reason.RECEIVER_UNREACHABLE);
    assertThat(unknown.message()).contains("cannot be resolved");
  }

  @Test
  void onlyACertificateThatIsTrustedAndForThatNameWillDo(@TempDir Path folder) throws Exception {
    var certificate = TestCertificate.of("hooks.example", folder);
    var other = TestCertificate.of("other.example", folder);
    try (var secure = TestReceiver.https(certificate.context());
        var elsewhere = TestReceiver.https(other.context())) {
      var url = secure.url("hooks.example", SECRET);
      var ca = List.of(certificate.certificate());

      assertThat(send(new Endpoint(url, Optional.empty(), ca))).isInstanceOf(Delivered.class);
      assertThat(secure.requests()).hasSize(1);

      // by the JRE's CAs, by another CA, and for another name
      failed(send(endpoint(url)), Kind.CONFIGURATION, Reason.TLS_FAILED);
      failed(
          send(new Endpoint(url, Optional.empty(), List.of(other.certificate()))),
          Kind.CONFIGURATION,
          Reason.TLS_FAILED);
      failed(
          send(
              new Endpoint(
                  elsewhere.url("hooks.example", SECRET),
                  Optional.empty(),
                  List.of(other.certificate()))),
          Kind.CONFIGURATION,
          Reason.TLS_FAILED);
      assertThat(secure.requests()).hasSize(1);
      assertThat(elsewhere.requests()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"metadata.example", "169.254.169.254", "localhost", "127.0.0.1", "[::1]"})
  void addressesThatAreRefusedAreNotConnectedTo(String host) {
    var strict =
        delivery(
            SHORT,
            name ->
                name.equals("metadata.example")
                    ? new InetAddress[] {
                      InetAddress.getByName("93.184.216.34"),
                      InetAddress.getByName("169.254.169.254")
                    }
                    : InetAddress.getAllByName(name),
            new AddressCheck(false)::refusal);
    var failed =
        failed(
            strict.send(endpoint(receiver.url(host, SECRET)), EVENT),
            Kind.CONFIGURATION,
            Reason.ADDRESS_REFUSED);
    assertThat(failed.message()).contains("such addresses are not asked");
    assertThat(receiver.requests()).isEmpty();
  }

  @Test
  void aNameIsResolvedOnceAndTheCheckedAddressIsConnectedTo() {
    // Given a name that is another address at the second look
    var looks = new AtomicInteger();
    var rebinding =
        delivery(
            SHORT,
            name ->
                new InetAddress[] {
                  looks.getAndIncrement() == 0
                      ? InetAddress.getLoopbackAddress()
                      : InetAddress.getByName("169.254.169.254")
                },
            address -> Optional.of("checked").filter(checked -> !address.isLoopbackAddress()));

    assertThat(rebinding.send(endpoint(), EVENT)).isInstanceOf(Delivered.class);
    assertThat(looks).hasValue(1);
  }

  @Test
  void aReceiverIsShownWithoutWhatIsSecretInItsUrl() {
    assertThat(endpoint(URI.create("https://hooks.example/services/tOkEn?k=v")))
        .hasToString("Endpoint[https://hooks.example]");
  }
}
