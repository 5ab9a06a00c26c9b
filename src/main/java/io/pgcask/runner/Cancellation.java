package io.pgcask.runner;

import io.pgcask.api.v1alpha1.Reason;
import java.util.ArrayList;
import java.util.List;

/**
 * SIGTERM, or a test that plays it: from then on nothing new begins, and what is under way is
 * broken off by the actions that were registered for it. The work itself then fails and cleans up.
 */
public final class Cancellation {
  private final List<Runnable> actions = new ArrayList<>();
  private boolean cancelled;

  /** Breaks off. Later calls do nothing. */
  public void cancel() {
    List<Runnable> toRun;
    synchronized (this) {
      if (cancelled) {
        return;
      }
      cancelled = true;
      toRun = List.copyOf(actions);
    }
    toRun.forEach(Runnable::run);
  }

  /** Whether {@link #cancel} was called. */
  public synchronized boolean cancelled() {
    return cancelled;
  }

  /**
   * Runs an action on cancellation, at once if that has been.
   *
   * @return closes it: the action will not run any more
   */
  public Registration onCancel(Runnable action) {
    synchronized (this) {
      if (!cancelled) {
        actions.add(action);
        return () -> remove(action);
      }
    }
    action.run();
    return () -> {};
  }

  private synchronized void remove(Runnable action) {
    actions.remove(action);
  }

  /**
   * Stops here if it was cancelled.
   *
   * @throws TaskFailedException Cancelled
   */
  public void check() throws TaskFailedException {
    if (cancelled()) {
      throw failure();
    }
  }

  /** What a cancelled run ends with. */
  public static TaskFailedException failure() {
    return new TaskFailedException(Reason.CANCELLED, "it was stopped before it had finished");
  }

  /** An action that is registered. */
  @FunctionalInterface
  public interface Registration extends AutoCloseable {
    @Override
    void close();
  }
}
