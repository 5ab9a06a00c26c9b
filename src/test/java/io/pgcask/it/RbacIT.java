package io.pgcask.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupPhase;
import io.pgcask.api.v1alpha1.BackupSchedule;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The operator's rights are those that it uses, no more and no fewer: the API server's own record
 * of its requests is held against the ClusterRole of the chart.
 */
@OnCluster
@Order(Integer.MAX_VALUE)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RbacIT {

  /** The chart calls it like the release. */
  private static final String OPERATOR_ROLE = "pgcask";

  @Test
  @Order(1)
  void theOperatorDoesEverythingThatItCan(Cluster cluster, Workspace workspace) {
    // Given
    var shop = TestDatabase.create(cluster.postgres(17), "rights", "rights", "secret").withSample();
    workspace.connection("shop", shop, "watchSchema: Triggers");
    var volume = workspace.volume("volume");

    // When it backs up, restores, deletes data on a volume, stops a Job, and follows a schedule,
    // which does not keep what it made earlier
    workspace.apply(
        """
        apiVersion: pgcask.io/v1alpha1
        kind: Backup
        metadata:
          name: earlier
          labels: {pgcask.io/schedule: often}
          annotations: {pgcask.io/schedule: often, pgcask.io/scheduled-for: "2026-01-01T00:00:00Z"}
        spec: {connectionRef: {name: shop}, storage: %s}
        """
            .formatted(volume));
    workspace.backup("kept", "shop", volume, "deletionPolicy: Delete");
    workspace.completedBackup("kept");
    workspace.completedBackup("earlier");
    workspace.restore("copy", "{backupRef: {name: kept}}", "shop", "rights copy", "");
    workspace.completedRestore("copy");
    workspace.backup("stopped", "shop", volume, "");
    workspace.await(
        Backup.class, "stopped", backup -> backup.getStatus().phase() == BackupPhase.PENDING);
    workspace.delete(Backup.class, "stopped");
    workspace.delete(Backup.class, "kept");
    workspace.apply(
        """
        apiVersion: pgcask.io/v1alpha1
        kind: BackupSchedule
        metadata: {name: often}
        spec:
          schedule: "* * * * *"
          retention: {keepLast: 1}
          template: {spec: {connectionRef: {name: shop}, storage: %s}}
        """
            .formatted(volume));

    // Then
    workspace.awaitGone(Backup.class, "kept");
    workspace.awaitGone(Backup.class, "stopped");
    var schedule =
        workspace.await(
            BackupSchedule.class, "often", found -> found.getStatus().lastBackupName() != null);
    workspace.completedBackup(schedule.getStatus().lastBackupName());
    workspace.awaitGone(Backup.class, "earlier");
    workspace.delete(BackupSchedule.class, "often");
  }

  /** Also of a second cluster, on which a part of the tests ran. */
  @Test
  @Order(2)
  @Tag("every-cluster")
  void nothingThatItAsksForIsRefused(Cluster cluster) {
    assertThat(requests(cluster).filter(AuditedRequest::forbidden)).isEmpty();
  }

  @Test
  @Order(3)
  void itMayDoWhatItDoesAndNothingElse(Cluster cluster) {
    // The record is written a moment after the request.
    await()
        .untilAsserted(
            () -> {
              var used =
                  requests(cluster)
                      .map(AuditedRequest::right)
                      .collect(Collectors.toCollection(TreeSet::new));
              assertThat(used).as("rights that were used").isEqualTo(granted(cluster));
            });
  }

  /** What the operator has asked for. */
  private static Stream<AuditedRequest> requests(Cluster cluster) {
    var audit = cluster.audit();
    if (audit.isEmpty()) {
      abort("the API server of a given cluster keeps no record for us");
    }
    return audit.orElseThrow().stream().filter(request -> request.objectRef() != null);
  }

  private static TreeSet<Right> granted(Cluster cluster) {
    var role = cluster.client().rbac().clusterRoles().withName(OPERATOR_ROLE).get();
    var rights = new TreeSet<Right>();
    for (var rule : role.getRules()) {
      for (var group : rule.getApiGroups()) {
        for (var resource : rule.getResources()) {
          for (var verb : rule.getVerbs()) {
            rights.add(new Right(verb, group, resource));
          }
        }
      }
    }
    return rights;
  }
}
