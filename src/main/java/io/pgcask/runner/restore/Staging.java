package io.pgcask.runner.restore;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.contract.Task;
import io.pgcask.runner.RunContext;
import io.pgcask.runner.TaskFailedException;
import io.pgcask.runner.stored.StagedDump;
import io.pgcask.runner.tool.Insight;
import io.pgcask.runner.tool.Traffic;
import io.pgcask.runner.tool.Watch;
import io.pgcask.storage.StorageException;
import java.io.IOException;
import java.time.Duration;

/**
 * Brings a dump to disk before the first write, for several jobs. By then its hash is known, which
 * a restore that streams knows only in the end.
 */
final class Staging {
  private static final String HASH = "hash";

  private final RunContext context;
  private final Task.Restore task;
  private final RestorePlan plan;

  Staging(RunContext context, Task.Restore task, RestorePlan plan) {
    this.context = context;
    this.task = task;
    this.plan = plan;
  }

  /**
   * Brings it.
   *
   * @param insight what is said of the progress
   * @return to be closed when it is not needed any more
   * @throws TaskFailedException if it cannot be had whole; nothing was written to the target
   */
  StagedDump bring(RestoreSource source, RestorePart part, Insight insight)
      throws TaskFailedException, IOException {
    var dump = part.stage(source, context.environment().scratch());
    try {
      fetch(dump, insight);
      plan.passed(HASH, "every byte of the dump is as it was written");
      return dump;
    } catch (StorageException e) {
      plan.failed(HASH, e.reason(), e.getMessage() + "; nothing was written");
      dump.close();
      throw new TaskFailedException(e.reason(), e.getMessage() + "; nothing was written");
    } catch (TaskFailedException | IOException | RuntimeException e) {
      dump.close();
      throw e;
    }
  }

  private void fetch(StagedDump dump, Insight insight) throws TaskFailedException, IOException {
    try (var cancel = context.cancellation().onCancel(dump::stop);
        var watch =
            new Watch(
                new Arrival(dump),
                Duration.ofSeconds(task.stallTimeoutSeconds()),
                () -> false,
                dump::stop,
                context.reporter(),
                insight)) {
      try {
        dump.fetch();
      } catch (TaskFailedException e) {
        throw watch.stalled()
            ? new TaskFailedException(
                Reason.STALLED,
                "for %d s nothing came from storage; nothing was written"
                    .formatted(task.stallTimeoutSeconds()))
            : e;
      }
    }
  }

  /** What has come. Nothing is handed to a tool before all of it is there. */
  private record Arrival(StagedDump dump) implements Traffic {
    @Override
    public long bytesRead() {
      return dump.bytesRead();
    }

    @Override
    public long bytesStored() {
      return 0;
    }
  }
}
