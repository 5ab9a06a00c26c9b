package io.pgcask.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.operator.Labels;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What may pass is tried again; each attempt is one run, and nothing of a failed one is left. */
@OnCluster
class RetryIT {

  private static final String IMPATIENT = "options: {lockWaitTimeoutSeconds: 1}";

  @Test
  void whatMayPassIsTriedAgainUntilTheBackupEnds(Cluster cluster, Workspace workspace)
      throws Exception {
    // Given a lock that no dump gets
    var shop = TestDatabase.create(cluster.postgres(17), "retry", "retry", "secret").withSample();
    workspace.connection("shop", shop, "maxConcurrentJobs: 4");
    try (var jobs = History.of(workspace, Job.class)) {
      try (var lock = shop.connect()) {
        lock.setAutoCommit(false);
        lock.createStatement().execute("LOCK TABLE purchase IN ACCESS EXCLUSIVE MODE");
        workspace.backup("once", "shop", workspace.s3(), IMPATIENT + "\nretries: 0");
        for (var name : List.of("nightly", "cancelled", "deleted")) {
          workspace.backup(name, "shop", workspace.s3(), IMPATIENT);
        }

        // Then each attempt fails, and one that is allowed no other was the last
        workspace.failedBackup("once", Reason.LOCK_TIMEOUT);
        for (var name : List.of("nightly", "cancelled", "deleted")) {
          var paused = retrying(workspace, name).getStatus();
          assertThat(paused.attempt()).isEqualTo(2);
          assertThat(paused.retryTime()).isNotNull();
          assertThat(paused.message()).contains("LockTimeout").contains("attempt 2 of 3");
          assertThat(paused.completionTime()).isNull();
        }
        assertThat(cluster.s3().keys(workspace.namespace())).isEmpty();

        // When nobody waits for two of them any more, and the operator is another one
        workspace.patchSpec(Backup.class, "cancelled", "{\"cancel\":true}");
        workspace.delete(Backup.class, "deleted");
        workspace.failedBackup("cancelled", Reason.CANCELLED);
        workspace.awaitGone(Backup.class, "deleted");
        cluster.operator().restart();
        lock.rollback();
      }

      // Then the third has its second attempt, and says what became of the first
      var completed = workspace.completedBackup("nightly");
      var status = completed.getStatus();
      assertThat(status.attempt()).isEqualTo(2);
      assertThat(status.retryTime()).isNull();
      assertThat(status.warnings()).anyMatch(text -> text.startsWith("attempt 1 failed: LockT"));
      var path = status.resolved().path();
      assertThat(cluster.s3().keys(path))
          .contains(path + "/manifest.json")
          .anyMatch(key -> key.startsWith(path + "/2/"))
          .noneMatch(key -> key.startsWith(path + "/1/"));
      assertThat(jobsOf(jobs, completed)).hasSize(2);
      assertThat(jobsOf(jobs, workspace.backup("cancelled"))).hasSize(1);
    }
  }

  private static Backup retrying(Workspace workspace, String name) {
    return workspace.await(
        Backup.class, name, backup -> Reason.RETRYING.word().equals(backup.getStatus().reason()));
  }

  private static List<String> jobsOf(History jobs, Backup backup) {
    return jobs.versions().stream()
        .filter(
            version ->
                Labels.label(version, Labels.OWNER_UID)
                    .equals(Optional.of(backup.getMetadata().getUid())))
        .map(version -> version.getMetadata().getName())
        .distinct()
        .toList();
  }
}
