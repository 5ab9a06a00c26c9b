package io.pgcask.runner.probe;

import io.pgcask.contract.Result;
import io.pgcask.contract.Task;
import io.pgcask.runner.Results;
import io.pgcask.runner.RunContext;
import io.pgcask.runner.TaskFailedException;
import io.pgcask.storage.StorageException;
import io.pgcask.storage.StorageProbe;

/** Tries storages out where the operator itself cannot: volumes, and with a pod's identity. */
public final class ProbeRun {
  private final RunContext context;
  private final Task.Probe task;

  /** A run of a task. */
  public ProbeRun(RunContext context, Task.Probe task) {
    this.context = context;
    this.task = task;
  }

  /** Succeeds if every storage did what it should; else says what the first did not. */
  public Result run() {
    try {
      for (var store : context.stores()) {
        StorageProbe.run(store, task.path());
      }
      return Results.succeeded("the storage can be used");
    } catch (StorageException e) {
      return Results.failed(TaskFailedException.of(e));
    }
  }
}
