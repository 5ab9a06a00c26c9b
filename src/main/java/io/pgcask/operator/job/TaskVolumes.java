package io.pgcask.operator.job;

import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.fabric8.kubernetes.api.model.VolumeProjectionBuilder;
import io.pgcask.api.v1alpha1.ConfigMapKeyRef;
import io.pgcask.api.v1alpha1.SqlSource;
import io.pgcask.api.v1alpha1.Storage;
import io.pgcask.contract.Mounts;
import io.pgcask.contract.Task;
import java.util.ArrayList;
import java.util.List;

/** What a Job mounts besides Secrets: volumes of storages, those of copies, and SQL. Pure. */
final class TaskVolumes {

  private TaskVolumes() {}

  /** The volume of a storage, if it is one. */
  static void claim(
      String name,
      String mountPath,
      Storage storage,
      boolean readOnly,
      List<Volume> volumes,
      List<VolumeMount> mounts) {
    if (storage.persistentVolumeClaim() == null) {
      return;
    }
    volumes.add(
        new VolumeBuilder()
            .withName(name)
            .withNewPersistentVolumeClaim()
            .withClaimName(storage.persistentVolumeClaim().claimName())
            .withReadOnly(readOnly)
            .endPersistentVolumeClaim()
            .build());
    mounts.add(
        new VolumeMountBuilder()
            .withName(name)
            .withMountPath(mountPath)
            .withReadOnly(readOnly)
            .build());
  }

  /** Whether it leaves its storages as they are. */
  static boolean onlyReads(Task task) {
    return task instanceof Task.Restore || task instanceof Task.Sweep;
  }

  /** What the storages of the copies need, each in a directory of its own. */
  static void copies(Task task, List<Volume> volumes, List<VolumeMount> mounts) {
    for (int i = 0; i < task.copies().size(); i++) {
      var copy = task.copies().get(i);
      var name = "copy-" + (i + 1);
      var directory = Mounts.COPIES + "/" + (i + 1) + "/";
      TaskSecrets.mount(
          name, directory + Mounts.COPY_STORAGE, TaskSecrets.of(copy), volumes, mounts);
      claim(
          name + "-volume", directory + Mounts.COPY_VOLUME, copy, onlyReads(task), volumes, mounts);
    }
  }

  /** SQL that is run around a dump or a load. */
  static void sql(Task task, List<Volume> volumes, List<VolumeMount> mounts) {
    if (task instanceof Task.Backup backup) {
      sql(backup.spec().preSql(), backup.spec().postSql(), volumes, mounts);
    } else if (task instanceof Task.Restore restore) {
      sql(restore.steps().preSql(), restore.steps().postSql(), volumes, mounts);
    }
  }

  private static void sql(
      SqlSource before, SqlSource after, List<Volume> volumes, List<VolumeMount> mounts) {
    var sql = new ArrayList<VolumeProjection>();
    if (before != null) {
      sql.add(file(before.configMapRef(), Mounts.PRE_SQL));
    }
    if (after != null) {
      sql.add(file(after.configMapRef(), Mounts.POST_SQL));
    }
    TaskSecrets.mount("sql", Mounts.SQL, sql, volumes, mounts);
  }

  private static VolumeProjection file(ConfigMapKeyRef ref, String path) {
    // @formatter:off
    return new VolumeProjectionBuilder()
        .withNewConfigMap()
        .withName(ref.name())
        .addNewItem()
        .withKey(ref.key())
        .withPath(path)
        .endItem()
        .endConfigMap()
        .build();
    // @formatter:on
  }
}
