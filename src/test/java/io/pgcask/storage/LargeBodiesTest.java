package io.pgcask.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.pgcask.api.v1alpha1.LocalObjectRef;
import io.pgcask.api.v1alpha1.Storage;
import io.pgcask.operator.schedule.notification.TestCertificate;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.security.cert.CertPathBuilderException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;

@Timeout(60)
class LargeBodiesTest {
  private final byte[] body = new byte[3_000_001];
  private final LargeBodies client =
      new LargeBodies(UrlConnectionHttpClient.create(), Optional.empty(), 5_000, 30_000);
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    new Random(7).nextBytes(body);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    client.close();
  }

  @Test
  void sendsEveryByteAndGivesTheAnswer() throws Exception {
    server.createContext(
        "/part",
        exchange -> {
          var request = exchange.getRequestHeaders();
          exchange.getResponseHeaders().add("X-Sha", Hashes.sha256(read(exchange)));
          exchange.getResponseHeaders().add("X-Type", request.getFirst("X-Asked"));
          exchange.getResponseHeaders().add("X-Accept", request.getFirst("Accept"));
          answer(exchange, 200, "well");
        });

    var answer = put(body).call();

    var response = answer.httpResponse();
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.firstMatchingHeader("X-Sha")).contains(Hashes.sha256(body));
    assertThat(response.firstMatchingHeader("X-Type")).contains("yes");
    assertThat(response.firstMatchingHeader("X-Accept")).contains("*/*");
    assertThat(answer.responseBody().orElseThrow().readAllBytes()).asString().isEqualTo("well");
  }

  @Test
  void givesTheBodyOfARefusal() throws Exception {
    server.createContext(
        "/part",
        exchange -> {
          read(exchange);
          answer(exchange, 503, "<Code>SlowDown</Code>");
        });

    var answer = put(body).call();

    assertThat(answer.httpResponse().statusCode()).isEqualTo(503);
    assertThat(answer.responseBody().orElseThrow().readAllBytes()).asString().contains("SlowDown");
  }

  @Test
  void followsNoRedirect() throws Exception {
    server.createContext(
        "/part",
        exchange -> {
          read(exchange);
          exchange.getResponseHeaders().add("Location", "/other");
          answer(exchange, 307, "elsewhere");
        });

    assertThat(put(body).call().httpResponse().statusCode()).isEqualTo(307);
  }

  @Test
  void endsWhenItIsAborted() throws Exception {
    var arrived = new CountDownLatch(1);
    server.createContext(
        "/part",
        exchange -> {
          read(exchange);
          arrived.countDown(); // and no answer
        });
    var request = put(body);
    var sending =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return request.call();
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            },
            Executors.newVirtualThreadPerTaskExecutor());
    assertThat(arrived.await(30, TimeUnit.SECONDS)).isTrue();

    request.abort();

    assertThatThrownBy(() -> sending.get(20, TimeUnit.SECONDS))
        .hasRootCauseInstanceOf(IOException.class);
  }

  @Test
  void doesNotBeginOnceItWasAborted() {
    var request = put(body);
    request.abort();

    assertThatThrownBy(request::call).isInstanceOf(IOException.class);
  }

  @Test
  void leavesSmallBodiesToTheOtherClient() throws Exception {
    server.createContext(
        "/part",
        exchange -> {
          exchange.getResponseHeaders().add("X-Length", "" + read(exchange).length);
          answer(exchange, 200, "well");
        });

    var small = put(new byte[1000]);

    assertThat(small.getClass().getName()).contains("UrlConnectionHttpClient");
    assertThat(small.call().httpResponse().firstMatchingHeader("X-Length")).contains("1000");
  }

  @Test
  void trustsWhatTheStorageTrusts(@TempDir Path folder) throws Exception {
    var certificate = TestCertificate.of("localhost", folder);
    var secure = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    secure.setHttpsConfigurator(new HttpsConfigurator(certificate.context()));
    secure.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().add("ETag", Hashes.sha256(read(exchange)));
          answer(exchange, 200, "");
        });
    secure.start();
    try {
      var storage =
          new Storage.S3(
              "bucket",
              null,
              null,
              "https://localhost:" + secure.getAddress().getPort(),
              true,
              new LocalObjectRef("secret"),
              null);

      assertThat(sendPart(storage, List.of(certificate.certificate())))
          .isEqualTo(Hashes.sha256(body));
      assertThatThrownBy(() -> sendPart(storage, List.of()))
          .hasRootCauseInstanceOf(CertPathBuilderException.class);
    } finally {
      secure.stop(0);
    }
  }

  private String sendPart(Storage.S3 storage, List<X509Certificate> authorities) {
    try (var s3 = S3Clients.build(storage, Optional.of(S3TestServer.ROOT), authorities)) {
      return s3.uploadPart(
              request -> request.bucket("bucket").key("key").uploadId("id").partNumber(1),
              RequestBody.fromBytes(body))
          .eTag();
    }
  }

  private ExecutableHttpRequest put(byte[] bytes) {
    var request =
        SdkHttpRequest.builder()
            .method(SdkHttpMethod.PUT)
            .uri(URI.create("http://127.0.0.1:%d/part".formatted(server.getAddress().getPort())))
            .putHeader("Content-Length", "" + bytes.length)
            .putHeader("X-Asked", "yes")
            .build();
    return client.prepareRequest(
        HttpExecuteRequest.builder()
            .request(request)
            .contentStreamProvider(() -> new ByteArrayInputStream(bytes))
            .build());
  }

  private static byte[] read(HttpExchange exchange) throws IOException {
    return exchange.getRequestBody().readAllBytes();
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    exchange.sendResponseHeaders(status, text.isEmpty() ? -1 : text.length());
    try (var out = exchange.getResponseBody()) {
      out.write(text.getBytes());
    }
  }
}
