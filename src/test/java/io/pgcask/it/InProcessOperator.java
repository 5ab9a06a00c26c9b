package io.pgcask.it;

import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.OperatorException;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.pgcask.operator.Namespaces;
import io.pgcask.operator.TestConfig;
import io.pgcask.operator.backup.BackupData;
import io.pgcask.operator.backup.BackupPlanner;
import io.pgcask.operator.backup.BackupReaders;
import io.pgcask.operator.backup.BackupReconciler;
import io.pgcask.operator.backup.BackupRetirement;
import io.pgcask.operator.backup.BackupVerification;
import io.pgcask.operator.backup.HelperJobs;
import io.pgcask.operator.backup.ImportPlanner;
import io.pgcask.operator.config.OperatorConfig;
import io.pgcask.operator.connection.ConnectionResolver;
import io.pgcask.operator.connection.Connections;
import io.pgcask.operator.connection.DatabaseRemoval;
import io.pgcask.operator.connection.SecretReader;
import io.pgcask.operator.connection.StorageAccess;
import io.pgcask.operator.event.Events;
import io.pgcask.operator.job.AdmissionQueue;
import io.pgcask.operator.job.JobFactory;
import io.pgcask.operator.job.JobProtocol;
import io.pgcask.operator.job.Jobs;
import io.pgcask.operator.job.RunReconciler;
import io.pgcask.operator.job.RunnerReports;
import io.pgcask.operator.restore.RestorePlanner;
import io.pgcask.operator.restore.RestoreReconciler;
import io.pgcask.operator.restore.SafetyBackups;
import io.pgcask.operator.restore.SpareDatabaseRemoval;
import io.pgcask.operator.schedule.BackupScheduleReconciler;
import io.pgcask.operator.schedule.ChildBackups;
import io.pgcask.operator.schedule.ScheduleCare;
import io.pgcask.operator.schedule.ScheduleChecks;
import io.pgcask.operator.schedule.ScheduleEvents;
import io.pgcask.operator.schedule.SlotActions;
import io.pgcask.operator.schedule.change.DatabaseLook;
import io.pgcask.operator.schedule.change.UnchangedCheck;
import io.pgcask.operator.schedule.notification.Notifications;
import io.pgcask.operator.schedule.retention.RetentionEnforcer;
import io.pgcask.operator.schedule.storage.StorageProber;
import io.pgcask.operator.schedule.storage.StorageProbes;
import io.pgcask.operator.status.StatusWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The reconcilers of Backups, Restores and BackupSchedules within this JVM, under the operator's
 * rights, for one namespace and for resources with one label: an operator that can be broken on
 * purpose. The deployed one must be scaled to zero.
 */
final class InProcessOperator implements AutoCloseable {

  /** Label that says which of these operators a resource belongs to. */
  static final String LABEL = "pgcask.test/operator";

  /** Says at length that an operator without power cannot do its work. Held, or it is forgotten. */
  private static final Logger FRAMEWORK = Logger.getLogger("io.javaoperatorsdk");

  private final Operator operator;

  private InProcessOperator(Operator operator) {
    this.operator = operator;
  }

  /** With the image of the deployed one. */
  static InProcessOperator start(Workspace workspace, String label, Power power) {
    return start(workspace, label, power, workspace.cluster().settings().image());
  }

  /** With another image for its Jobs. */
  static InProcessOperator start(Workspace workspace, String label, Power power, String image) {
    return start(workspace, label, power, image, Clock.tickSeconds(ZoneOffset.UTC));
  }

  /** One whose schedules read another clock. */
  static InProcessOperator start(Workspace workspace, String label, Clock schedules) {
    return start(
        workspace, label, Power.unlimited(), workspace.cluster().settings().image(), schedules);
  }

  private static InProcessOperator start(
      Workspace workspace, String label, Power power, String image, Clock schedules) {
    FRAMEWORK.setLevel(Level.OFF);
    var client = client(workspace.cluster(), power);
    var operator =
        new Operator(
            overrider ->
                overrider
                    .withKubernetesClient(client)
                    .withCloseClientOnStop(true)
                    // By default an informer that is cut off ends the JVM, which has tests to run.
                    .withInformerStoppedHandler((informer, cause) -> {})
                    .withReconciliationTerminationTimeout(Duration.ZERO));
    var clock = Clock.tickSeconds(ZoneOffset.UTC);
    var config = new Configuration(new Runner(image));
    var secrets = new SecretReader(client);
    var connections = new ConnectionResolver(secrets);
    var factory = new JobFactory(config);
    var writer = new StatusWriter(client);
    var events = new Events(client, clock);
    var protocol = new JobProtocol(new Jobs(client), writer, clock);
    var namespaces = new Namespaces(client);
    var helpers = new HelperJobs(factory, protocol);
    var parts =
        new RunReconciler.Parts(
            protocol,
            new Connections(client),
            new AdmissionQueue(config),
            new RunnerReports(client),
            writer,
            clock);
    var readers = new BackupReaders(client);
    var retirement = new BackupRetirement(client, writer, events);
    var backups =
        new BackupReconciler(
            new BackupPlanner(connections, secrets, factory),
            new ImportPlanner(secrets, factory),
            new BackupData(new StorageAccess(secrets), namespaces, helpers),
            new BackupVerification(namespaces, factory, helpers),
            readers,
            retirement,
            events,
            parts);
    var restores =
        new RestoreReconciler(
            new RestorePlanner(connections, secrets, factory, client),
            new SafetyBackups(client, events),
            new SpareDatabaseRemoval(new Connections(client), connections, new DatabaseRemoval()),
            events,
            parts);
    var unchanged =
        new UnchangedCheck(
            new DatabaseLook(new Connections(client), connections, schedules), schedules);
    var probes =
        new StorageProbes(
            new StorageProber(
                new Connections(client), new StorageAccess(secrets), factory, protocol),
            schedules);
    var told = new ScheduleEvents(events);
    register(operator, workspace, label, backups);
    register(operator, workspace, label, restores);
    register(
        operator,
        workspace,
        label,
        new BackupScheduleReconciler(
            new SlotActions(new ChildBackups(client), unchanged, told),
            new ScheduleCare(
                new RetentionEnforcer(client, retirement, readers, events),
                new ScheduleChecks(probes, unchanged, writer, events),
                Notifications.of(secrets, events, () -> false, schedules),
                schedules),
            told,
            writer,
            schedules));
    start(operator, power);
    return new InProcessOperator(operator);
  }

  /** The power may go while some reconcilers are still getting ready, when others write already. */
  private static void start(Operator operator, Power power) {
    try {
      operator.start();
    } catch (OperatorException e) {
      if (!power.isOff()) {
        throw e;
      }
    }
  }

  private static void register(
      Operator operator, Workspace workspace, String label, Reconciler<?> reconciler) {
    operator.register(
        reconciler,
        overrider ->
            overrider
                .settingNamespace(workspace.namespace())
                .withLabelSelector(LABEL + "=" + label)
                .withTriggerReconcilerOnAllEvents(true));
  }

  private static KubernetesClient client(Cluster cluster, Power power) {
    var config =
        new ConfigBuilder(cluster.client().getConfiguration())
            .withImpersonateUsername(Cluster.OPERATOR_USER)
            .withRequestRetryBackoffLimit(0)
            .build();
    return new KubernetesClientBuilder()
        .withConfig(config)
        .withHttpClientBuilderConsumer(builder -> builder.addOrReplaceInterceptor("power", power))
        .build();
  }

  @Override
  public void close() {
    operator.stop();
  }

  private record Configuration(Runner runner) implements OperatorConfig {
    @Override
    public int maxConcurrentJobs() {
      return 50;
    }

    @Override
    public int maxConcurrentProbes() {
      return 48;
    }

    @Override
    public int sweepMinimumAgeSeconds() {
      return 86_400;
    }
  }

  private record Runner(String image) implements OperatorConfig.Runner {
    @Override
    public String imagePullPolicy() {
      return "Never";
    }

    @Override
    public Optional<List<String>> imagePullSecrets() {
      return Optional.empty();
    }

    @Override
    public String resources() {
      return "{\"requests\":{\"cpu\":\"80m\"}}";
    }

    @Override
    public OperatorConfig.VerificationServer verification() {
      return TestConfig.SERVER;
    }

    @Override
    public String pod() {
      return "{}";
    }
  }
}
