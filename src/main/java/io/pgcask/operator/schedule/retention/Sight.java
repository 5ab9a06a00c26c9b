package io.pgcask.operator.schedule.retention;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupSchedule;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The Backups of schedules as retention sees them. What was seen is kept with the very object that
 * it was seen in, which the informer replaces when the Backup changes: while one of ten thousand is
 * removed, the others are not read again.
 */
final class Sight {

  private final Map<String, Map<String, Seen>> seen = new ConcurrentHashMap<>();

  /** It keeps no Backup in memory that the informer has let go. */
  private record Seen(WeakReference<Backup> backup, boolean verifiedOnly, Candidate candidate) {

    boolean isOf(Backup other, boolean verifiedOnly) {
      return backup.refersTo(other) && this.verifiedOnly == verifiedOnly;
    }
  }

  /** In the order of the Backups. */
  List<Candidate> of(BackupSchedule schedule, List<Backup> own, boolean verifiedOnly) {
    var uid = schedule.getMetadata().getUid();
    var before = seen.getOrDefault(uid, Map.of());
    var now = HashMap.<String, Seen>newHashMap(own.size());
    for (var backup : own) {
      var name = backup.getMetadata().getName();
      var known = before.get(name);
      now.put(
          name,
          known != null && known.isOf(backup, verifiedOnly)
              ? known
              : new Seen(
                  new WeakReference<>(backup), verifiedOnly, Candidate.of(backup, verifiedOnly)));
    }
    seen.put(uid, now);
    return own.stream().map(backup -> now.get(backup.getMetadata().getName()).candidate()).toList();
  }

  /** A schedule is gone. */
  void forget(BackupSchedule schedule) {
    seen.remove(schedule.getMetadata().getUid());
  }
}
