package io.pgcask.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.Condition;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.RestorePhase;
import io.pgcask.api.v1alpha1.RestoreStatus;

/** What is done around a load and what is said of it, from the resource to the pod and back. */
@OnCluster
class RestoreStepsClusterIT {

  @ConcurrentTest
  void acceptedErrorsAreShownAndSqlOfAConfigMapIsRun(Cluster cluster, Workspace workspace) {
    // Given a backup whose rows belong to a role that has gone
    var shop = TestDatabase.create(cluster.postgres(17), "steps", "steps", "secret");
    shop.execute(
        "CREATE TABLE t (i int PRIMARY KEY); INSERT INTO t SELECT generate_series(1, 200);"
            + " CREATE TABLE calls (what text)");
    shop.executeAsSuperuser("CREATE ROLE steps_gone; GRANT SELECT ON t TO steps_gone");
    workspace.connection("shop", shop, "maxConcurrentJobs: 4");
    workspace.backup("nightly", "shop", workspace.s3(), "").completedBackup("nightly");
    shop.executeAsSuperuser("DROP OWNED BY steps_gone; DROP ROLE steps_gone");
    workspace.apply(
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: shop-sql}
        data:
          before.sql: CREATE TABLE before AS SELECT 1 AS i
          after.sql: INSERT INTO calls SELECT 'after ' || count(*) FROM t
        """);
    var source = "{backupRef: {name: nightly}}";

    // When
    workspace
        .restore(
            "accepted",
            source,
            "shop",
            "steps_accepted",
            """
            errors: Accept
            preSql: {configMapRef: {name: shop-sql, key: before.sql}}
            postSql: {configMapRef: {name: shop-sql, key: after.sql}}
            """)
        .restore("refused", source, "shop", "steps_refused", "")
        .restore(
            "without",
            source,
            "shop",
            "steps_without",
            "options: {noPrivileges: true}\nerrors: Accept");
    var accepted = workspace.endedRestore("accepted");
    var refused = workspace.failedRestore("refused", Reason.RESTORE_FAILED);
    var without = workspace.completedRestore("without");

    // Then
    var status = accepted.getStatus();
    assertThat(status.phase()).isEqualTo(RestorePhase.COMPLETED_WITH_WARNINGS);
    assertThat(status.reason()).isEqualTo("CompletedWithWarnings");
    assertThat(status.message()).contains("but for errors", "status.errors");
    assertThat(status.errors().count()).isEqualTo(1);
    assertThat(status.errors().samples())
        .singleElement()
        .asString()
        .startsWith("TOC entry ")
        .contains(" ACL TABLE t steps: could not execute query: ERROR:", "\"steps_gone\"");
    assertThat(status.restored()).isEqualTo(new RestoreStatus.Restored(2, 200L, 1));
    assertThat(status.plan())
        .anyMatch(row -> row.check().equals("roles") && row.message().contains("steps_gone"));
    assertThat(status.conditions())
        .filteredOn(Condition::holds)
        .extracting(Condition::type)
        .as("as kstatus calls it: Current")
        .containsExactlyInAnyOrder(Condition.READY, Condition.COMPLETE);
    workspace.awaitEvents("accepted", "CompletedWithWarnings");
    shop.sibling("steps_accepted")
        .execute(
            "DO $$ BEGIN ASSERT (SELECT what FROM calls) = 'after 200'; ASSERT (SELECT i FROM before)"
                + " = 1; END $$");
    assertThat(refused.getStatus().restored()).isNull();
    assertThat(refused.getStatus().errors().count()).isEqualTo(1);
    assertThat(without.getStatus().reason()).isEqualTo("Completed");
    assertThat(without.getStatus().errors().count()).isZero();
  }
}
