package io.pgcask.runner.sweep;

import io.pgcask.contract.Result;
import io.pgcask.contract.ResultBuilder;
import io.pgcask.contract.Task;
import io.pgcask.runner.Results;
import io.pgcask.runner.RunContext;
import io.pgcask.storage.StorageSweep;
import java.time.InstantSource;

/** Looks where the operator itself cannot: on volumes, and with the identity of a pod. */
public final class SweepRun {
  private final RunContext context;
  private final Task.Sweep task;

  /** A run of a task. */
  public SweepRun(RunContext context, Task.Sweep task) {
    this.context = context;
    this.task = task;
  }

  /** Succeeds whatever was found, and if some storages could not be looked into: it says so. */
  public Result run() {
    var swept =
        StorageSweep.of(
            context.stores(), task.path(), task.claimed(), task.before(), InstantSource.system());
    return ResultBuilder.builder(Results.succeeded("looked through")).swept(swept).build();
  }
}
