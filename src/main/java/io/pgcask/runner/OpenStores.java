package io.pgcask.runner;

import io.pgcask.contract.Task;
import io.pgcask.storage.ObjectStore;
import io.pgcask.storage.ObjectStores;
import io.pgcask.storage.StorageException;
import java.util.ArrayList;
import java.util.List;

/** The storages of a task: the backup's own first, then those of its copies. */
final class OpenStores implements AutoCloseable {
  private final List<ObjectStore> all = new ArrayList<>();

  private OpenStores() {}

  /**
   * Opens all of them; no request is made yet.
   *
   * @throws TaskFailedException if the credentials or the CA of one cannot be used
   */
  static OpenStores of(Task task, RunnerEnvironment environment) throws TaskFailedException {
    var stores = new OpenStores();
    try {
      for (var mounts : StorageMounts.of(task, environment)) {
        stores.all.add(
            ObjectStores.open(
                mounts.storage(),
                Credentials.storage(mounts.secrets()),
                Credentials.authorities(mounts.secrets()),
                mounts.volume()));
      }
      return stores;
    } catch (StorageException e) {
      stores.close();
      throw TaskFailedException.of(e);
    } catch (TaskFailedException e) {
      stores.close();
      throw e;
    }
  }

  ObjectStore store() {
    return all.getFirst();
  }

  List<ObjectStore> copies() {
    return List.copyOf(all.subList(1, all.size()));
  }

  @Override
  public void close() {
    all.forEach(ObjectStore::close);
  }
}
