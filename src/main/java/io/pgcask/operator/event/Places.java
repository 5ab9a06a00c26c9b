package io.pgcask.operator.event;

import java.util.concurrent.Semaphore;

/**
 * How much may run at a time beside the reconcilers. Whoever finds no place waits for one, and they
 * get one in the order in which they came.
 */
public final class Places {

  private final Semaphore free;

  /**
   * All free.
   *
   * @param number of places, 1 or more
   */
  public Places(int number) {
    this.free = new Semaphore(number, true);
  }

  /** What is done at a place. */
  @FunctionalInterface
  public interface Work<T, E extends Exception> {
    /** Does it. */
    T run() throws E;
  }

  /**
   * Waits for a place, does the work there and gives the place back, however the work ends. The
   * wait cannot be interrupted: nobody else knows the threads that wait.
   *
   * @return what the work gives
   * @throws E what the work throws
   */
  public <T, E extends Exception> T take(Work<T, E> work) throws E {
    free.acquireUninterruptibly();
    try {
      return work.run();
    } finally {
      free.release();
    }
  }

  /** How many wait for a place now. */
  public int waiting() {
    return free.getQueueLength();
  }
}
