package io.pgcask.operator.backup;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.contract.Task;
import io.pgcask.operator.Names;
import io.pgcask.operator.job.JobFactory;
import io.pgcask.operator.job.JobProtocol;
import io.pgcask.operator.job.JobState;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/**
 * The Jobs that help an ended Backup: each may run twice, with the image and the pod of its plan.
 */
@ApplicationScoped
public class HelperJobs {

  private final JobFactory jobs;
  private final JobProtocol protocol;

  /** Made by the container, and by tests with parts of their own. */
  public HelperJobs(JobFactory jobs, JobProtocol protocol) {
    this.jobs = jobs;
    this.protocol = protocol;
  }

  /**
   * How the Job that does a task stands; it is made if there is none.
   *
   * @param suffix of its name; see {@link Names#job}
   */
  JobState help(Backup backup, String suffix, Task task) {
    return protocol.helper(
        backup,
        jobs.job(
            Names.job(backup, suffix),
            backup,
            task,
            backup.getStatus().resolved().image(),
            Optional.ofNullable(backup.getStatus().resolved().pod()),
            Optional.empty(),
            Optional.empty(),
            false));
  }

  /** Stops it, if there is one. */
  void giveUp(Backup backup, String suffix) {
    protocol.giveUp(backup, Names.job(backup, suffix));
  }
}
