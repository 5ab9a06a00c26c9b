package io.pgcask.runner.restore;

import io.pgcask.api.v1alpha1.PlanRow;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.runner.TaskFailedException;
import io.pgcask.runner.report.Reporter;
import java.util.Optional;

/** The checks before the first write. Each is reported; the first that failed gives the reason. */
final class RestorePlan {
  private final Reporter reporter;
  private final Optional<String> database;
  private Optional<TaskFailedException> failure = Optional.empty();
  private int passed;

  RestorePlan(Reporter reporter) {
    this(reporter, Optional.empty());
  }

  private RestorePlan(Reporter reporter, Optional<String> database) {
    this.reporter = reporter;
    this.database = database;
  }

  /**
   * A plan of its own for one database of several. What has passed is counted and told in one row,
   * by {@link #tellPassed}: a status has room for 64.
   */
  RestorePlan of(String database) {
    return new RestorePlan(reporter, Optional.of(database));
  }

  void passed(String check, String message) {
    passed++;
    if (database.isEmpty()) {
      say(check, PlanRow.Result.PASSED, message);
    }
  }

  /** The same, if nothing has failed: what was found is done then. */
  void passedUnlessFailed(String check, String message) {
    if (failure.isEmpty()) {
      passed(check, message);
    }
  }

  void warning(String check, String message) {
    say(check, PlanRow.Result.WARNING, message);
    reporter.warning(named(message));
  }

  void failed(String check, Reason reason, String message) {
    say(check, PlanRow.Result.FAILED, message);
    if (failure.isEmpty()) {
      failure = Optional.of(new TaskFailedException(reason, named(message)));
    }
  }

  /** Says how many checks have passed that were not told one by one. */
  void tellPassed() {
    if (database.isPresent()) {
      say("database", PlanRow.Result.PASSED, "%d checks have passed".formatted(passed));
    }
  }

  /** Something stays out, which is no failure unless nothing may. */
  void leftOut(String check, String message, boolean strict) {
    if (strict) {
      failed(check, Reason.PERMISSION_DENIED, message + " (strict)");
    } else {
      warning(check, message);
    }
  }

  /**
   * Ends the plan, or a part of it without which the rest cannot be checked.
   *
   * @throws TaskFailedException if a check has failed
   */
  void mustHavePassed() throws TaskFailedException {
    if (failure.isPresent()) {
      throw failure.get();
    }
  }

  private void say(String check, PlanRow.Result result, String message) {
    reporter.planned(new PlanRow(check, result, message, database.orElse(null)));
  }

  private String named(String message) {
    return database.map(name -> "database %s: %s".formatted(name, message)).orElse(message);
  }
}
