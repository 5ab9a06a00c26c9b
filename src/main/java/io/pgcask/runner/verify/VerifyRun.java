package io.pgcask.runner.verify;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.VerificationLevel;
import io.pgcask.contract.Result;
import io.pgcask.contract.ResultBuilder;
import io.pgcask.contract.Task;
import io.pgcask.runner.Cancellation;
import io.pgcask.runner.Results;
import io.pgcask.runner.RunContext;
import io.pgcask.runner.TaskFailedException;
import io.pgcask.runner.WorkDirectory;
import java.io.IOException;

/** Verifies a backup that was made earlier. */
public final class VerifyRun {
  private final RunContext context;
  private final Task.Verify task;

  /** A run of a task. */
  public VerifyRun(RunContext context, Task.Verify task) {
    this.context = context;
    this.task = task;
  }

  /** Succeeds if the backup was found to be as it was written. */
  public Result run() throws TaskFailedException {
    var level = task.verification().level();
    var verifier =
        new Verifier(context, task.path(), level == null ? VerificationLevel.HASH : level);
    try (var work = WorkDirectory.create(context.environment().temporary())) {
      var verified = verifier.verify(work);
      var result =
          switch (verified.result()) {
            case PASSED -> Results.succeeded(verified.message());
            case DAMAGED -> Results.failed(Reason.VERIFICATION_FAILED, verified.message());
            case INCONCLUSIVE ->
                Results.failed(Reason.VERIFICATION_INCONCLUSIVE, verified.message());
          };
      return ResultBuilder.builder(result).verification(verified).build();
    } catch (IOException e) {
      throw new TaskFailedException(Reason.INTERNAL, "the runner failed: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Cancellation.failure();
    }
  }
}
