package io.pgcask.operator.job;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.pgcask.api.v1alpha1.TlsMode;
import io.pgcask.contract.Task;
import io.pgcask.operator.config.OperatorConfig;

/**
 * The PostgreSQL server of a verification at level Restore: a container beside the runner's that
 * Kubernetes ends after it. Only the pod itself can connect, and its data go with the pod.
 */
public final class ThrowAwayServer {

  /** Where the runner finds it. It asks for no password. */
  public static final Task.Server ADDRESS =
      new Task.Server("127.0.0.1", 5432, "postgres", null, "postgres", TlsMode.DISABLE, 10);

  /** Name of the volume with its data. */
  static final String VOLUME = "server";

  private static final String HOME = "/var/run/pgcask/server";

  /**
   * Nothing needs to outlive the pod, so nothing is synced. What it logs names no row of a backup.
   * It begins anew whenever its container does.
   */
  private static final String SCRIPT =
      """
      set -eu
      command -v initdb >/dev/null || PATH=$(ls -d /usr/lib/postgresql/*/bin | tail -n 1):$PATH
      rm -rf "$PGDATA"
      initdb --username=postgres --auth=trust --encoding=UTF8 --locale=C --no-sync --no-instructions >/dev/null
      exec postgres -c listen_addresses=127.0.0.1 -c port=5432 -c unix_socket_directories= \
        -c fsync=off -c full_page_writes=off -c synchronous_commit=off -c wal_level=minimal -c max_wal_senders=0 \
        -c autovacuum=off -c jit=off -c shared_buffers=64MB -c dynamic_shared_memory_type=mmap \
        -c max_locks_per_transaction=512 -c log_error_verbosity=terse -c log_min_error_statement=panic
      """;

  private ThrowAwayServer() {}

  /**
   * Image of a server.
   *
   * @param major version of the server that was backed up
   */
  static String image(OperatorConfig.VerificationServer config, int major) {
    return config.image().replace("{major}", Integer.toString(major));
  }

  /** The container, to be started before the runner's. */
  static Container container(
      String image,
      String imagePullPolicy,
      OperatorConfig.VerificationServer config,
      ResourceRequirements resources) {
    // @formatter:off
    return new ContainerBuilder()
        .withName("server")
        .withImage(image)
        .withImagePullPolicy(imagePullPolicy)
        .withRestartPolicy("Always")
        .withCommand("/bin/sh", "-c", SCRIPT)
        .addNewEnv()
        .withName("PGDATA")
        .withValue(HOME + "/data")
        .endEnv()
        .withResources(resources)
        .withNewSecurityContext()
        .withRunAsUser(config.runAsUser())
        .withRunAsNonRoot(true)
        .withAllowPrivilegeEscalation(false)
        .withReadOnlyRootFilesystem(true)
        .withNewCapabilities()
        .withDrop("ALL")
        .endCapabilities()
        .endSecurityContext()
        .addNewVolumeMount()
        .withName(VOLUME)
        .withMountPath(HOME)
        .endVolumeMount()
        .build();
    // @formatter:on
  }
}
