package io.pgcask.runner.verify;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.Verification;
import io.pgcask.api.v1alpha1.VerificationLevel;
import io.pgcask.contract.Result;
import io.pgcask.contract.ResultBuilder;
import io.pgcask.contract.Task;
import io.pgcask.runner.Cancellation;
import io.pgcask.runner.Results;
import io.pgcask.runner.RunContext;
import io.pgcask.runner.TaskFailedException;
import io.pgcask.runner.WorkDirectory;
import io.pgcask.runner.copy.CopyOutcome;
import io.pgcask.runner.copy.CopyVerdict;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Optional;

/** Verifies a backup that was made earlier. */
public final class VerifyRun {
  private final RunContext context;
  private final Task.Verify task;

  /** A run of a task. */
  public VerifyRun(RunContext context, Task.Verify task) {
    this.context = context;
    this.task = task;
  }

  /** Succeeds if the backup and its copies were found to be as they were written. */
  public Result run() throws TaskFailedException {
    try (var work = WorkDirectory.create(context.environment().temporary())) {
      var verified = verify(work);
      var result =
          switch (verified.result()) {
            case PASSED -> Results.succeeded(verified.message());
            case DAMAGED -> Results.failed(Reason.VERIFICATION_FAILED, verified.message());
            case INCONCLUSIVE ->
                Results.failed(Reason.VERIFICATION_INCONCLUSIVE, verified.message());
          };
      var copies = new ArrayList<CopyOutcome>();
      for (var store : context.copies()) {
        var there = context.in(store);
        copies.add(
            new CopyOutcome.Complete(store.place(task.path()), null, verifyCopy(there, work)));
      }
      return CopyVerdict.of(
          ResultBuilder.builder(result).verification(verified).build(),
          context.store().place(task.path()),
          copies);
    } catch (IOException e) {
      throw new TaskFailedException(Reason.INTERNAL, "the runner failed: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Cancellation.failure();
    }
  }

  private Result.Verified verify(WorkDirectory work) throws InterruptedException {
    var restore =
        Optional.ofNullable(task.server())
            .map(server -> new RestoreVerification(context, task.uid(), task.path(), server));
    return new Verifier(context, task.path(), level(), restore).verify(work);
  }

  /** One restore shows that the dump is good, and the hashes that the copies are the same. */
  private Result.Verified verifyCopy(RunContext there, WorkDirectory work)
      throws InterruptedException {
    return new Verifier(there, task.path(), level().withoutServer()).verify(work);
  }

  private VerificationLevel level() {
    return Verification.levelOf(task.verification());
  }
}
