package io.pgcask.it;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Volume;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.k3s.K3sContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * A Kubernetes of one node in a container: rancher/k3s or its stand-in, with the product's image
 * and with a record of every request of the operator's service account.
 */
final class Node implements AutoCloseable {

  /** PostgreSQL 17, for verifications that restore. */
  static final String SERVER_IMAGE = "pgcask-dev-postgres:latest";

  private static final Path DEFAULT_TAR = Path.of("dev/.cache/images/pgcask.tar");
  private static final Path SERVER_TAR = Path.of("dev/.cache/images/postgres.tar");
  private static final String IMAGES = "/var/lib/rancher/k3s/agent/images/";
  private static final String AUDIT_POLICY = "/etc/pgcask/audit-policy.yaml";
  private static final String AUDIT_LOG = "/var/log/pgcask-audit.log";

  private final K3sContainer container;

  private Node(K3sContainer container) {
    this.container = container;
  }

  static Node start(Settings settings) {
    // Started by Cluster, closed with it.
    @SuppressWarnings("resource")
    var container =
        new K3sContainer(
                DockerImageName.parse(settings.nodeImage())
                    .asCompatibleSubstituteFor("rancher/k3s"))
            .withCreateContainerCmdModifier(
                command ->
                    mount(
                        command.getHostConfig(),
                        Map.of(
                            imageTar(settings), "pgcask.tar",
                            savedTar(SERVER_IMAGE, SERVER_TAR), "postgres.tar")))
            .withCopyToContainer(Transferable.of(auditPolicy()), AUDIT_POLICY)
            .withStartupTimeout(Duration.ofMinutes(4));
    var arguments =
        Stream.concat(
            Stream.of(container.getCommandParts()),
            Stream.of(
                "--kube-apiserver-arg=audit-policy-file=" + AUDIT_POLICY,
                "--kube-apiserver-arg=audit-log-path=" + AUDIT_LOG));
    container.withCommand(arguments.toArray(String[]::new));
    var log = new LastLines(60);
    container.withLogConsumer(log);
    try {
      container.start();
    } catch (ContainerLaunchException e) {
      throw new IllegalStateException("the node did not start; it said last:\n" + log, e);
    }
    return new Node(container);
  }

  String kubeconfig() {
    return container.getKubeConfigYaml();
  }

  /** What the operator's service account has asked the API server so far. */
  List<AuditedRequest> audit() {
    return container.copyFileFromContainer(
        AUDIT_LOG,
        stream ->
            new String(stream.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
                .lines()
                .map(line -> Serialization.unmarshal(line, AuditedRequest.class))
                .toList());
  }

  /**
   * Kills processes of a pod without a signal that they could see; those in the pod itself may not
   * kill its first process.
   *
   * @param word part of their command lines
   */
  void kill(String word, Pod pod) {
    var script =
        """
        for process in /proc/[0-9]*; do
          if grep -q %s $process/cgroup && grep -q %s $process/cmdline; then
            kill -9 ${process#/proc/}
          fi
        done 2>/dev/null || true
        """
            .formatted(pod.getMetadata().getUid(), word);
    Script.run(container, "sh", script);
  }

  @Override
  public void close() {
    container.stop();
  }

  /** Not copied through the engine's interface, which would take 40 s of processor time. */
  private static void mount(HostConfig container, Map<Path, String> tars) {
    var binds = new ArrayList<>(List.of(container.getBinds()));
    tars.forEach(
        (tar, name) ->
            binds.add(
                new Bind(
                    tar.toAbsolutePath().toString(), new Volume(IMAGES + name), AccessMode.ro)));
    container.withBinds(binds);
  }

  private static String auditPolicy() {
    return """
    apiVersion: audit.k8s.io/v1
    kind: Policy
    omitStages: [RequestReceived]
    rules:
      - level: Metadata
        users: ["%s"]
      - level: None
    """
        .formatted(Cluster.OPERATOR_USER);
  }

  private static Path imageTar(Settings settings) {
    return settings.givenImageTar().orElseGet(() -> savedTar(settings.image(), DEFAULT_TAR));
  }

  private static Path savedTar(String image, Path tar) {
    var docker = DockerClientFactory.lazyClient();
    try {
      var current =
          Files.exists(tar)
              && Files.getLastModifiedTime(tar).toInstant().isAfter(created(docker, image));
      if (!current) {
        save(docker, image, tar);
      }
      return tar;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make " + tar, e);
    }
  }

  private static Instant created(DockerClient docker, String image) {
    return Instant.parse(docker.inspectImageCmd(image).exec().getCreated());
  }

  private static void save(DockerClient docker, String image, Path tar) throws IOException {
    Files.createDirectories(tar.toAbsolutePath().getParent());
    var unfinished = tar.resolveSibling(tar.getFileName() + ".new");
    try (var stream = docker.saveImageCmd(image).exec()) {
      Files.copy(stream, unfinished, StandardCopyOption.REPLACE_EXISTING);
    }
    Files.move(
        unfinished, tar, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
