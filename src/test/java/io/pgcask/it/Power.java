package io.pgcask.it;

import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Cuts an operator off the API server after so many writes, for good: to the cluster that is the
 * death of the operator between two steps. Events are no steps.
 */
final class Power implements Interceptor {

  private final int writes;
  private final Predicate<String> last;
  private final List<String> written = new ArrayList<>();
  private boolean off;

  private Power(int writes, Predicate<String> last) {
    this.writes = writes;
    this.last = last;
  }

  /** Fails at the write after so many. */
  static Power after(int writes) {
    return new Power(writes, path -> false);
  }

  /**
   * Fails at the write after a certain one.
   *
   * @param last whether it is the one, by method and path
   */
  static Power after(Predicate<String> last) {
    return new Power(Integer.MAX_VALUE, last);
  }

  /** Never fails. */
  static Power unlimited() {
    return new Power(Integer.MAX_VALUE, path -> false);
  }

  /** Whether it has failed. */
  synchronized boolean isOff() {
    return off;
  }

  /** The writes that went through, for people. */
  synchronized List<String> written() {
    return List.copyOf(written);
  }

  @Override
  public synchronized void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
    var what = "%s %s".formatted(request.method(), request.uri().getPath());
    if (isStep(request)) {
      off = off || written.size() == writes || !written.isEmpty() && last.test(written.getLast());
      if (!off) {
        written.add(what);
      }
    }
    if (off) {
      throw new IllegalStateException("the power is off: " + what);
    }
  }

  private static boolean isStep(HttpRequest request) {
    var reads = request.method() == null || request.method().equals("GET");
    return !reads && !request.uri().getPath().endsWith("/events");
  }
}
