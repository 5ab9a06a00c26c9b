package io.pgcask.storage;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * Stands in front of an S3 server and does to requests what networks and busy servers do. One
 * request per connection; requests pass as they came, so their signatures hold.
 */
final class FaultProxy implements AutoCloseable {
  private final ServerSocket listener;
  private final int target;
  private final Function<Request, Fault> faults;
  private final List<Request> requests = new CopyOnWriteArrayList<>();

  /**
   * A proxy on a free port.
   *
   * @param target port of the server on the loopback
   * @param faults what happens to a request
   */
  FaultProxy(int target, Function<Request, Fault> faults) throws IOException {
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.target = target;
    this.faults = faults;
    Thread.ofVirtual().start(this::accept);
  }

  /**
   * The head of a request.
   *
   * @param path with its query
   * @param headers by names in lower case
   */
  record Request(String method, String path, Map<String, String> headers) {
    Optional<String> header(String name) {
      return Optional.ofNullable(headers.get(name));
    }

    boolean isPart() {
      return method.equals("PUT") && path.contains("partNumber=");
    }

    int partNumber() {
      return Integer.parseInt(path.replaceAll(".*partNumber=(\\d+).*", "$1"));
    }

    boolean isCreation() {
      return method.equals("POST") && path.contains("?uploads");
    }

    boolean isCompletion() {
      return method.equals("POST") && path.contains("uploadId=");
    }

    boolean isWhole() {
      return method.equals("PUT") && !path.contains("?");
    }

    private int length() {
      return Integer.parseInt(headers.getOrDefault("content-length", "0"));
    }
  }

  /** What happens to a request. */
  sealed interface Fault {
    /** Nothing. */
    record None() implements Fault {}

    /** It is passed on later. */
    record Delay(Duration time) implements Fault {}

    /** The connection is reset when half the body has come. */
    record ResetInBody() implements Fault {}

    /** The server never sees it; it is answered here. */
    record Answer(int status, String code, Map<String, String> headers) implements Fault {}

    /** The server does it, and nobody hears of that. */
    record DropAnswer() implements Fault {}
  }

  String url() {
    return "http://127.0.0.1:" + listener.getLocalPort();
  }

  /** Every request that came, whatever happened to it. */
  List<Request> requests() {
    return requests;
  }

  private void accept() {
    try {
      while (true) {
        var client = listener.accept();
        Thread.ofVirtual().start(() -> serve(client));
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void serve(Socket client) {
    try (client) {
      var in = client.getInputStream();
      var head = head(in);
      var request = parse(head);
      requests.add(request);
      switch (faults.apply(request)) {
        case Fault.None none -> pass(request, head, in, client.getOutputStream());
        case Fault.Delay delay -> {
          Thread.sleep(delay.time());
          pass(request, head, in, client.getOutputStream());
        }
        case Fault.ResetInBody reset -> {
          in.readNBytes(request.length() / 2);
          reset(client);
        }
        case Fault.DropAnswer drop -> {
          pass(request, head, in, OutputStream.nullOutputStream());
          reset(client);
        }
        case Fault.Answer answer -> {
          in.readNBytes(request.length());
          answer(answer, client.getOutputStream());
        }
      }
    } catch (IOException e) {
      // one of the sides went away
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void reset(Socket client) throws IOException {
    client.setSoLinger(true, 0);
  }

  private static void answer(Fault.Answer answer, OutputStream out) throws IOException {
    var body = "<Error><Code>%s</Code><Message>m</Message></Error>".formatted(answer.code());
    var head = new StringBuilder("HTTP/1.1 " + answer.status() + " Fault\r\n");
    answer.headers().forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
    head.append("Content-Type: application/xml\r\nConnection: close\r\n");
    head.append("Content-Length: " + body.length() + "\r\n\r\n" + body);
    out.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  private void pass(Request request, byte[] head, InputStream in, OutputStream out)
      throws IOException {
    try (var server = new Socket(InetAddress.getLoopbackAddress(), target)) {
      var to = server.getOutputStream();
      var text = new String(head, StandardCharsets.ISO_8859_1);
      var closing =
          text.replaceFirst("(?i)\r\nConnection: [^\r]*", "")
              .replaceFirst("\r\n\r\n$", "\r\nConnection: close\r\n\r\n");
      to.write(closing.getBytes(StandardCharsets.ISO_8859_1));
      long left = request.length();
      var buffer = new byte[1 << 16];
      while (left > 0) {
        int got = in.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (got < 0) {
          throw new EOFException();
        }
        to.write(buffer, 0, got);
        left -= got;
      }
      to.flush();
      server.getInputStream().transferTo(out);
      out.flush();
    }
  }

  private static byte[] head(InputStream in) throws IOException {
    var head = new ByteArrayOutputStream();
    int matched = 0;
    while (matched < 4) {
      int one = in.read();
      if (one < 0) {
        throw new EOFException();
      }
      head.write(one);
      boolean fits = one == (matched % 2 == 0 ? '\r' : '\n');
      matched = fits ? matched + 1 : one == '\r' ? 1 : 0;
    }
    return head.toByteArray();
  }

  private static Request parse(byte[] head) {
    var lines = new String(head, StandardCharsets.ISO_8859_1).split("\r\n");
    var first = lines[0].split(" ");
    var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
    for (int i = 1; i < lines.length; i++) {
      int colon = lines[i].indexOf(':');
      headers.put(lines[i].substring(0, colon), lines[i].substring(colon + 1).strip());
    }
    return new Request(first[0], first[1], headers);
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
