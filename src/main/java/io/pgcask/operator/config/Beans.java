package io.pgcask.operator.config;

import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.javaoperatorsdk.operator.monitoring.micrometer.MicrometerMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.pgcask.operator.connection.Connections;
import io.pgcask.operator.job.AdmissionQueue;
import io.pgcask.operator.job.JobProtocol;
import io.pgcask.operator.job.RunReconciler;
import io.pgcask.operator.job.RunnerReports;
import io.pgcask.operator.status.StatusWriter;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
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
   * The framework's own metrics, by controller. Its default keeps several histograms for each
   * resource: with a thousand BackupSchedules and their Backups these were a quarter of the heap,
   * and a scrape of them took more than the rest had left.
   */
  @Produces
  @Singleton
  Metrics metrics(MeterRegistry registry) {
    return MicrometerMetrics.withoutPerResourceMetrics(registry);
  }

  /**
   * The clock that every decision about time reads; in whole seconds, as Kubernetes writes times.
   */
  @Produces
  Clock clock() {
    return Clock.tickSeconds(ZoneOffset.UTC);
  }
}
