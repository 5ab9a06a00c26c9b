package io.pgcask.runner;

import io.pgcask.runner.age.Identities;
import io.pgcask.runner.report.Json;
import io.pgcask.runner.report.Redactor;
import io.pgcask.runner.report.Reporter;
import io.pgcask.storage.ObjectStore;
import java.util.Optional;

/**
 * What every kind of run works with.
 *
 * @param identities with which encrypted backups are read; empty: none was mounted
 */
public record RunContext(
    RunnerEnvironment environment,
    Cancellation cancellation,
    Reporter reporter,
    Redactor redactor,
    Json json,
    Optional<Identities> identities,
    ObjectStore store) {}
