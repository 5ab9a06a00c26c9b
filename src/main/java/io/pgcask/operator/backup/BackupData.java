package io.pgcask.operator.backup;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.Storage;
import io.pgcask.contract.Manifest;
import io.pgcask.contract.Result;
import io.pgcask.contract.Task;
import io.pgcask.operator.Namespaces;
import io.pgcask.operator.connection.StorageAccess;
import io.pgcask.operator.job.JobState;
import io.pgcask.operator.job.TroubleException;
import io.pgcask.storage.StorageException;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * What a Backup has in storage, found by what its status resolved. S3 with keys is deleted within
 * the operator; a volume by a Job that mounts it, and S3 without keys by a Job that has the pod's
 * identity. Nothing here stands in the way for ever: what cannot be removed is left behind and said
 * so.
 */
@ApplicationScoped
public class BackupData {

  /** How long deletion is tried before the resource is let go. */
  static final Duration LIMIT = Duration.ofMinutes(10);

  private static final String OF_ANOTHER =
      "it was written by another Backup, of which this one is a copy with its status; import it to make it this one's";

  private static final String DELETE = "-delete";
  private static final String SETTLE = "-settle";
  private static final Logger LOG = Logger.getLogger(BackupData.class);

  private final StorageAccess access;
  private final Namespaces namespaces;
  private final HelperJobs helpers;

  /** Made by the container, and by tests with parts of their own. */
  public BackupData(StorageAccess access, Namespaces namespaces, HelperJobs helpers) {
    this.access = access;
    this.namespaces = namespaces;
    this.helpers = helpers;
  }

  /** How a deletion stands. */
  public sealed interface Deletion {
    /** Nothing of the backup is in storage. */
    record Deleted() implements Deletion {}

    /** It goes on, or is to be tried again. */
    record Pending() implements Deletion {}

    /**
     * It was given up.
     *
     * @param where the directories that may still hold data, for people
     */
    record LeftBehind(String where, String why) implements Deletion {}
  }

  /** What storage says of a backup whose Job gave no result. */
  public sealed interface Settled {
    /** It holds a complete backup, and every copy of it. */
    record Complete(Result result) implements Settled {}

    /** It holds a complete backup, but not every copy of it. */
    record WithoutCopies(Result result) implements Settled {}

    /** It held parts at most, and they were removed. */
    record Removed() implements Settled {}

    /** It may still hold parts. */
    record LeftBehind(String why) implements Settled {}

    /** It has not answered yet. */
    record Pending() implements Settled {}
  }

  /** Asks storage, by a Job, whether the backup is complete; parts of one are removed. */
  public Settled settle(Backup backup) {
    if (BackupPlaces.isOfAnother(backup)) {
      return new Settled.LeftBehind(OF_ANOTHER);
    }
    if (namespaces.isTerminating(backup)) {
      return new Settled.LeftBehind("its namespace is being deleted");
    }
    var resolved = backup.getStatus().resolved();
    var task =
        new Task.Settle(
            backup.getMetadata().getUid(), resolved.storage(), resolved.copies(), resolved.path());
    return switch (helpers.help(backup, Retries.attempt(backup) + SETTLE, task)) {
      case JobState.Ended ended when ended.result().succeeded() ->
          new Settled.Complete(ended.result());
      case JobState.Ended ended when ended.result().copies() != null ->
          new Settled.WithoutCopies(ended.result());
      case JobState.Ended ended when Boolean.TRUE.equals(ended.result().clean()) ->
          new Settled.Removed();
      case JobState.Ended ended -> new Settled.LeftBehind(ended.result().message());
      case JobState.Lost lost -> new Settled.LeftBehind(lost.trouble().message());
      case JobState.Suspended s -> new Settled.Pending();
      case JobState.Waiting w -> new Settled.Pending();
      case JobState.Running r -> new Settled.Pending();
    };
  }

  /**
   * Deletes, or goes on deleting, the data of a Backup.
   *
   * @param since when that began; it is given up ten minutes later
   */
  public Deletion delete(Backup backup, Instant since, Instant now) {
    if (BackupPlaces.isOfAnother(backup)) {
      return new Deletion.LeftBehind(BackupPlaces.locations(backup), OF_ANOTHER);
    }
    if (namespaces.isTerminating(backup)) {
      return new Deletion.LeftBehind(
          BackupPlaces.locations(backup), "its namespace is being deleted");
    }
    var reachable =
        BackupPlaces.all(backup).stream()
            .collect(Collectors.partitioningBy(StorageAccess::reaches));
    var outcomes = new ArrayList<Deletion>();
    for (var storage : reachable.get(true)) {
      outcomes.add(deleteObjects(backup, storage));
    }
    if (!reachable.get(false).isEmpty()) {
      outcomes.add(deleteByJob(backup, reachable.get(false)));
    }
    var outcome = together(outcomes);
    if (outcome instanceof Deletion.Pending && now.isAfter(since.plus(LIMIT))) {
      return new Deletion.LeftBehind(
          BackupPlaces.locations(backup),
          "it could not be deleted within %d minutes".formatted(LIMIT.toMinutes()));
    }
    return outcome;
  }

  /** Nothing is given up while there is still something to do elsewhere. */
  private static Deletion together(List<Deletion> outcomes) {
    if (outcomes.stream().anyMatch(Deletion.Pending.class::isInstance)) {
      return new Deletion.Pending();
    }
    var left =
        outcomes.stream()
            .filter(Deletion.LeftBehind.class::isInstance)
            .map(Deletion.LeftBehind.class::cast)
            .toList();
    return left.isEmpty()
        ? new Deletion.Deleted()
        : new Deletion.LeftBehind(
            left.stream().map(Deletion.LeftBehind::where).collect(Collectors.joining(", ")),
            left.stream().map(Deletion.LeftBehind::why).collect(Collectors.joining("; ")));
  }

  private Deletion deleteObjects(Backup backup, Storage storage) {
    var namespace = backup.getMetadata().getNamespace();
    try (var store = access.open(namespace, storage)) {
      var path = backup.getStatus().resolved().path();
      // first, so that half a deletion is no backup
      store.delete(path + "/" + Manifest.NAME);
      store.deleteAll(path);
      return new Deletion.Deleted();
    } catch (TroubleException e) {
      return new Deletion.LeftBehind(BackupPlaces.location(backup, storage), e.getMessage());
    } catch (StorageException e) {
      if (e.reason() == Reason.OBJECT_LOCKED) {
        return new Deletion.LeftBehind(BackupPlaces.location(backup, storage), e.getMessage());
      }
      LOG.warnf(
          "data not deleted yet namespace=%s name=%s reason=%s message=%s",
          namespace, backup.getMetadata().getName(), e.reason().word(), e.getMessage());
      return new Deletion.Pending();
    }
  }

  private Deletion deleteByJob(Backup backup, List<Storage> storages) {
    var task =
        new Task.Delete(
            backup.getMetadata().getUid(),
            storages.getFirst(),
            storages.subList(1, storages.size()),
            backup.getStatus().resolved().path());
    var where = BackupPlaces.locations(backup, storages);
    return switch (helpers.help(backup, Retries.attempt(backup) + DELETE, task)) {
      case JobState.Ended ended when ended.result().succeeded() -> new Deletion.Deleted();
      // another one is made when this one's time to live has passed
      case JobState.Ended ended when ended.result().reason() == Reason.STORAGE_UNREACHABLE ->
          new Deletion.Pending();
      case JobState.Ended ended -> new Deletion.LeftBehind(where, ended.result().message());
      case JobState.Lost lost -> new Deletion.LeftBehind(where, lost.trouble().message());
      case JobState.Suspended s -> new Deletion.Pending();
      case JobState.Waiting w -> new Deletion.Pending();
      case JobState.Running r -> new Deletion.Pending();
    };
  }
}
