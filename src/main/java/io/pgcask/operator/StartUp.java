package io.pgcask.operator;

import io.pgcask.operator.job.AdmissionQueue;
import io.pgcask.operator.job.Jobs;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** What must be known before the first resource is reconciled. */
@ApplicationScoped
class StartUp {

  private static final Logger LOG = Logger.getLogger(StartUp.class);
  private static final String ALL = "JOSDK_ALL_NAMESPACES";

  /** Before QOSDK starts the controllers, which it does at the default priority. */
  void rebuildQueue(
      @Observes @Priority(1) StartupEvent event,
      AdmissionQueue queue,
      Jobs jobs,
      @ConfigProperty(name = "quarkus.operator-sdk.namespaces", defaultValue = ALL)
          List<String> namespaces) {
    var live = jobs.live(namespaces.contains(ALL) ? List.of() : namespaces);
    live.forEach(queue::hold);
    LOG.infof("queue rebuilt runningJobs=%d", live.size());
  }
}
