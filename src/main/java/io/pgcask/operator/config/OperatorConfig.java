package io.pgcask.operator.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.List;
import java.util.Optional;

/** What the chart sets for the operator, through environment variables {@code PGCASK_...}. */
@ConfigMapping(prefix = "pgcask")
public interface OperatorConfig {

  /** How many Backups and Restores may run at once, over all connections. */
  @WithDefault("10")
  int maxConcurrentJobs();

  /** How many PostgresConnections may be probed at once; a third of them such as were down. */
  @WithDefault("48")
  int maxConcurrentProbes();

  /**
   * Data without a Backup is reported only once it has not been written to for so long: what is
   * younger may belong to a run whose resource has only just gone. A day; tests have less patience.
   */
  @WithDefault("86400")
  int sweepMinimumAgeSeconds();

  /** The pods that run pg_dump and pg_restore. */
  Runner runner();

  /** Settings of the runner's pods. */
  interface Runner {
    /** Image of the pods: the operator's own. */
    @WithDefault("pgcask:dev")
    String image();

    /** imagePullPolicy of the pods: Always, IfNotPresent or Never. */
    @WithDefault("IfNotPresent")
    String imagePullPolicy();

    /**
     * Names of Secrets to pull the image with; they must exist in the namespace of the resource.
     */
    Optional<List<String>> imagePullSecrets();

    /** ResourceRequirements of the container as JSON. */
    @WithDefault("{}")
    String resources();

    /**
     * {@link io.pgcask.api.v1alpha1.PodSettings} as JSON: the farthest level, which connections and
     * specs are laid over, and which is laid over the settings above.
     */
    @WithDefault("{}")
    String pod();

    /** The servers that backups are restored into to see whether they can be. */
    VerificationServer verification();
  }

  /** Settings of the container with a PostgreSQL server. */
  interface VerificationServer {
    /** Image with initdb and postgres; {@code {major}} stands for the server's major version. */
    @WithDefault("docker.io/library/postgres:{major}")
    String image();

    /** The image's user that is not root and that its passwd file knows: initdb wants one. */
    @WithDefault("999")
    long runAsUser();
  }
}
