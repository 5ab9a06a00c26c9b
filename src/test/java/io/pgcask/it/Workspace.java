package io.pgcask.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupPhase;
import io.pgcask.api.v1alpha1.Condition;
import io.pgcask.api.v1alpha1.PostgresConnection;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.Restore;
import io.pgcask.api.v1alpha1.RestorePhase;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** A namespace of one test, under the restricted Pod Security Standard. */
final class Workspace {

  /** The dump, the roles, the log, RESTORE.md, the manifest and the result of the verification. */
  static final int FILES_OF_A_BACKUP = 6;

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration POLL = Duration.ofMillis(300);

  private final Cluster cluster;
  private final String namespace;
  private final String fieldManager;
  private final Instant created = Instant.now();

  private Workspace(Cluster cluster, String namespace, String fieldManager) {
    this.cluster = cluster;
    this.namespace = namespace;
    this.fieldManager = fieldManager;
  }

  static Workspace create(Cluster cluster, String namespace, String fieldManager) {
    cluster
        .client()
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(namespace)
                .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                .endMetadata()
                .build())
        .create();
    return new Workspace(cluster, namespace, fieldManager);
  }

  String namespace() {
    return namespace;
  }

  Cluster cluster() {
    return cluster;
  }

  private KubernetesClient client() {
    return cluster.client();
  }

  // --- what people write ---

  /** Applies one or more documents, on the server's side as kubectl does. */
  Workspace apply(String yaml) {
    client()
        .load(new java.io.ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
        .items()
        .forEach(
            item -> {
              item.getMetadata().setNamespace(namespace);
              client().resource(item).fieldManager(fieldManager).serverSideApply();
            });
    return this;
  }

  Workspace secret(String name, Map<String, String> values) {
    client()
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .endMetadata()
                .withStringData(values)
                .build())
        .create();
    return this;
  }

  /** A connection to the database as its owner, with the Secret that it needs, and waits for it. */
  Workspace connection(String name, TestDatabase database) {
    return connection(name, database, "");
  }

  /**
   * As {@link #connection(String, TestDatabase)}.
   *
   * @param more further fields of the spec, a line each
   */
  Workspace connection(String name, TestDatabase database, String more) {
    secret(name, Map.of("user", database.owner(), "password", database.password()));
    apply(
        """
        apiVersion: pgcask.io/v1alpha1
        kind: PostgresConnection
        metadata: {name: %1$s}
        spec:
          standard:
            host: %2$s
            database: %3$s
            userSecretRef: {name: %1$s, key: user}
            passwordSecretRef: {name: %1$s, key: password}
          # Two cores may be busy with other tests.
          connectTimeoutSeconds: 60
        %4$s
        """
            .formatted(
                name,
                database.server().host(),
                Serialization.asJson(database.name()),
                more.indent(2)));
    await(PostgresConnection.class, name, Workspace::isReady);
    return this;
  }

  /** The bucket of the tests as a storage, with the Secret that it needs. */
  String s3() {
    var s3 = cluster.s3();
    if (client().secrets().inNamespace(namespace).withName("s3").get() == null) {
      secret("s3", Map.of("accessKeyId", s3.accessKey(), "secretAccessKey", s3.secretKey()));
    }
    return s3(S3Server.BUCKET, "s3");
  }

  /** A bucket of the S3 server as a storage. */
  String s3(String bucket, String secret) {
    return "{s3: {bucket: %s, endpoint: \"%s\", forcePathStyle: true, credentialsSecretRef: {name: %s}}}"
        .formatted(bucket, cluster.s3().endpoint(), secret);
  }

  /** A new volume as a storage. */
  String volume(String claim) {
    apply(
        """
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: %s}
        spec:
          accessModes: [ReadWriteOnce]
          resources: {requests: {storage: 1Gi}}
        """
            .formatted(claim));
    return "{persistentVolumeClaim: {claimName: %s}}".formatted(claim);
  }

  /**
   * A Backup.
   *
   * @param storage as {@link #s3} and {@link #volume} give it
   * @param more further fields of the spec, a line each
   */
  Workspace backup(String name, String connection, String storage, String more) {
    return apply(
        """
        apiVersion: pgcask.io/v1alpha1
        kind: Backup
        metadata: {name: %s}
        spec:
          connectionRef: {name: %s}
          storage: %s
        %s
        """
            .formatted(name, connection, storage, more.indent(2)));
  }

  /**
   * A Restore.
   *
   * @param source as in the spec
   * @param more further fields of the spec, a line each
   */
  Workspace restore(String name, String source, String connection, String database, String more) {
    return apply(
        """
        apiVersion: pgcask.io/v1alpha1
        kind: Restore
        metadata: {name: %s}
        spec:
          source: %s
          connectionRef: {name: %s}
          database: %s
        %s
        """
            .formatted(name, source, connection, Serialization.asJson(database), more.indent(2)));
  }

  /** As {@code kubectl patch --type=merge} of a spec. */
  <R extends HasMetadata> void patchSpec(Class<R> kind, String name, String json) {
    client()
        .resources(kind)
        .inNamespace(namespace)
        .withName(name)
        .patch(
            io.fabric8.kubernetes.client.dsl.base.PatchContext.of(
                io.fabric8.kubernetes.client.dsl.base.PatchType.JSON_MERGE),
            "{\"spec\":%s}".formatted(json));
  }

  /** As {@code kubectl annotate --overwrite}. */
  <R extends HasMetadata> void annotate(
      Class<R> kind, String name, String annotation, String value) {
    client()
        .resources(kind)
        .inNamespace(namespace)
        .withName(name)
        .patch(
            io.fabric8.kubernetes.client.dsl.base.PatchContext.of(
                io.fabric8.kubernetes.client.dsl.base.PatchType.JSON_MERGE),
            "{\"metadata\":{\"annotations\":{\"%s\":\"%s\"}}}".formatted(annotation, value));
  }

  <R extends HasMetadata> void delete(Class<R> kind, String name) {
    client().resources(kind).inNamespace(namespace).withName(name).delete();
  }

  // --- what the cluster answers ---

  <R extends HasMetadata> R get(Class<R> kind, String name) {
    return client().resources(kind).inNamespace(namespace).withName(name).get();
  }

  Backup backup(String name) {
    return get(Backup.class, name);
  }

  Restore restore(String name) {
    return get(Restore.class, name);
  }

  List<Job> jobs() {
    return client().batch().v1().jobs().inNamespace(namespace).list().getItems();
  }

  List<Pod> pods() {
    return client().pods().inNamespace(namespace).list().getItems();
  }

  /** The files on a volume of {@link #volume}, relative to it, as a pod sees them. */
  List<String> filesOn(String claim) {
    apply(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: look-at-%1$s}
        spec:
          restartPolicy: Never
          automountServiceAccountToken: false
          securityContext: {runAsNonRoot: true, runAsUser: 10001, seccompProfile: {type: RuntimeDefault}}
          containers:
            - name: find
              image: %2$s
              imagePullPolicy: IfNotPresent
              command: [find, /volume, -type, f, -printf, '%%P\\n']
              securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
              volumeMounts: [{name: volume, mountPath: /volume}]
          volumes:
            - name: volume
              persistentVolumeClaim: {claimName: %1$s}
        """
            .formatted(claim, cluster.settings().image()));
    var name = "look-at-" + claim;
    await(Pod.class, name, pod -> "Succeeded".equals(pod.getStatus().getPhase()));
    var files = client().pods().inNamespace(namespace).withName(name).getLog();
    delete(Pod.class, name);
    return files.lines().sorted().toList();
  }

  /** Waits for Events with these reasons: an Event is written a moment after what it tells. */
  void awaitEvents(String name, String... reasons) {
    org.awaitility.Awaitility.await("Events of " + name)
        .untilAsserted(
            () -> org.assertj.core.api.Assertions.assertThat(eventReasons(name)).contains(reasons));
  }

  /** The reasons of the Events about a resource. */
  List<String> eventReasons(String name) {
    return client().v1().events().inNamespace(namespace).list().getItems().stream()
        .filter(event -> event.getInvolvedObject().getName().equals(name))
        .map(io.fabric8.kubernetes.api.model.Event::getReason)
        .toList();
  }

  /** What an Event about a resource says, for the one that has this reason. */
  String eventMessage(String name, String reason) {
    return client().v1().events().inNamespace(namespace).list().getItems().stream()
        .filter(event -> event.getInvolvedObject().getName().equals(name))
        .filter(event -> event.getReason().equals(reason))
        .findFirst()
        .orElseThrow()
        .getMessage();
  }

  <R extends HasMetadata> R await(Class<R> kind, String name, Predicate<R> condition) {
    try {
      return Awaitility.await("%s %s/%s".formatted(kind.getSimpleName(), namespace, name))
          .atMost(PATIENCE)
          .pollInterval(POLL)
          .until(() -> get(kind, name), found -> found != null && condition.test(found));
    } catch (org.awaitility.core.ConditionTimeoutException e) {
      throw new AssertionError(e.getMessage() + "\n" + Serialization.asYaml(get(kind, name)), e);
    }
  }

  <R extends HasMetadata> void awaitGone(Class<R> kind, String name) {
    Awaitility.await("%s %s/%s is gone".formatted(kind.getSimpleName(), namespace, name))
        .atMost(PATIENCE)
        .pollInterval(POLL)
        .until(() -> get(kind, name) == null);
  }

  /** The Backup, once it is Completed; fails at once if it ends otherwise. */
  Backup completedBackup(String name) {
    var ended = endedBackup(name);
    assertThat(ended.getStatus().phase()).as(status(ended)).isEqualTo(BackupPhase.COMPLETED);
    return ended;
  }

  /** A name within the namespace for a server beside the cluster. */
  Workspace service(String name, String address, int port) {
    return service(name, address, port, port);
  }

  /** The same with another port behind it. */
  Workspace service(String name, String address, int port, int target) {
    return apply(
        """
        apiVersion: v1
        kind: Service
        metadata: {name: %1$s}
        spec:
          ports: [{port: %3$d}]
        ---
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata:
          name: %1$s-beside
          labels: {kubernetes.io/service-name: %1$s}
        addressType: IPv4
        endpoints: [{addresses: [%2$s], conditions: {ready: true}}]
        ports: [{port: %4$d}]
        """
            .formatted(name, address, port, target));
  }

  /** The Backup, once it is Failed for that reason. */
  Backup failedBackup(String name, Reason reason) {
    var ended = endedBackup(name);
    assertThat(ended.getStatus().phase()).as(status(ended)).isEqualTo(BackupPhase.FAILED);
    assertThat(ended.getStatus().reason()).as(status(ended)).isEqualTo(reason.word());
    return ended;
  }

  Backup endedBackup(String name) {
    return await(
        Backup.class,
        name,
        backup -> backup.getStatus().phase() != null && hasEnded(backup.getStatus().phase()));
  }

  /** The Restore, once it is Completed; fails at once if it ends otherwise. */
  Restore completedRestore(String name) {
    var ended = endedRestore(name);
    assertThat(ended.getStatus().phase()).as(status(ended)).isEqualTo(RestorePhase.COMPLETED);
    return ended;
  }

  /** The Restore, once it is Failed for that reason. */
  Restore failedRestore(String name, Reason reason) {
    var ended = endedRestore(name);
    assertThat(ended.getStatus().phase()).as(status(ended)).isEqualTo(RestorePhase.FAILED);
    assertThat(ended.getStatus().reason()).as(status(ended)).isEqualTo(reason.word());
    return ended;
  }

  Restore endedRestore(String name) {
    return await(
        Restore.class,
        name,
        restore -> restore.getStatus().phase() != null && hasEnded(restore.getStatus().phase()));
  }

  static boolean isReady(PostgresConnection connection) {
    return connection.getStatus().conditions() != null
        && connection.getStatus().conditions().stream()
            .anyMatch(condition -> condition.type().equals(Condition.READY) && condition.holds());
  }

  /** Removes the namespace, without waiting for it. */
  void delete() {
    client().namespaces().withName(namespace).delete();
  }

  // --- for people who read a failed test ---

  /** Everything that may tell why a test failed. */
  String report() {
    var since = Duration.between(created, Instant.now());
    return String.join(
        "\n",
        "===== namespace " + namespace,
        say("get", "pgcask,jobs,pods,pvc", "-o", "wide"),
        say("get", "pgcask", "-o", "yaml"),
        say("get", "events", "--sort-by=.lastTimestamp"),
        say("describe", "jobs,pods"),
        say("logs", "--selector=app.kubernetes.io/managed-by=pgcask", "--prefix", "--tail=60"),
        "===== operator",
        cluster.operator().log(since));
  }

  private String say(String... arguments) {
    var outcome =
        new Program(
                java.util.stream.Stream.concat(
                        cluster.kubectl().command().stream(),
                        java.util.stream.Stream.of("--namespace=" + namespace))
                    .toList(),
                cluster.kubectl().environment())
            .attempt(arguments);
    return "--- kubectl %s\n%s%s"
        .formatted(String.join(" ", arguments), outcome.output(), outcome.errors());
  }

  private static boolean hasEnded(BackupPhase phase) {
    return phase == BackupPhase.COMPLETED || phase == BackupPhase.FAILED;
  }

  private static boolean hasEnded(RestorePhase phase) {
    return phase == RestorePhase.COMPLETED
        || phase == RestorePhase.COMPLETED_WITH_WARNINGS
        || phase == RestorePhase.FAILED;
  }

  private static String status(CustomResource<?, ?> resource) {
    return Serialization.asYaml(resource.getStatus());
  }
}
