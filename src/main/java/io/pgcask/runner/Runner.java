package io.pgcask.runner;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.contract.Result;
import io.pgcask.contract.Task;
import io.pgcask.postgres.ConnectionSettings;
import io.pgcask.postgres.SafeText;
import io.pgcask.runner.age.Identities;
import io.pgcask.runner.age.Recipients;
import io.pgcask.runner.backup.BackupRun;
import io.pgcask.runner.probe.ProbeRun;
import io.pgcask.runner.report.Json;
import io.pgcask.runner.report.Redactor;
import io.pgcask.runner.report.Reporter;
import io.pgcask.runner.report.ResultFile;
import io.pgcask.runner.restore.RestoreRun;
import io.pgcask.runner.settle.SettleRun;
import io.pgcask.runner.sweep.SweepRun;
import io.pgcask.runner.verify.ImportRun;
import io.pgcask.runner.verify.VerifyRun;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Does one task and writes its result. */
final class Runner {
  private final RunnerEnvironment environment;
  private final Cancellation cancellation;
  private final Json json = new Json();

  Runner(RunnerEnvironment environment, Cancellation cancellation) {
    this.environment = environment;
    this.cancellation = cancellation;
  }

  /**
   * Does a task.
   *
   * @param taskJson the {@link Task}
   * @return the exit code
   * @throws IOException if the result cannot be written
   */
  int run(String taskJson) throws IOException {
    var outcome = outcome(taskJson);
    new ResultFile(environment.terminationMessage(), outcome.redactor(), json)
        .write(outcome.result());
    return outcome.result().succeeded() ? Result.EXIT_SUCCEEDED : Result.EXIT_FAILED;
  }

  private Outcome outcome(String taskJson) {
    var redactor = new Redactor(List.of());
    try (var credentials = new Credentials(environment)) {
      var task = json.read(taskJson.getBytes(StandardCharsets.UTF_8), Task.class);
      var settings = settings(task, credentials);
      var identities = credentials.identities();
      redactor = redactor(task, settings, identities);
      return new Outcome(result(task, settings, credentials, identities, redactor), redactor);
    } catch (TaskFailedException e) {
      return new Outcome(Results.failed(e), redactor);
    } catch (IOException e) {
      return new Outcome(
          Results.failed(Reason.INTERNAL, "the task cannot be read: " + e.getMessage()), redactor);
    } catch (RuntimeException e) {
      // a bug: the whole of it goes to the pod's log, a word of it to the status
      e.printStackTrace(environment.out());
      var what = SafeText.mask(SafeText.firstLine(String.valueOf(e)));
      return new Outcome(Results.failed(Reason.INTERNAL, what), redactor);
    }
  }

  private static Optional<ConnectionSettings> settings(Task task, Credentials credentials)
      throws TaskFailedException {
    return switch (task) {
      case Task.Backup backup -> Optional.of(credentials.connection(backup.server()));
      case Task.Restore restore -> Optional.of(credentials.connection(restore.server()));
      case Task.Verify verify -> Optional.empty();
      case Task.Import imported -> Optional.empty();
      case Task.Sweep sweep -> Optional.empty();
      case Task.Probe probe -> Optional.empty();
      case Task.Settle settle -> Optional.empty();
      case Task.Delete delete -> Optional.empty();
    };
  }

  private Result result(
      Task task,
      Optional<ConnectionSettings> settings,
      Credentials credentials,
      Optional<Identities> identities,
      Redactor redactor)
      throws TaskFailedException {
    var reporter = new Reporter(environment.out(), redactor, json);
    try (var stores = OpenStores.of(task, environment)) {
      var context =
          new RunContext(
              environment,
              cancellation,
              reporter,
              redactor,
              json,
              identities,
              stores.store(),
              stores.copies());
      return switch (task) {
        case Task.Backup backup ->
            new BackupRun(context, backup, settings.orElseThrow(), recipients(backup, credentials))
                .run();
        case Task.Restore restore -> new RestoreRun(context, restore, settings.orElseThrow()).run();
        case Task.Verify verify -> new VerifyRun(context, verify).run();
        case Task.Import imported -> new ImportRun(context, imported).run();
        case Task.Sweep sweep -> new SweepRun(context, sweep).run();
        case Task.Probe probe -> new ProbeRun(context, probe).run();
        case Task.Settle settle -> new SettleRun(context, settle.path()).settle();
        case Task.Delete delete -> new SettleRun(context, delete.path()).delete();
      };
    } finally {
      reporter.finish();
    }
  }

  private static Optional<Recipients> recipients(Task.Backup backup, Credentials credentials)
      throws TaskFailedException {
    var encryption = backup.spec().encryption();
    return encryption == null
        ? Optional.empty()
        : Optional.of(credentials.recipients(encryption.age()));
  }

  private Redactor redactor(
      Task task, Optional<ConnectionSettings> settings, Optional<Identities> identities)
      throws TaskFailedException {
    var secrets = new ArrayList<String>();
    identities.map(Identities::secrets).ifPresent(secrets::addAll);
    settings.flatMap(ConnectionSettings::password).ifPresent(secrets::add);
    for (var place : StorageMounts.of(task, environment)) {
      Credentials.storage(place.secrets())
          .ifPresent(
              storage -> {
                secrets.add(storage.secretAccessKey());
                storage.sessionToken().ifPresent(secrets::add);
              });
    }
    return new Redactor(secrets);
  }

  private record Outcome(Result result, Redactor redactor) {}
}
