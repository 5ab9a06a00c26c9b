package io.pgcask.operator.config;

import io.pgcask.operator.connection.Connections;
import io.pgcask.operator.job.AdmissionQueue;
import io.pgcask.operator.job.JobProtocol;
import io.pgcask.operator.job.RunReconciler;
import io.pgcask.operator.job.RunnerReports;
import io.pgcask.operator.status.StatusWriter;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.time.Clock;
import java.time.ZoneOffset;

/** Beans that are put together or not ours. */
@ApplicationScoped
public class Beans {

  /** What the reconcilers of Backups and Restores share. */
  @Produces
  RunReconciler.Parts parts(
      JobProtocol protocol,
      Connections connections,
      AdmissionQueue queue,
      RunnerReports reports,
      StatusWriter writer,
      Clock clock) {
    return new RunReconciler.Parts(protocol, connections, queue, reports, writer, clock);
  }

  /**
   * The clock that every decision about time reads; in whole seconds, as Kubernetes writes times.
   */
  @Produces
  Clock clock() {
    return Clock.tickSeconds(ZoneOffset.UTC);
  }
}
