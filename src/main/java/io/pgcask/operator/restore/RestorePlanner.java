package io.pgcask.operator.restore;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupPhase;
import io.pgcask.api.v1alpha1.PostgresConnection;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.ResolvedConnection;
import io.pgcask.api.v1alpha1.Restore;
import io.pgcask.api.v1alpha1.RestoreMode;
import io.pgcask.api.v1alpha1.RestoreSpec;
import io.pgcask.api.v1alpha1.RestoreStatus;
import io.pgcask.api.v1alpha1.Storage;
import io.pgcask.contract.RestoreChoice;
import io.pgcask.contract.RestoreChoiceBuilder;
import io.pgcask.contract.Task;
import io.pgcask.operator.Labels;
import io.pgcask.operator.Names;
import io.pgcask.operator.connection.ConnectionResolver;
import io.pgcask.operator.connection.SecretReader;
import io.pgcask.operator.job.Deadlines;
import io.pgcask.operator.job.JobFactory;
import io.pgcask.operator.job.PodPlan;
import io.pgcask.operator.job.Trouble;
import io.pgcask.operator.job.TroubleException;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** Decides, before the Job is made, what exactly it will do. */
@ApplicationScoped
public class RestorePlanner {

  /** Suffix of the Job's name; see {@link io.pgcask.operator.Names#job}. */
  static final String TASK = "1";

  private static final int DEFAULT_STALL_TIMEOUT = 1800;

  private final ConnectionResolver connections;
  private final SecretReader secrets;
  private final JobFactory jobs;
  private final KubernetesClient client;

  /** Made by the container, and by tests with parts of their own. */
  public RestorePlanner(
      ConnectionResolver connections,
      SecretReader secrets,
      JobFactory jobs,
      KubernetesClient client) {
    this.client = client;
    this.connections = connections;
    this.secrets = secrets;
    this.jobs = jobs;
  }

  /**
   * Where the backup lies.
   *
   * @param backup name of its resource; empty: it is found by its place alone
   */
  record Place(Optional<String> backup, Storage storage, String path) {}

  /** What the source comes to. */
  sealed interface Source {
    /** It can be restored. */
    record Found(Place place) implements Source {}

    /** It may be usable later. */
    record NotYet(Trouble waitingFor) implements Source {}

    /** It never will be. */
    record Unusable(Trouble trouble) implements Source {}
  }

  /**
   * Looks at the source.
   *
   * @param now which Backups of a schedule have expired by
   */
  Source source(Restore restore, Instant now) {
    var source = restore.getSpec().source();
    if (source.location() != null) {
      return new Source.Found(
          new Place(Optional.empty(), source.location().storage(), source.location().path()));
    }
    if (source.schedule() != null) {
      var backups = scheduled(restore.getMetadata().getNamespace(), source.schedule());
      return backups
          .newest(now)
          .<Source>map(backup -> new Source.Found(place(backup)))
          .orElseGet(() -> new Source.NotYet(backups.none()));
    }
    var name = source.backupRef().name();
    var backup =
        client
            .resources(Backup.class)
            .inNamespace(restore.getMetadata().getNamespace())
            .withName(name)
            .get();
    if (backup == null) {
      return new Source.NotYet(
          new Trouble(
              Reason.BACKUP_NOT_FOUND,
              "Backup %s does not exist in this namespace; create it, or restore from its location"
                  .formatted(name)));
    }
    var status = backup.getStatus();
    var phase = status == null ? null : status.phase();
    return switch (phase) {
      case COMPLETED -> new Source.Found(place(backup));
      case FAILED ->
          new Source.Unusable(
              new Trouble(
                  Reason.BACKUP_NOT_COMPLETED,
                  "Backup %s has failed: %s".formatted(name, status.message())));
      case EXPIRED ->
          new Source.Unusable(
              new Trouble(
                  Reason.BACKUP_EXPIRED,
                  "Backup %s cannot be restored: it %s".formatted(name, status.message())));
      case DELETING ->
          new Source.Unusable(
              new Trouble(
                  Reason.BACKUP_NOT_COMPLETED, "Backup %s is being deleted".formatted(name)));
      case QUEUED, PENDING, RUNNING, VERIFYING ->
          new Source.NotYet(
              new Trouble(
                  Reason.WAITING_FOR_BACKUP,
                  "waits for Backup %s, which is %s".formatted(name, word(phase))));
      case null ->
          new Source.NotYet(
              new Trouble(
                  Reason.WAITING_FOR_BACKUP, "waits for Backup %s to start".formatted(name)));
    };
  }

  /** What makes this Restore impossible with this connection, now and later. */
  Optional<Trouble> unusable(Restore restore, PostgresConnection connection) {
    return ChoiceLimit.tooLarge(restore.getSpec()).or(() -> pod(restore, connection).unusable());
  }

  private PodPlan pod(Restore restore, PostgresConnection connection) {
    return jobs.pod(Optional.of(connection), Optional.ofNullable(restore.getSpec().pod()));
  }

  /**
   * Resolves every reference and default of a Restore that is not {@link #unusable}.
   *
   * @throws TroubleException if a Secret or one of its keys is missing or cannot be used
   */
  RestoreStatus.Resolved resolve(Restore restore, PostgresConnection connection, Instant now)
      throws TroubleException {
    var place =
        switch (source(restore, now)) {
          case Source.Found found -> found.place();
          case Source.NotYet notYet -> throw notYet.waitingFor().asException();
          case Source.Unusable unusable -> throw unusable.trouble().asException();
        };
    var server = connections.resolve(connection).server();
    var pod = pod(restore, connection);
    secrets.checkStorage(restore.getMetadata().getNamespace(), place.storage());
    if (restore.getSpec().decryption() != null) {
      var identity = restore.getSpec().decryption().ageIdentitySecretRef();
      secrets.bytes(restore.getMetadata().getNamespace(), identity.name(), identity.key());
    }
    return new RestoreStatus.Resolved(
        new ResolvedConnection(
            connection.getMetadata().getName(),
            server.host(),
            server.port(),
            restore.getSpec().database()),
        Optional.ofNullable(restore.getSpec().mode()).orElse(RestoreMode.CREATE_NEW),
        place.storage(),
        place.backup().orElse(null),
        place.path(),
        pod.image(),
        pod.settings());
  }

  /** The deadlines of the spec. */
  static Deadlines deadlines(RestoreSpec spec) {
    return Deadlines.of(spec.queueDeadline(), spec.pendingDeadlineSeconds(), spec.activeDeadline());
  }

  /**
   * The Job, from what was resolved.
   *
   * @throws TroubleException if a Secret of the connection has gone since
   */
  Job job(Restore restore, PostgresConnection connection) throws TroubleException {
    return jobs.job(
        restore.getStatus().jobName(),
        restore,
        task(restore, connection),
        restore.getStatus().resolved().image(),
        Optional.ofNullable(restore.getStatus().resolved().pod()),
        Optional.of(connection.getMetadata().getName()),
        Optional.of(connection.getSpec()),
        true);
  }

  private Task.Restore task(Restore restore, PostgresConnection connection)
      throws TroubleException {
    var resolved = restore.getStatus().resolved();
    var server = connections.resolve(connection).server();
    return new Task.Restore(
        restore.getMetadata().getUid(),
        restore.getMetadata().getNamespace(),
        restore.getMetadata().getName(),
        new Task.Server(
            resolved.connection().host(),
            resolved.connection().port(),
            Optional.ofNullable(resolved.connection().database()).orElse(server.database()),
            server.maintenanceDatabase(),
            server.user(),
            server.tlsMode(),
            server.connectTimeoutSeconds(),
            server.provider()),
        resolved.mode(),
        RestoreBounds.of(restore.getSpec(), SafetyBackups.name(restore)),
        restore.getSpec().decryption(),
        resolved.storage(),
        resolved.path(),
        Optional.ofNullable(restore.getSpec().stallTimeoutSeconds()).orElse(DEFAULT_STALL_TIMEOUT),
        choice(restore),
        Task.Steps.of(restore.getSpec()),
        Task.Extent.of(restore.getSpec()),
        restore.getSpec().createDatabase(),
        bare(restore.getSpec().source()));
  }

  /**
   * The limit of an emptyDir is told by nothing in the pod: its disk looks as large as the node's.
   */
  private static RestoreChoice choice(Restore restore) {
    var pod = restore.getStatus().resolved().pod();
    var limit = pod == null || pod.scratch() == null ? null : pod.scratch().sizeLimit();
    return RestoreChoiceBuilder.builder(RestoreChoice.of(restore.getSpec()))
        .scratchBytes(limit == null ? null : limit.getNumericalAmount().longValue())
        .build();
  }

  /** Whether the source may be a dump that pg_dump made elsewhere: not if it is a Backup. */
  private static Task.Bare bare(RestoreSpec.Source source) {
    return source.location() == null ? null : new Task.Bare(source.location().sha256());
  }

  private ScheduledBackups scheduled(String namespace, RestoreSpec.Scheduled wanted) {
    var backups =
        client
            .resources(Backup.class)
            .inNamespace(namespace)
            .withLabel(Labels.SCHEDULE, Names.labelValue(wanted.name()))
            .list()
            .getItems();
    return new ScheduledBackups(wanted, backups);
  }

  private static Place place(Backup backup) {
    var resolved = backup.getStatus().resolved();
    return new Place(
        Optional.of(backup.getMetadata().getName()), resolved.storage(), resolved.path());
  }

  private static String word(BackupPhase phase) {
    return phase.name().charAt(0) + phase.name().substring(1).toLowerCase(Locale.ROOT);
  }
}
