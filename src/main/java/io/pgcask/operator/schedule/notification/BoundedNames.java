package io.pgcask.operator.schedule.notification;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Resolves names, and waits for no answer longer than it may: the system's resolver knows no limit
 * of ours, and cannot be interrupted. Lookups that never end keep a few threads, and nothing else.
 */
final class BoundedNames implements DnsResolver {

  private static final int THREADS = 8;

  private final DnsResolver names;
  private final Duration limit;
  private final ExecutorService threads;

  /** Its threads end with the process. */
  BoundedNames(DnsResolver names, Duration limit) {
    this.names = names;
    this.limit = limit;
    this.threads =
        Executors.newFixedThreadPool(
            THREADS, Thread.ofPlatform().daemon().name("receiver names ", 1).factory());
  }

  @Override
  public InetAddress[] resolve(String host) throws UnknownHostException {
    return within(host, () -> names.resolve(host));
  }

  @Override
  public String resolveCanonicalHostname(String host) throws UnknownHostException {
    return within(host, () -> names.resolveCanonicalHostname(host));
  }

  private <T> T within(String host, Callable<T> lookup) throws UnknownHostException {
    var answer = threads.submit(lookup);
    try {
      return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownHostException unknown) {
        throw unknown;
      }
      throw new IllegalStateException("a lookup broke", e.getCause());
    } catch (TimeoutException e) {
      throw new UnknownHostException("%s was not resolved in time".formatted(host));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnknownHostException("nobody waits for %s any more".formatted(host));
    } finally {
      // one that still waits for a thread is not begun any more
      answer.cancel(false);
    }
  }
}
