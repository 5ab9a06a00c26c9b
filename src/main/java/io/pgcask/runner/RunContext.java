package io.pgcask.runner;

import io.pgcask.runner.age.Identities;
import io.pgcask.runner.report.Json;
import io.pgcask.runner.report.Redactor;
import io.pgcask.runner.report.Reporter;
import io.pgcask.storage.ObjectStore;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What every kind of run works with.
 *
 * @param identities with which encrypted backups are read; empty: none was mounted
 * @param store where the backup is
 * @param copies where its copies are, in the order of the task
 */
public record RunContext(
    RunnerEnvironment environment,
    Cancellation cancellation,
    Reporter reporter,
    Redactor redactor,
    Json json,
    Optional<Identities> identities,
    ObjectStore store,
    List<ObjectStore> copies) {

  /** All storages: where the backup is, then where its copies are. */
  public List<ObjectStore> stores() {
    return Stream.concat(Stream.of(store), copies.stream()).toList();
  }

  /** The same, for work on a backup in another storage. */
  public RunContext in(ObjectStore other) {
    return new RunContext(
        environment, cancellation, reporter, redactor, json, identities, other, List.of());
  }
}
