package io.pgcask.runner;

import io.pgcask.api.v1alpha1.Storage;
import io.pgcask.contract.Mounts;
import io.pgcask.contract.Task;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One storage of a task, and where the Job has mounted what it needs.
 *
 * @param secrets directory with its credentials and CA
 * @param volume mount point, where it is a volume
 */
record StorageMounts(Storage storage, Path secrets, Path volume) {

  /** The backup's own storage, then those of its copies. */
  static List<StorageMounts> of(Task task, RunnerEnvironment environment) {
    var all = new ArrayList<StorageMounts>();
    all.add(new StorageMounts(task.storage(), environment.storage(), environment.volume()));
    for (var copy : task.copies()) {
      var directory = environment.copies().resolve(Integer.toString(all.size()));
      all.add(
          new StorageMounts(
              copy, directory.resolve(Mounts.COPY_STORAGE), directory.resolve(Mounts.COPY_VOLUME)));
    }
    return all;
  }
}
