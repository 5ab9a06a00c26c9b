package io.pgcask.storage;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * Sends large bodies itself and leaves every other request to another client. The SDK's own copies
 * a body in pieces of 4 KiB, which reach the socket 8 KiB at a time: a quarter of the processor
 * time of an upload went there, and some of the server's.
 */
final class LargeBodies implements SdkHttpClient {
  private static final int LARGE = 1 << 20;
  private static final int PIECE = 64 << 10;

  private final SdkHttpClient others;
  private final Optional<SSLSocketFactory> tls;
  private final int connectMillis;
  private final int silenceMillis;

  /**
   * A client.
   *
   * @param others for everything else; closed with this
   * @param tls empty for Java's own trust
   * @param connectMillis to wait for a connection
   * @param silenceMillis to wait for an answer
   */
  LargeBodies(
      SdkHttpClient others, Optional<SSLSocketFactory> tls, int connectMillis, int silenceMillis) {
    this.others = others;
    this.tls = tls;
    this.connectMillis = connectMillis;
    this.silenceMillis = silenceMillis;
  }

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    long length = length(request.httpRequest());
    var body = request.contentStreamProvider();
    return body.isPresent() && length >= LARGE
        ? new Sending(request.httpRequest(), body.get(), length)
        : others.prepareRequest(request);
  }

  private static long length(SdkHttpRequest request) {
    return request.firstMatchingHeader("Content-Length").map(Long::parseLong).orElse(0L);
  }

  private HttpURLConnection connection(SdkHttpRequest request, long length) throws IOException {
    var connection = (HttpURLConnection) request.getUri().toURL().openConnection();
    if (connection instanceof HttpsURLConnection https) {
      tls.ifPresent(https::setSSLSocketFactory);
    }
    request.forEachHeader(
        (name, values) -> values.forEach(value -> connection.addRequestProperty(name, value)));
    if (request.firstMatchingHeader("Accept").isEmpty()) {
      // HttpURLConnection's own is more than some servers understand
      connection.setRequestProperty("Accept", "*/*");
    }
    connection.setRequestMethod(request.method().name());
    connection.setInstanceFollowRedirects(false);
    connection.setConnectTimeout(connectMillis);
    connection.setReadTimeout(silenceMillis);
    connection.setDoOutput(true);
    connection.setFixedLengthStreamingMode(length);
    return connection;
  }

  @Override
  public String clientName() {
    return others.clientName();
  }

  @Override
  public void close() {
    others.close();
  }

  /** A request with a large body. */
  private final class Sending implements ExecutableHttpRequest {
    private final SdkHttpRequest request;
    private final ContentStreamProvider body;
    private final long length;

    private HttpURLConnection connection;
    private volatile boolean aborted;

    private Sending(SdkHttpRequest request, ContentStreamProvider body, long length) {
      this.request = request;
      this.body = body;
      this.length = length;
    }

    @Override
    public HttpExecuteResponse call() throws IOException {
      try {
        var open = open();
        open.connect();
        send(open);
        return answer(open);
      } catch (IOException e) {
        disconnect(); // else the server would wait for the rest
        throw e;
      } catch (RuntimeException e) {
        disconnect();
        // HttpURLConnection throws it where a connection breaks at the wrong moment
        if (e instanceof NullPointerException || e.getCause() instanceof NullPointerException) {
          throw new IOException("the connection broke", e);
        }
        throw e;
      }
    }

    private synchronized HttpURLConnection open() throws IOException {
      checkWanted();
      connection = connection(request, length);
      return connection;
    }

    private void send(HttpURLConnection open) throws IOException {
      // not closed on failure: that would complain of the missing rest and hide why
      var out = open.getOutputStream();
      try (var in = body.newStream()) {
        var buffer = new byte[PIECE];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
          checkWanted();
          out.write(buffer, 0, count);
        }
      }
      out.flush();
    }

    private HttpExecuteResponse answer(HttpURLConnection open) throws IOException {
      int status = open.getResponseCode();
      var content =
          status >= HttpURLConnection.HTTP_BAD_REQUEST
              ? open.getErrorStream()
              : open.getInputStream();
      return HttpExecuteResponse.builder()
          .response(
              SdkHttpResponse.builder()
                  .statusCode(status)
                  .statusText(open.getResponseMessage())
                  .headers(headers(open))
                  .build())
          .responseBody(content == null ? null : AbortableInputStream.create(content))
          .build();
    }

    private static Map<String, List<String>> headers(HttpURLConnection open) {
      return open.getHeaderFields().entrySet().stream()
          .filter(header -> header.getKey() != null) // the status line
          .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** A connection that is being made cannot be ended from outside. */
    private void checkWanted() throws IOException {
      if (aborted) {
        throw new IOException("the request was given up");
      }
    }

    @Override
    public void abort() {
      aborted = true;
      disconnect();
    }

    private synchronized void disconnect() {
      if (connection != null) {
        connection.disconnect();
      }
    }
  }
}
