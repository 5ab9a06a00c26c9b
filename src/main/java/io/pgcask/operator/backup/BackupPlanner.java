package io.pgcask.operator.backup;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupSpec;
import io.pgcask.api.v1alpha1.BackupSpecBuilder;
import io.pgcask.api.v1alpha1.BackupStatus;
import io.pgcask.api.v1alpha1.DumpFormat;
import io.pgcask.api.v1alpha1.PostgresConnection;
import io.pgcask.api.v1alpha1.Provider;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.ResolvedConnection;
import io.pgcask.api.v1alpha1.Storage;
import io.pgcask.contract.PathNames;
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
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Decides, before the Job is made, what exactly it will do. */
@ApplicationScoped
public class BackupPlanner {

  /** Linux takes 128 KiB in one variable, and quoting may double what names hold. */
  private static final int MAX_SPEC_BYTES = 60_000;

  private static final int DEFAULT_STALL_TIMEOUT = 1800;

  private final ConnectionResolver connections;
  private final SecretReader secrets;
  private final JobFactory jobs;

  /** Made by the container, and by tests with parts of their own. */
  public BackupPlanner(ConnectionResolver connections, SecretReader secrets, JobFactory jobs) {
    this.connections = connections;
    this.secrets = secrets;
    this.jobs = jobs;
  }

  /** What makes this Backup impossible with this connection, now and later. */
  Optional<Trouble> unusable(Backup backup, PostgresConnection connection) {
    return storage(backup, connection).isEmpty()
        ? Optional.of(
            new Trouble(
                Reason.NO_STORAGE,
                "neither spec.storage nor the defaultStorage of PostgresConnection %s says where to: set one, and create another Backup"
                    .formatted(connection.getMetadata().getName())))
        : copyInTheSamePlace(backup.getSpec(), connection)
            .or(() -> passwordsOfProvider(backup.getSpec(), connection))
            .or(() -> deferrableOnStandby(backup, connection))
            .or(() -> pod(backup, connection).unusable());
  }

  /** PostgreSQL has no serializable transactions in hot standby. */
  private static Optional<Trouble> deferrableOnStandby(
      Backup backup, PostgresConnection connection) {
    var options = backup.getSpec().options();
    return readsElsewhere(backup, connection)
            && options != null
            && Boolean.TRUE.equals(options.serializableDeferrable())
        ? Optional.of(
            new Trouble(
                Reason.INVALID_OPTIONS,
                "options.serializableDeferrable is not possible on a standby, and PostgresConnection %s reads from its readHost: leave it out, or use a connection without readHost"
                    .formatted(connection.getMetadata().getName())))
        : Optional.empty();
  }

  /**
   * Whether it is read from the standby. Not what a Restore saves of its target: a standby may lag
   * behind what is about to be replaced.
   */
  private static boolean readsElsewhere(Backup backup, PostgresConnection connection) {
    return connection.getSpec().readHost() != null
        && Labels.annotation(backup, Labels.RESTORE).isEmpty();
  }

  /** No provider shows them to anybody. */
  private static Optional<Trouble> passwordsOfProvider(
      BackupSpec spec, PostgresConnection connection) {
    var provider = connection.getSpec().provider();
    return provider != null
            && provider != Provider.GENERIC
            && spec.globals() != null
            && Boolean.TRUE.equals(spec.globals().rolePasswords())
        ? Optional.of(
            new Trouble(
                Reason.INVALID_OPTIONS,
                "globals.rolePasswords: provider %s of PostgresConnection %s shows nobody the passwords of roles: leave it out"
                    .formatted(provider.word(), connection.getMetadata().getName())))
        : Optional.empty();
  }

  /** What a rule of the schema says of the storage of a spec, said of the connection's. */
  private static Optional<Trouble> copyInTheSamePlace(
      BackupSpec spec, PostgresConnection connection) {
    var storage = connection.getSpec().defaultStorage();
    return spec.storage() == null
            && Optional.ofNullable(spec.copies()).orElse(List.of()).stream()
                .anyMatch(copy -> copy.isSamePlaceAs(storage))
        ? Optional.of(
            new Trouble(
                Reason.INVALID_OPTIONS,
                "a copy must not lie where the backup does, in the defaultStorage of PostgresConnection %s: give it another bucket, prefix or endpoint, or another claim or path"
                    .formatted(connection.getMetadata().getName())))
        : Optional.empty();
  }

  private static Optional<Storage> storage(Backup backup, PostgresConnection connection) {
    return Optional.ofNullable(backup.getSpec().storage())
        .or(() -> Optional.ofNullable(connection.getSpec().defaultStorage()));
  }

  private PodPlan pod(Backup backup, PostgresConnection connection) {
    return jobs.pod(Optional.of(connection), Optional.ofNullable(backup.getSpec().pod()));
  }

  /**
   * Resolves every reference and default of a Backup that is not {@link #unusable}.
   *
   * @throws TroubleException if a Secret or one of its keys is missing or cannot be used
   */
  BackupStatus.Resolved resolve(Backup backup, PostgresConnection connection)
      throws TroubleException {
    var target = connections.resolve(connection);
    var server = target.server();
    var host =
        readsElsewhere(backup, connection)
            ? target.readHost().orElse(server.host())
            : server.host();
    var spec = backup.getSpec();
    var storage = storage(backup, connection).orElseThrow();
    var pod = pod(backup, connection);
    secrets.checkStorage(backup.getMetadata().getNamespace(), storage);
    for (var copy : Optional.ofNullable(spec.copies()).orElse(List.of())) {
      secrets.checkStorage(backup.getMetadata().getNamespace(), copy);
    }
    checkKeys(backup);
    var database = Optional.ofNullable(spec.database()).orElse(server.database());
    return new BackupStatus.Resolved(
        new ResolvedConnection(connection.getMetadata().getName(), host, server.port(), database),
        Optional.ofNullable(spec.format()).orElse(DumpFormat.CUSTOM),
        storage,
        spec.copies(),
        path(backup),
        pod.image(),
        pod.settings());
  }

  private void checkKeys(Backup backup) throws TroubleException {
    var spec = backup.getSpec();
    var namespace = backup.getMetadata().getNamespace();
    if (spec.encryption() != null && spec.encryption().age().recipientsSecretRef() != null) {
      var recipients = spec.encryption().age().recipientsSecretRef();
      secrets.bytes(namespace, recipients.name(), recipients.key());
    }
    if (spec.verification() != null && spec.verification().identitySecretRef() != null) {
      var identity = spec.verification().identitySecretRef();
      secrets.bytes(namespace, identity.name(), identity.key());
    }
  }

  /** Without what the runner has no use for: it runs in that pod. */
  private static BackupSpec forTheRunner(BackupSpec spec) {
    return BackupSpecBuilder.builder(spec).pod(null).build();
  }

  /** Whether a spec would not fit into a Job: it travels in one environment variable. */
  static Optional<Trouble> tooLarge(BackupSpec spec) {
    int bytes = Serialization.asJson(forTheRunner(spec)).getBytes(StandardCharsets.UTF_8).length;
    return bytes <= MAX_SPEC_BYTES
        ? Optional.empty()
        : Optional.of(
            new Trouble(
                Reason.INVALID_OPTIONS,
                ("the spec has %d bytes as JSON, of which a Job takes %d; use fewer or shorter patterns"
                        + " in include, exclude and foreignData")
                    .formatted(bytes, MAX_SPEC_BYTES)));
  }

  /** The deadlines of the spec. */
  static Deadlines deadlines(BackupSpec spec) {
    return Deadlines.of(spec.queueDeadline(), spec.pendingDeadlineSeconds(), spec.activeDeadline());
  }

  /**
   * The Job, from what was resolved.
   *
   * @param previous how large an earlier backup was, to estimate from
   * @throws TroubleException if a Secret of the connection has gone since
   */
  Job job(Backup backup, PostgresConnection connection, Optional<Task.Previous> previous)
      throws TroubleException {
    return jobs.job(
        backup.getStatus().jobName(),
        backup,
        task(backup, connection, previous),
        backup.getStatus().resolved().image(),
        Optional.ofNullable(backup.getStatus().resolved().pod()),
        Optional.of(connection.getMetadata().getName()),
        Optional.of(connection.getSpec()),
        true);
  }

  private Task.Backup task(
      Backup backup, PostgresConnection connection, Optional<Task.Previous> previous)
      throws TroubleException {
    var resolved = backup.getStatus().resolved();
    var server = connections.resolve(connection).server();
    var spec = backup.getSpec();
    return new Task.Backup(
        backup.getMetadata().getUid(),
        backup.getMetadata().getNamespace(),
        backup.getMetadata().getName(),
        resolved.connection().name(),
        backup.getStatus().attempt(),
        new Task.Server(
            resolved.connection().host(),
            resolved.connection().port(),
            resolved.connection().database(),
            server.maintenanceDatabase(),
            server.user(),
            server.tlsMode(),
            server.connectTimeoutSeconds(),
            server.provider()),
        forTheRunner(spec),
        resolved.storage(),
        resolved.copies(),
        resolved.path(),
        Optional.ofNullable(spec.stallTimeoutSeconds()).orElse(DEFAULT_STALL_TIMEOUT),
        previous.orElse(null),
        Labels.schedule(backup).isPresent());
  }

  /** {@code <namespace>/<connection>/<backup>-<uid8>}, relative to the storage. */
  private static String path(Backup backup) {
    BackupSpec spec = backup.getSpec();
    return "%s/%s-%s"
        .formatted(
            PathNames.ofConnection(
                backup.getMetadata().getNamespace(), spec.connectionRef().name()),
            PathNames.encode(backup.getMetadata().getName()),
            Names.uid8(backup));
  }
}
