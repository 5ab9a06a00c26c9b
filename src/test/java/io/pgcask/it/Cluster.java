package io.pgcask.it;

import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The Kubernetes that all tests of a run share, with pgcask installed by its chart, and the servers
 * beside it. Made when the first test asks for it, removed after the last.
 */
final class Cluster implements AutoCloseable {

  /** Where the chart is installed. */
  static final String SYSTEM_NAMESPACE = "pgcask-system";

  /** Whom the operator is to the API server. */
  static final String OPERATOR_USER = "system:serviceaccount:pgcask-system:pgcask";

  private static final String FIELD_MANAGER = "test";

  private final Settings settings;
  private final Optional<Node> node;
  private final KubernetesClient client;
  private final Program kubectl;
  private final OperatorDeployment operator;
  private final Map<Integer, PostgresServer> postgres = new HashMap<>();
  private final AtomicInteger workspaces = new AtomicInteger();

  /** Tells the namespaces of this run from those of an earlier one on the same cluster. */
  private final String run = Long.toString(System.currentTimeMillis() / 1000 % 46_656, 36);

  private final Deque<AutoCloseable> toClose = new ArrayDeque<>();
  private S3Server s3;

  private Cluster(
      Settings settings, Optional<Node> node, KubernetesClient client, Path kubeconfig) {
    this.settings = settings;
    this.node = node;
    this.client = client;
    this.kubectl =
        new Program(List.of(settings.kubectl()), Map.of("KUBECONFIG", kubeconfig.toString()));
    this.operator = new OperatorDeployment(client);
    node.ifPresent(toClose::push);
    toClose.push(client);
  }

  /** Starts it and installs the chart. */
  static Cluster start() {
    var settings = Settings.read();
    return settings.currentCluster() ? current(settings) : own(settings);
  }

  private static Cluster own(Settings settings) {
    var node = Node.start(settings);
    try {
      // Runs beside this one have theirs.
      var kubeconfig = Files.createTempFile(Path.of("target"), "it-kubeconfig-", "");
      kubeconfig.toFile().deleteOnExit();
      Files.writeString(kubeconfig, node.kubeconfig());
      var config = Config.fromKubeconfig(node.kubeconfig());
      return new Cluster(
              settings,
              Optional.of(node),
              new KubernetesClientBuilder().withConfig(config).build(),
              kubeconfig.toAbsolutePath())
          .install();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Cluster current(Settings settings) {
    var kubeconfig = Path.of(System.getenv("KUBECONFIG"));
    return new Cluster(
            settings, Optional.empty(), new KubernetesClientBuilder().build(), kubeconfig)
        .install();
  }

  private Cluster install() {
    kubectl.run("apply", "--server-side", "--force-conflicts", "-f", "helm/pgcask/crds");
    var helm = new Program(List.of(settings.helm()), kubectl.environment());
    helm.run(
        "upgrade",
        "--install",
        "pgcask",
        "helm/pgcask",
        "--namespace=" + SYSTEM_NAMESPACE,
        "--create-namespace",
        "--wait",
        "--timeout=3m",
        "--set=image.repository=%s,image.tag=%s"
            .formatted(settings.imageRepository(), settings.imageTag()),
        "--set=image.pullPolicy=" + (node.isPresent() ? "Never" : "IfNotPresent"),
        "--set=runner.verification.image="
            + (node.isPresent() ? Node.SERVER_IMAGE : "postgres:{major}"),
        // What is as old as a second is old enough for a test.
        "--set-string=extraEnv[0].name=PGCASK_SWEEP_MINIMUM_AGE_SECONDS,extraEnv[0].value=0",
        // Operators of tests live for a few minutes, and many are started.
        "--set=javaOpts=-XX:+UseSerialGC -XX:MaxRAMPercentage=50 -XX:TieredStopAtLevel=1",
        // Up to twenty Jobs at once on two cores.
        "--set=runner.resources.requests.cpu=80m,runner.resources.requests.memory=64Mi");
    return this;
  }

  /** As the cluster's administrator. */
  KubernetesClient client() {
    return client;
  }

  /**
   * As the administrator, but an answer of 500 is final: that is how the API server refuses unknown
   * fields, and the client would ask ten times.
   */
  KubernetesClient withoutRetries() {
    var config =
        new ConfigBuilder(client.getConfiguration()).withRequestRetryBackoffLimit(0).build();
    return opened(config);
  }

  /** As somebody else, who has only the rights that a test gives. */
  KubernetesClient as(String user) {
    var config = new ConfigBuilder(client.getConfiguration()).withImpersonateUsername(user).build();
    return opened(config);
  }

  private synchronized KubernetesClient opened(Config config) {
    var opened = new KubernetesClientBuilder().withConfig(config).build();
    toClose.push(opened);
    return opened;
  }

  Program kubectl() {
    return kubectl;
  }

  OperatorDeployment operator() {
    return operator;
  }

  Settings settings() {
    return settings;
  }

  /** The node, where it is a container of ours. */
  Optional<Node> node() {
    return node;
  }

  /** What the operator has asked so far; empty where the API server is not ours to configure. */
  Optional<List<AuditedRequest>> audit() {
    return node.map(Node::audit);
  }

  /** The server of that major, started when it is first asked for. */
  synchronized PostgresServer postgres(int major) {
    return postgres.computeIfAbsent(
        major,
        missing -> {
          var server = PostgresServer.start(missing);
          toClose.push(server);
          return server;
        });
  }

  /** The S3 server, started when it is first asked for. */
  synchronized S3Server s3() {
    if (s3 == null) {
      s3 = S3Server.start();
      toClose.push(s3);
    }
    return s3;
  }

  /** A new namespace. */
  Workspace workspace(String purpose) {
    return Workspace.create(
        this, "it-%s-%d-%s".formatted(run, workspaces.incrementAndGet(), purpose), FIELD_MANAGER);
  }

  /** Binds a ClusterRole of the cluster to a user in one namespace. */
  void bind(String namespace, String clusterRole, String user) {
    // @formatter:off
    client
        .resource(
            new RoleBindingBuilder()
                .withNewMetadata()
                .withName(clusterRole + "-of-" + user)
                .withNamespace(namespace)
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", clusterRole)
                .addNewSubject("rbac.authorization.k8s.io", "User", user, null)
                .build())
        .create();
    // @formatter:on
  }

  @Override
  public void close() throws Exception {
    while (!toClose.isEmpty()) {
      toClose.pop().close();
    }
  }
}
