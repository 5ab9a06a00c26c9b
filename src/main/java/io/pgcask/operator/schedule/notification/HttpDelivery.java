package io.pgcask.operator.schedule.notification;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.operator.schedule.notification.Attempt.Kind;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.utils.DateUtils;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpMessage;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.ssl.TLS;
import org.apache.hc.core5.util.Timeout;

/**
 * One request, on a connection of its own. It goes to the addresses that were checked and nowhere
 * else: no redirect, no proxy, no cookie, no repetition. Of the answer the status and Retry-After
 * are read.
 */
@ApplicationScoped
class HttpDelivery {

  /**
   * How long a request may take.
   *
   * @param connect for resolving the name, and again for connecting to an address
   * @param whole with both of these
   */
  record Limits(Duration connect, Duration whole) {
    static final Limits DEFAULT = new Limits(Duration.ofSeconds(10), Duration.ofSeconds(15));
  }

  /** Else an answer that does not end is kept in memory, and takes all there is. */
  private static final Http1Config BOUNDED =
      Http1Config.custom().setMaxLineLength(16 * 1024).setMaxHeaderCount(200).build();

  private static final String USER_AGENT = "pgcask";
  private static final int TOO_EARLY = 425;

  private final CheckedResolver resolver;
  private final Limits limits;
  private final Clock clock;
  private final ScheduledExecutorService watchdog;

  /** Made by the container. */
  @Inject
  HttpDelivery(NotificationConfig config, Clock clock) {
    this(
        new CheckedResolver(
            new BoundedNames(SystemDefaultDnsResolver.INSTANCE, Limits.DEFAULT.connect()),
            new AddressCheck(config.allowLinkLocal())::refusal),
        Limits.DEFAULT,
        clock);
  }

  /** For tests. Its thread ends with the process. */
  HttpDelivery(CheckedResolver resolver, Limits limits, Clock clock) {
    this.resolver = resolver;
    this.limits = limits;
    this.clock = clock;
    this.watchdog =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("notification deadlines").factory());
  }

  /**
   * Sends it and waits for the answer, for {@link Limits#whole()} at most, in which the name is
   * resolved too.
   */
  Attempt send(Endpoint endpoint, Message message) {
    var request = request(endpoint, message);
    var late = new AtomicBoolean();
    var deadline =
        watchdog.schedule(
            () -> {
              late.set(true);
              request.abort();
            },
            limits.whole().toMillis(),
            TimeUnit.MILLISECONDS);
    try (var client = client(Trust.of(endpoint.authorities()))) {
      return exchange(client, request, endpoint);
    } catch (IOException e) {
      return late.get() ? tooLate(endpoint) : failure(endpoint, e);
    } finally {
      deadline.cancel(false);
    }
  }

  /** Whether the addresses are such as are asked. A name that is unknown now may be known later. */
  Optional<Attempt.Failed> refusal(Endpoint endpoint) {
    try {
      resolver.resolve(endpoint.url().getHost());
      return Optional.empty();
    } catch (CheckedResolver.RefusedException e) {
      return Optional.of(refused(e));
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  private Attempt exchange(
      CloseableHttpClient client, HttpUriRequestBase request, Endpoint endpoint)
      throws IOException {
    var url = endpoint.url();
    var answer =
        client.executeOpen(
            new HttpHost(url.getScheme(), url.getHost(), url.getPort()), request, null);
    var attempt = judge(endpoint, answer.getCode(), retryAfter(answer));
    // closes the connection: the content of the answer is not read, however much it is
    request.abort();
    return attempt;
  }

  private static HttpUriRequestBase request(Endpoint endpoint, Message message) {
    HttpUriRequestBase request =
        message.content().isPresent() ? new HttpPost(endpoint.url()) : new HttpGet(endpoint.url());
    message
        .content()
        .ifPresent(
            content ->
                request.setEntity(
                    new ByteArrayEntity(content.bytes(), ContentType.parse(content.type()))));
    message.headers().forEach(request::setHeader);
    request.setHeader(HttpHeaders.CONNECTION, "close");
    return request;
  }

  /** One per request: nothing is kept between receivers, not even a connection. */
  private CloseableHttpClient client(SSLContext trust) {
    var connect = Timeout.of(limits.connect());
    var connections =
        PoolingHttpClientConnectionManagerBuilder.create()
            .setConnectionFactory(
                ManagedHttpClientConnectionFactory.builder().http1Config(BOUNDED).build())
            .setDnsResolver(resolver)
            .setTlsSocketStrategy(new DefaultClientTlsStrategy(trust))
            .setDefaultTlsConfig(
                TlsConfig.custom()
                    .setHandshakeTimeout(connect)
                    .setSupportedProtocols(TLS.V_1_3, TLS.V_1_2)
                    .build())
            .setDefaultConnectionConfig(
                ConnectionConfig.custom()
                    .setConnectTimeout(connect)
                    .setSocketTimeout(Timeout.of(limits.whole()))
                    .build())
            .build();
    return HttpClients.custom()
        .setConnectionManager(connections)
        .setUserAgent(USER_AGENT)
        .disableRedirectHandling()
        .disableAutomaticRetries()
        .disableCookieManagement()
        .disableAuthCaching()
        .disableContentCompression()
        .build();
  }

  private Optional<Duration> retryAfter(HttpMessage answer) {
    return Optional.ofNullable(answer.getFirstHeader(HttpHeaders.RETRY_AFTER))
        .map(header -> header.getValue().strip())
        .flatMap(
            value ->
                value.matches("[0-9]{1,9}")
                    ? Optional.of(Duration.ofSeconds(Long.parseLong(value)))
                    : Optional.ofNullable(DateUtils.parseStandardDate(value))
                        .map(time -> Duration.between(clock.instant(), time)))
        .filter(after -> !after.isNegative());
  }

  private static Attempt judge(Endpoint endpoint, int code, Optional<Duration> retryAfter) {
    var said = "%s answered %d".formatted(endpoint.shown(), code);
    if (code >= HttpStatus.SC_SUCCESS && code < HttpStatus.SC_REDIRECTION) {
      return new Attempt.Delivered();
    }
    if (code >= HttpStatus.SC_SERVER_ERROR
        || code == HttpStatus.SC_TOO_MANY_REQUESTS
        || code == HttpStatus.SC_REQUEST_TIMEOUT
        || code == TOO_EARLY) {
      return new Attempt.Failed(Kind.TRANSIENT, Reason.RECEIVER_UNREACHABLE, said, retryAfter);
    }
    var advice =
        code < HttpStatus.SC_CLIENT_ERROR
            ? ", a redirect, which is not followed: put the URL that it leads to into the Secret"
            : ": look whether the URL in the Secret is still right";
    return new Attempt.Failed(Kind.REFUSED, Reason.RECEIVER_REJECTED, said + advice);
  }

  private Attempt tooLate(Endpoint endpoint) {
    return unreachable(
        "%s did not answer within %d s".formatted(endpoint.shown(), limits.whole().toSeconds()));
  }

  /** In words of our own: those of the exception may hold the URL. */
  private Attempt failure(Endpoint endpoint, IOException e) {
    return switch (e) {
      case CheckedResolver.RefusedException refused -> refused(refused);
      case UnknownHostException unknown ->
          unreachable("the name of %s cannot be resolved".formatted(endpoint.shown()));
      case SSLException tls ->
          new Attempt.Failed(
              Kind.CONFIGURATION,
              Reason.TLS_FAILED,
              "the TLS handshake with %s failed, mostly because its certificate is not trusted or is for another name; see caSecretRef"
                  .formatted(endpoint.shown()));
      case SocketTimeoutException timeout -> tooLate(endpoint);
      case ConnectException refused ->
          unreachable("%s refuses the connection".formatted(endpoint.shown()));
      default ->
          unreachable(
              "the connection with %s broke (%s)"
                  .formatted(endpoint.shown(), e.getClass().getSimpleName()));
    };
  }

  private static Attempt.Failed refused(CheckedResolver.RefusedException e) {
    return new Attempt.Failed(
        Kind.CONFIGURATION,
        Reason.ADDRESS_REFUSED,
        e.getMessage()
            + ", and such addresses are not asked; see notifications.allowLinkLocal of the chart");
  }

  private static Attempt unreachable(String message) {
    return new Attempt.Failed(Kind.TRANSIENT, Reason.RECEIVER_UNREACHABLE, message);
  }
}
