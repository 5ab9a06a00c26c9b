package io.pgcask.operator.schedule.notification;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Resolves names, and waits for no answer longer than it may: the system's resolver knows no limit
 * of ours, and cannot be interrupted. A name is looked up once at a time, whoever asks for it, so
 * that one whose server does not answer keeps one thread, and nothing else. As many such names as
 * there are threads, at once, keep others waiting.
 */
final class BoundedNames implements DnsResolver {

  private static final int THREADS = 8;

  private final Duration limit;
  private final ExecutorService threads;
  private final Lookups<InetAddress[]> addresses;
  private final Lookups<String> canonical;

  /** Its threads end with the process. */
  BoundedNames(DnsResolver names, Duration limit) {
    this.limit = limit;
    this.threads =
        Executors.newFixedThreadPool(
            THREADS, Thread.ofPlatform().daemon().name("receiver names ", 1).factory());
    this.addresses = new Lookups<>(names::resolve);
    this.canonical = new Lookups<>(names::resolveCanonicalHostname);
  }

  @Override
  public InetAddress[] resolve(String host) throws UnknownHostException {
    return addresses.of(host).clone();
  }

  @Override
  public String resolveCanonicalHostname(String host) throws UnknownHostException {
    return canonical.of(host);
  }

  private interface Question<T> {
    T ask(String host) throws UnknownHostException;
  }

  /** Those in flight, one for each name. */
  private final class Lookups<T> {

    private final Question<T> question;
    private final Map<String, Lookup> inFlight = new HashMap<>();

    Lookups(Question<T> question) {
      this.question = question;
    }

    private final class Lookup {
      private final String host;
      private final FutureTask<T> answer = new FutureTask<>(this::run);
      private int waiting;
      private boolean begun;

      Lookup(String host) {
        this.host = host;
      }

      private T run() throws UnknownHostException {
        if (!begins(this)) {
          throw new UnknownHostException("nobody waits for %s any more".formatted(host));
        }
        try {
          return question.ask(host);
        } finally {
          ends(this);
        }
      }
    }

    T of(String host) throws UnknownHostException {
      var lookup = join(host.toLowerCase(Locale.ROOT));
      try {
        return lookup.answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
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
        leave(lookup);
      }
    }

    private synchronized Lookup join(String host) {
      var lookup = inFlight.get(host);
      if (lookup == null) {
        lookup = new Lookup(host);
        inFlight.put(host, lookup);
        threads.execute(lookup.answer);
      }
      lookup.waiting++;
      return lookup;
    }

    /** One that still waits for a thread is not begun once nobody waits for it. */
    private synchronized void leave(Lookup lookup) {
      lookup.waiting--;
      if (lookup.waiting == 0 && !lookup.begun) {
        lookup.answer.cancel(false);
        ends(lookup);
      }
    }

    private synchronized boolean begins(Lookup lookup) {
      lookup.begun = lookup.waiting > 0;
      return lookup.begun;
    }

    private synchronized void ends(Lookup lookup) {
      inFlight.remove(lookup.host, lookup);
    }
  }
}
