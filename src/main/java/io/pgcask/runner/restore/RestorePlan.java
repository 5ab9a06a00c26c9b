package io.pgcask.runner.restore;

import io.pgcask.api.v1alpha1.PlanRow;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.runner.TaskFailedException;
import io.pgcask.runner.report.Reporter;
import java.util.Optional;

/** The checks before the first write. Each is reported; the first that failed gives the reason. */
final class RestorePlan {
  private final Reporter reporter;
  private Optional<TaskFailedException> failure = Optional.empty();

  RestorePlan(Reporter reporter) {
    this.reporter = reporter;
  }

  void passed(String check, String message) {
    reporter.planned(new PlanRow(check, PlanRow.Result.PASSED, message));
  }

  void warning(String check, String message) {
    reporter.planned(new PlanRow(check, PlanRow.Result.WARNING, message));
    reporter.warning(message);
  }

  void failed(String check, Reason reason, String message) {
    reporter.planned(new PlanRow(check, PlanRow.Result.FAILED, message));
    if (failure.isEmpty()) {
      failure = Optional.of(new TaskFailedException(reason, message));
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
}
