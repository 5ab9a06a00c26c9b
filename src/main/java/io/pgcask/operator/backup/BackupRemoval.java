package io.pgcask.operator.backup;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupStatus;
import io.pgcask.operator.Labels;
import io.pgcask.operator.job.JobProtocol;
import io.pgcask.operator.job.Next;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Takes the data of a Backup away: with its resource, because it has expired, or because its
 * schedule does not keep it. Whether it may is asked at the beginning, and whether somebody reads
 * it once more when it is marked; what has begun goes on, since half a backup is none.
 */
final class BackupRemoval {

  /** How often to try when storage has not answered for long. */
  private static final Duration PATIENT_POLL = Duration.ofMinutes(1);

  /** How often to look whether a Restore still reads. */
  private static final Duration READERS_POLL = Duration.ofSeconds(30);

  private final BackupData data;
  private final BackupReaders readers;
  private final BackupWriter writer;
  private final BackupRetirement retirement;
  private final Function<Backup, Next<Backup>> letGo;

  /**
   * UIDs of Backups that are half deleted. After a restart nobody knows, and each is looked at once
   * more. That only delays it: who reads it then finds no manifest, and ends.
   */
  private final Set<String> begun = ConcurrentHashMap.newKeySet();

  /**
   * For one operator.
   *
   * @param retirement deletes the resource of a Backup that goes with its data
   * @param letGo lets Kubernetes remove the resource
   */
  BackupRemoval(
      BackupData data,
      BackupReaders readers,
      BackupWriter writer,
      BackupRetirement retirement,
      Function<Backup, Next<Backup>> letGo) {
    this.data = data;
    this.readers = readers;
    this.writer = writer;
    this.retirement = retirement;
    this.letGo = letGo;
  }

  /** Begins with a resource that is being deleted, unless its data is held. */
  Next<Backup> begin(Backup backup, Instant now) {
    if (Expiry.isHeld(backup)) {
      writer.leftBehind(backup, BackupPlaces.locations(backup), "spec.hold is true");
      return letGo.apply(backup);
    }
    return written(backup, BackupStatusFactory.deleting(backup, now));
  }

  /** Begins with what has expired, once no Restore reads it any more. */
  Next<Backup> beginExpiry(Backup backup, Instant now) {
    return readers.exist(backup)
        ? new Next.Wait<>(READERS_POLL)
        : written(backup, ExpiryStatusFactory.expiring(backup, now));
  }

  /**
   * Goes on with either. A cache that does not know yet that the resource is gone is no trouble.
   */
  Next<Backup> goOn(Backup backup, Instant now) {
    try {
      return ExpiryStatusFactory.isExpiring(backup.getStatus())
              || RetirementStatusFactory.isRetiring(backup.getStatus())
          ? expire(backup, now)
          : delete(backup, now);
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
        return new Next.Done<>();
      }
      throw e;
    }
  }

  private Next<Backup> delete(Backup backup, Instant now) {
    return switch (data.delete(backup, deletedAt(backup), now)) {
      case BackupData.Deletion.Deleted deleted -> {
        writer.deleted(backup);
        yield letGo.apply(backup);
      }
      case BackupData.Deletion.LeftBehind left -> {
        writer.leftBehind(backup, left.where(), left.why());
        yield letGo.apply(backup);
      }
      case BackupData.Deletion.Pending pending -> new Next.Wait<>(JobProtocol.HELPER_POLL);
    };
  }

  /** The resource waits for nothing here, so a storage that is away is waited for. */
  private Next<Backup> expire(Backup backup, Instant now) {
    var deleted = backup.isMarkedForDeletion();
    if (!deleted && !backup.hasFinalizer(Labels.FINALIZER)) {
      return new Next.Continue<>(writer.finalizer(backup, true));
    }
    return deleted
        ? deleteData(backup, deletedAt(backup), now)
        : lookOnceMore(backup, now).orElseGet(() -> deleteData(backup, now, now));
  }

  /**
   * A Restore that was created between the look for readers and the mark may have chosen the
   * Backup: it is waited for. One that comes after the mark and names the Backup or its schedule
   * sees the phase, so this ends. Once the deletion has begun nobody looks any more.
   */
  private Optional<Next<Backup>> lookOnceMore(Backup backup, Instant now) {
    if (begun.contains(backup.getMetadata().getUid())) {
      return Optional.empty();
    }
    var waits = ExpiryStatusFactory.waitingForReaders(backup);
    var told = waits.message().equals(backup.getStatus().message());
    if (readers.exist(backup, backup.getStatus().stopTime())) {
      return Optional.of(told ? new Next.Wait<>(READERS_POLL) : written(backup, waits));
    }
    if (told) {
      return Optional.of(written(backup, ExpiryStatusFactory.readNoMore(backup, now)));
    }
    return Optional.empty();
  }

  private Next<Backup> deleteData(Backup backup, Instant since, Instant now) {
    var deletion = data.delete(backup, since, now);
    if (deletion instanceof BackupData.Deletion.Pending) {
      begun.add(backup.getMetadata().getUid());
    } else {
      begun.remove(backup.getMetadata().getUid());
    }
    return switch (deletion) {
      case BackupData.Deletion.Deleted gone when leavesNoRecord(backup) -> followData(backup);
      case BackupData.Deletion.Deleted gone -> {
        writer.deleted(backup);
        yield written(backup, ExpiryStatusFactory.expired(backup, now));
      }
      case BackupData.Deletion.LeftBehind left ->
          written(backup, ExpiryStatusFactory.leavingData(backup, left.where(), left.why(), now));
      case BackupData.Deletion.Pending pending -> waitFurther(backup, now);
    };
  }

  /** The schedule would make the next one; whoever applied a Backup would make the same again. */
  private static boolean leavesNoRecord(Backup backup) {
    return RetirementStatusFactory.isRetiring(backup.getStatus())
        || Labels.schedule(backup).isPresent();
  }

  /** The data is gone: the resource goes, without a finalizer that would have to be waited for. */
  private Next<Backup> followData(Backup backup) {
    if (backup.isMarkedForDeletion()) {
      writer.deleted(backup);
      return letGo.apply(backup);
    }
    var free = writer.finalizer(backup, false);
    if (retirement.delete(free)) {
      writer.deleted(backup);
    }
    return new Next.Wait<>(JobProtocol.HELPER_POLL);
  }

  private Next<Backup> waitFurther(Backup backup, Instant now) {
    if (now.isBefore(backup.getStatus().stopTime().plus(BackupData.LIMIT))) {
      return new Next.Wait<>(JobProtocol.HELPER_POLL);
    }
    var late = ExpiryStatusFactory.late(backup, now);
    return late.message().equals(backup.getStatus().message())
        ? new Next.Wait<>(PATIENT_POLL)
        : written(backup, late);
  }

  private static Instant deletedAt(Backup backup) {
    return Instant.parse(backup.getMetadata().getDeletionTimestamp());
  }

  private Next<Backup> written(Backup backup, BackupStatus status) {
    return new Next.Continue<>(writer.write(backup, status));
  }
}
