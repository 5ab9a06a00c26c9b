package io.pgcask;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * How long tests wait for what will come. A wait ends as soon as it does, so a long limit costs
 * only a test that fails, while a short one fails on a machine that is busy with other tests. A
 * test that sets a limit of its own measures a promise.
 */
public final class Patience implements LauncherSessionListener {

  /**
   * For what the product promises within two seconds: on a machine that has both its cores full,
   * and still far from what would come without the promise, which is the next poll, minutes later.
   */
  public static final Duration TWO_SECONDS_WHEN_BUSY = Duration.ofSeconds(10);

  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Override
  public void launcherSessionOpened(LauncherSession session) {
    Awaitility.setDefaultTimeout(LIMIT);
  }
}
