package io.pgcask.operator.restore;

import io.pgcask.api.v1alpha1.Restore;
import io.pgcask.operator.connection.DatabaseRemoval.Outcome;
import io.pgcask.operator.job.Next;
import java.time.Instant;

/** Looks after the databases that an ended Restore in mode Replace has left beside its target. */
final class SpareDatabaseKeeper {

  private final SpareDatabaseRemoval removal;
  private final RestoreWriter writer;

  SpareDatabaseKeeper(SpareDatabaseRemoval removal, RestoreWriter writer) {
    this.removal = removal;
    this.writer = writer;
  }

  /** One attempt, if it is time for one. */
  Next<Restore> dropWhatIsDue(Restore restore, Instant now) {
    var spare = SpareDatabases.toDrop(restore);
    if (spare.isEmpty()) {
      return new Next.Done<>();
    }
    var wait = SpareDatabases.wait(spare.get(), now);
    if (!wait.isZero()) {
      return new Next.Wait<>(wait);
    }
    var after = SpareDatabases.after(spare.get(), removal.remove(restore, spare.get()), now);
    var written =
        writer.write(restore, SpareDatabases.with(restore.getStatus(), spare.get(), after));
    SpareDatabases.news(spare.get(), after).ifPresent(news -> writer.tell(written, news));
    return new Next.Continue<>(written);
  }

  /**
   * The Restore is deleted while there is something to drop. What is unfinished is of no use to
   * anybody and gets one attempt; the old database stays, since it may be wanted.
   */
  void part(Restore restore, Instant now) {
    var spare = SpareDatabases.toDrop(restore).orElseThrow();
    var outcome =
        spare.oid() == null
            ? removal.remove(restore, spare)
            : new Outcome.Another("its Restore was deleted before that");
    SpareDatabases.news(spare, SpareDatabases.after(spare, outcome, now))
        .ifPresent(news -> writer.tell(restore, news));
  }
}
