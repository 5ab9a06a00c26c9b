package io.pgcask.runner;

import io.pgcask.contract.Mounts;
import io.pgcask.contract.Result;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The entry point of the Jobs. */
public final class RunnerMain {
  /** Of the 60 seconds that the pod has after SIGTERM. */
  private static final Duration TIME_TO_CLEAN_UP = Duration.ofSeconds(50);

  private RunnerMain() {}

  /**
   * Does the task of the environment variable {@link Mounts#TASK_VARIABLE}.
   *
   * @param args none, or {@code warm-up}: touch the classes that a run needs and end, while a cache
   *     of them is made
   */
  public static void main(String[] args) throws IOException {
    // the class path is the operator's: its log manager complains on stderr if it is not the one
    System.setProperty("java.util.logging.manager", "org.jboss.logmanager.LogManager");
    if (args.length > 0 && args[0].equals("warm-up")) {
      new WarmUp().run();
      return;
    }
    var task = System.getenv(Mounts.TASK_VARIABLE);
    if (task == null) {
      System.err.println("the variable " + Mounts.TASK_VARIABLE + " is not set");
      System.exit(64);
    }
    var cancellation = new Cancellation();
    var ended = new CountDownLatch(1);
    var code = new AtomicInteger(Result.EXIT_FAILED);
    // SIGTERM begins the JVM's shutdown, which waits for its hooks: the run cleans up and writes
    // its
    // result meanwhile
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> cancelAndAwait(cancellation, ended, code), "cancel"));
    try {
      code.set(new Runner(RunnerEnvironment.ofPod(), cancellation).run(task));
    } finally {
      ended.countDown();
    }
    System.exit(code.get());
  }

  private static void cancelAndAwait(
      Cancellation cancellation, CountDownLatch ended, AtomicInteger code) {
    try {
      if (ended.getCount() > 0) {
        cancellation.cancel();
      }
      if (!ended.await(TIME_TO_CLEAN_UP.toSeconds(), TimeUnit.SECONDS)) {
        System.err.println("could not clean up within " + TIME_TO_CLEAN_UP.toSeconds() + " s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(code.get());
  }
}
