package io.pgcask.operator.backup;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.VerificationBuilder;
import io.pgcask.api.v1alpha1.VerificationLevel;
import io.pgcask.contract.Result;
import io.pgcask.contract.Task;
import io.pgcask.operator.Names;
import io.pgcask.operator.Namespaces;
import io.pgcask.operator.Times;
import io.pgcask.operator.job.JobFactory;
import io.pgcask.operator.job.JobState;
import io.pgcask.operator.job.ThrowAwayServer;
import io.pgcask.operator.job.Trouble;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Reads what a Backup has in storage again, by a Job, as its status resolved it. */
@ApplicationScoped
public class BackupVerification {

  private static final String VERIFY = "verify-";

  private final Namespaces namespaces;
  private final JobFactory jobs;
  private final HelperJobs helpers;

  /** Made by the container, and by tests with parts of their own. */
  public BackupVerification(Namespaces namespaces, JobFactory jobs, HelperJobs helpers) {
    this.namespaces = namespaces;
    this.jobs = jobs;
    this.helpers = helpers;
  }

  /** How a verification stands. */
  public sealed interface State {
    /** It says this, and of each complete copy that. */
    record Ended(Result.Verified verified, List<Result.Copied> copies) implements State {
      Ended(Result.Verified verified) {
        this(verified, List.of());
      }
    }

    /** It goes on. */
    record Pending() implements State {}
  }

  /** Reads the data again, by a Job. One that takes too long to start or to end is given up. */
  public State verify(Backup backup, VerifyCommand asked, Instant now) {
    if (namespaces.isTerminating(backup)) {
      return inconclusive("its namespace is being deleted");
    }
    var state =
        helpers.help(backup, VERIFY + Names.hash8(asked.value()), verification(backup, asked));
    var late = late(backup, state, now);
    if (late.isPresent()) {
      giveUp(backup, asked);
      return inconclusive(late.get().message());
    }
    return switch (state) {
      case JobState.Ended ended when ended.result().verification() != null ->
          new State.Ended(
              ended.result().verification(),
              Optional.ofNullable(ended.result().copies()).orElse(List.of()));
      case JobState.Ended ended -> inconclusive(ended.result().message());
      case JobState.Lost lost -> inconclusive(lost.trouble().message());
      case JobState.Suspended s -> new State.Pending();
      case JobState.Waiting w -> new State.Pending();
      case JobState.Running r -> new State.Pending();
    };
  }

  /** Stops a verification. */
  public void giveUp(Backup backup, VerifyCommand asked) {
    helpers.giveUp(backup, VERIFY + Names.hash8(asked.value()));
  }

  private Task verification(Backup backup, VerifyCommand asked) {
    var resolved = backup.getStatus().resolved();
    var spec =
        Optional.ofNullable(backup.getSpec().verification())
            .orElseGet(() -> VerificationBuilder.builder().build());
    var level = asked.level().orElseThrow();
    var restores = level == VerificationLevel.RESTORE;
    var verification = VerificationBuilder.builder(spec).level(level).image(null);
    if (restores) {
      verification.image(
          Optional.ofNullable(spec.image())
              .orElseGet(() -> jobs.serverImage(major(backup.getStatus().serverVersion()))));
    }
    return new Task.Verify(
        backup.getMetadata().getUid(),
        verification.build(),
        restores ? ThrowAwayServer.ADDRESS : null,
        resolved.storage(),
        CopyStatuses.complete(backup),
        resolved.path());
  }

  /** Of a version such as 17.6. */
  private static int major(String version) {
    return Integer.parseInt(version.split("\\D", 2)[0]);
  }

  private static Optional<Trouble> late(Backup backup, JobState state, Instant now) {
    var deadlines = BackupPlanner.deadlines(backup.getSpec());
    return switch (state) {
      case JobState.Waiting waiting -> deadlines.passed(Times.created(waiting.job()), state, now);
      case JobState.Running running -> deadlines.passed(running.since(), state, now);
      default -> Optional.empty();
    };
  }

  private static State inconclusive(String message) {
    return new State.Ended(VerifyCommand.inconclusive(message));
  }
}
