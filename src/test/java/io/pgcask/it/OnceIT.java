package io.pgcask.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupPhase;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.Restore;
import io.pgcask.api.v1alpha1.RestorePhase;
import io.pgcask.operator.Labels;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Each Backup and each Restore makes one run, whatever happens to its operator or to its Job. It
 * takes longer than any other class.
 */
@OnCluster
@Tag("second-cluster")
class OnceIT {

  /** More than any run writes; a test says so when it is not enough. */
  private static final int ENOUGH_WRITES = 16;

  /** More than run at once, so that at a restart some run, some wait and some have ended. */
  private static final int RESTARTED = 4;

  /** So many operators live at the same time. */
  private static final int AT_ONCE = 3;

  @AfterEach
  void oneOperator(Cluster cluster) {
    cluster.operator().scale(1);
  }

  @Test
  void twoOperatorsAtOnceMakeOneRun(Cluster cluster, Workspace workspace) {
    // Given
    var shop = TestDatabase.create(cluster.postgres(17), "two", "two", "secret").withSample();
    var before = shop.contents();
    workspace.connection("shop", shop, "maxConcurrentJobs: 4");
    cluster.operator().scale(2);
    try (var pods = History.of(workspace, Pod.class);
        var jobs = History.of(workspace, Job.class)) {

      // When
      for (int i = 0; i < 4; i++) {
        workspace
            .backup("b" + i, "shop", workspace.s3(), "")
            .restore("r" + i, "{backupRef: {name: b%d}}".formatted(i), "shop", "two_" + i, "");
      }

      // Then
      for (int i = 0; i < 4; i++) {
        assertOneRun(workspace, pods, jobs, workspace.completedBackup("b" + i));
        assertOneRun(pods, jobs, workspace.completedRestore("r" + i));
        assertThat(shop.sibling("two_" + i).contents()).containsExactlyEntriesOf(before);
      }
    }
  }

  @Test
  void anOperatorKilledBetweenTwoStepsOfABackupMakesOneRun(Cluster cluster, Workspace workspace) {
    // Given
    var shop = TestDatabase.create(cluster.postgres(17), "steps_b", "steps_b", "secret");
    workspace.connection("shop", shop.withSample(), "maxConcurrentJobs: 4");
    var bucket = workspace.s3();
    cluster.operator().scale(0);
    try (var pods = History.of(workspace, Pod.class);
        var jobs = History.of(workspace, Job.class)) {

      // When each is begun by an operator that dies after one write more than the one before
      var deaths =
          dieAfterEachWrite(
              workspace,
              Backup.class,
              n -> labelled(workspace, "Backup", "after-" + n, "storage: " + bucket));
      cluster.operator().scale(1);

      // Then
      assertThat(deaths.indexOf(false)).as("the steps of the protocol").isGreaterThan(6);
      for (int n = 0; n < deaths.size(); n++) {
        assertOneRun(workspace, pods, jobs, workspace.completedBackup("after-" + n));
      }
    }
  }

  @Test
  void anOperatorKilledBetweenTwoStepsOfARestoreMakesOneRun(Cluster cluster, Workspace workspace) {
    // Given
    var shop = TestDatabase.create(cluster.postgres(17), "steps_r", "steps_r", "secret");
    var before = shop.withSample().contents();
    workspace.connection("shop", shop, "maxConcurrentJobs: 4");
    workspace.backup("nightly", "shop", workspace.s3(), "");
    workspace.completedBackup("nightly");
    cluster.operator().scale(0);
    try (var pods = History.of(workspace, Pod.class);
        var jobs = History.of(workspace, Job.class)) {

      // When
      var deaths =
          dieAfterEachWrite(
              workspace,
              Restore.class,
              n ->
                  labelled(
                      workspace,
                      "Restore",
                      "after-" + n,
                      "source: {backupRef: {name: nightly}}\ndatabase: steps_r_" + n));
      cluster.operator().scale(1);

      // Then
      assertThat(deaths.indexOf(false)).as("the steps of the protocol").isGreaterThan(6);
      for (int n = 0; n < deaths.size(); n++) {
        assertOneRun(pods, jobs, workspace.completedRestore("after-" + n));
        assertThat(shop.sibling("steps_r_" + n).contents()).containsExactlyEntriesOf(before);
      }
    }
  }

  @Test
  void anOperatorRestartedAtAnyMomentChangesNothing(Cluster cluster, Workspace workspace) {
    // Given
    var shop = TestDatabase.create(cluster.postgres(17), "restart", "restart", "secret");
    workspace.connection("shop", shop.withSample(), "maxConcurrentJobs: 3");
    try (var pods = History.of(workspace, Pod.class);
        var jobs = History.of(workspace, Job.class)) {

      // When
      for (int i = 0; i < RESTARTED; i++) {
        workspace
            .backup("b" + i, "shop", workspace.s3(), "")
            .restore("r" + i, "{backupRef: {name: b%d}}".formatted(i), "shop", "restart_" + i, "");
      }
      cluster.operator().restart();
      workspace.await(Job.class, jobName(workspace, "b0"), job -> true);
      cluster.operator().restart();
      cluster.operator().restart();

      // Then
      for (int i = 0; i < RESTARTED; i++) {
        assertOneRun(workspace, pods, jobs, workspace.completedBackup("b" + i));
        assertOneRun(pods, jobs, workspace.completedRestore("r" + i));
      }
    }
  }

  @Test
  void whatEndsWhileThereIsNoOperatorIsFoundOut(Cluster cluster, Workspace workspace)
      throws Exception {
    // Given two Backups that run, one of them unseen
    var shop = TestDatabase.create(cluster.postgres(17), "alone", "alone", "secret").withSample();
    workspace.connection("shop", shop);
    try (var lock = shop.connect()) {
      lock.setAutoCommit(false);
      lock.createStatement().execute("LOCK TABLE purchase IN ACCESS EXCLUSIVE MODE");
      workspace.backup("kept", "shop", workspace.s3(), "");
      workspace.backup("deleted", "shop", workspace.s3(), "");
      running(workspace, "kept");
      running(workspace, "deleted");

      // When both end without an operator, and the Job of one is deleted, pod and all
      cluster.operator().scale(0);
      lock.rollback();
    }
    var deleted = jobName(workspace, "deleted");
    workspace.await(Job.class, jobName(workspace, "kept"), OnceIT::succeeded);
    workspace.await(Job.class, deleted, OnceIT::succeeded);
    workspace.delete(Job.class, deleted);
    await().until(() -> workspace.pods().size() == 1);
    cluster.operator().scale(1);

    // Then the result is read from the one, and from storage for the other
    workspace.completedBackup("kept");
    workspace.completedBackup("deleted");
  }

  @Test
  void anOperatorKilledInTheMiddleOfADumpChangesNothing(Cluster cluster, Workspace workspace)
      throws Exception {
    // Given
    var shop = TestDatabase.create(cluster.postgres(17), "middle", "middle", "secret");
    workspace.connection("shop", shop.withBulk(60));
    workspace.backup("nightly", "shop", workspace.s3(), "");
    try (var dump =
        CopyInTheMiddle.of(
            workspace.backup("nightly"),
            shop.server(),
            () -> !cluster.s3().unfinishedUploads(workspace.namespace()).isEmpty())) {

      // When
      cluster.operator().restart();
    }

    // Then
    workspace.completedBackup("nightly");
    assertThat(workspace.pods()).hasSize(1);
  }

  @Test
  void aRunThatNoOperatorEverSawIsFoundOut(Cluster cluster, Workspace workspace) {
    // Given an operator that dies as soon as it has started the Job
    var shop = TestDatabase.create(cluster.postgres(17), "unseen", "unseen", "secret");
    workspace.connection("shop", shop.withSample());
    cluster.operator().scale(0);
    labelled(workspace, "Backup", "unseen", "storage: " + workspace.s3());
    var power = Power.after(write -> write.contains("/jobs/")); // which it has made before
    try (var operator = InProcessOperator.start(workspace, "unseen", power)) {
      await().until(power::isOff);
    }
    workspace.await(Job.class, jobName(workspace, "unseen"), OnceIT::succeeded);

    // When the Job goes before another operator comes
    workspace.delete(Job.class, jobName(workspace, "unseen"));
    await().until(() -> workspace.pods().isEmpty());
    cluster.operator().scale(1);

    // Then storage holds a complete backup, and the manifest decides
    workspace.completedBackup("unseen");
  }

  @Test
  void whatIsCreatedAnewWithoutStatusDoesNotRunAgain(Cluster cluster, Workspace workspace) {
    // Given
    var shop = TestDatabase.create(cluster.postgres(17), "anew", "anew", "secret").withSample();
    workspace.connection("shop", shop);
    workspace.backup("nightly", "shop", workspace.s3(), "");
    workspace.completedBackup("nightly");
    workspace.restore("copy", "{backupRef: {name: nightly}}", "shop", "anew_copy", "");
    workspace.completedRestore("copy");
    shop.server();
    var backup = withoutStatus(workspace, Backup.class, "nightly");
    var restore = withoutStatus(workspace, Restore.class, "copy");

    // When
    workspace.delete(Restore.class, "copy");
    workspace.delete(Backup.class, "nightly");
    workspace.awaitGone(Restore.class, "copy");
    workspace.awaitGone(Backup.class, "nightly");
    await().until(() -> workspace.jobs().isEmpty());
    workspace.apply(backup).apply(restore);

    // Then
    workspace.failedBackup("nightly", Reason.ALREADY_RAN);
    workspace.failedRestore("copy", Reason.ALREADY_RAN);
    assertThat(workspace.jobs()).isEmpty();
  }

  @Test
  void theSameYamlAgainChangesNothing(Cluster cluster, Workspace workspace) {
    // Given
    var shop = TestDatabase.create(cluster.postgres(17), "again", "again", "secret").withSample();
    workspace.connection("shop", shop);
    var bucket = workspace.s3();
    workspace.backup("nightly", "shop", bucket, "");
    workspace.restore("copy", "{backupRef: {name: nightly}}", "shop", "again_copy", "");
    workspace.completedBackup("nightly");
    workspace.completedRestore("copy");
    var backup = settled(workspace, Backup.class, "nightly");
    var restore = settled(workspace, Restore.class, "copy");
    var jobs = workspace.jobs();

    // When
    workspace.backup("nightly", "shop", bucket, "");
    workspace.restore("copy", "{backupRef: {name: nightly}}", "shop", "again_copy", "");
    cluster.operator().restart();
    cluster
        .kubectl()
        .run(
            "annotate",
            "--namespace=" + workspace.namespace(),
            "backup/nightly",
            "restore/copy",
            "note=touched");

    // Then
    assertThat(workspace.backup("nightly").getStatus()).isEqualTo(backup.getStatus());
    assertThat(workspace.restore("copy").getStatus()).isEqualTo(restore.getStatus());
    assertThat(workspace.jobs())
        .extracting(job -> job.getMetadata().getUid())
        .containsExactlyElementsOf(jobs.stream().map(job -> job.getMetadata().getUid()).toList());
    assertThat(managersOfStatus(workspace.backup("nightly"))).isEqualTo(managersOfStatus(backup));
  }

  @Test
  void whatARestoreDoesIsDoneOnce(Cluster cluster, Workspace workspace) {
    // Given a mode in which nothing in the target would stop a second run, and SQL that counts
    var shop = TestDatabase.create(cluster.postgres(17), "counted", "counted", "secret");
    workspace.connection("shop", shop.withSample());
    workspace.backup("nightly", "shop", workspace.s3(), "").completedBackup("nightly");
    workspace.apply(counting("first"));
    workspace.apply(counting("second"));
    cleaned(workspace, "first");
    awaitGate(shop, "first");
    assertRuns(shop, 1);

    // When the operator dies and the same YAML is applied during the restore and after it
    cluster.operator().restart();
    cleaned(workspace, "first");
    cluster.operator().restart();
    shop.executeAsSuperuser("CREATE ROLE first_may_end");
    workspace.completedRestore("first");
    var ended = settled(workspace, Restore.class, "first");
    cleaned(workspace, "first");
    cluster.operator().restart();
    workspace.delete(Job.class, ended.getStatus().jobName());
    workspace.awaitGone(Job.class, ended.getStatus().jobName());
    cluster.operator().restart();

    // Then
    assertThat(workspace.restore("first").getStatus()).isEqualTo(ended.getStatus());
    assertThat(workspace.jobs()).noneMatch(job -> job.getMetadata().getName().contains("first"));
    assertRuns(shop, 1);

    // When the Job of another is deleted in the middle, and all of that again
    cleaned(workspace, "second");
    awaitGate(shop, "second");
    workspace.delete(Job.class, workspace.restore("second").getStatus().jobName());
    workspace.failedRestore("second", Reason.JOB_MISSING);
    cleaned(workspace, "second");
    cluster.operator().restart();
    shop.executeAsSuperuser("CREATE ROLE second_may_end");

    // Then
    workspace.failedRestore("second", Reason.JOB_MISSING);
    await().until(() -> workspace.pods().stream().noneMatch(OnceIT::runs));
    assertRuns(shop, 2);
  }

  private static boolean runs(Pod pod) {
    return List.of("Pending", "Running").contains(pod.getStatus().getPhase());
  }

  private static String counting(String name) {
    return """
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: %1$s}
    data:
      count.sql: |
        BEGIN;
        CREATE SCHEMA IF NOT EXISTS counter;
        CREATE TABLE IF NOT EXISTS counter.runs (at timestamptz DEFAULT now());
        INSERT INTO counter.runs DEFAULT VALUES;
        COMMIT;
        DO $$ BEGIN
          WHILE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '%1$s_may_end') LOOP
            PERFORM pg_sleep(0.1);
          END LOOP;
        END $$;
    """
        .formatted(name);
  }

  private static void cleaned(Workspace workspace, String name) {
    workspace.restore(
        name,
        "{backupRef: {name: nightly}}",
        "shop",
        "counted",
        """
        mode: Clean
        confirm: counted
        notAfter: "2999-01-01T00:00:00Z"
        postSql: {configMapRef: {name: %s, key: count.sql}}
        """
            .formatted(name));
  }

  /** Without a session in the target, which its plan would find. */
  private static void awaitGate(TestDatabase shop, String name) {
    await(name)
        .atMost(Duration.ofMinutes(2))
        .until(
            () -> {
              try (var session = shop.server().superuser("postgres");
                  var statement = session.createStatement();
                  var row =
                      statement.executeQuery(
                          "SELECT FROM pg_stat_activity WHERE datname = 'counted' AND wait_event ="
                              + " 'PgSleep' AND query LIKE '%%%s_may_end%%'".formatted(name))) {
                return row.next();
              }
            });
  }

  private static void assertRuns(TestDatabase shop, int runs) {
    shop.execute(
        "DO $$ BEGIN ASSERT (SELECT count(*) FROM counter.runs) = %d, 'runs'; END $$"
            .formatted(runs));
  }

  @Test
  void aDeletedJobFailsItsRunAndLeavesNothing(Cluster cluster, Workspace workspace)
      throws Exception {
    // Given
    var shop = TestDatabase.create(cluster.postgres(17), "jobless", "jobless", "secret");
    shop.withSample();
    workspace.connection("shop", shop);
    workspace.backup("before", "shop", workspace.s3(), "");
    workspace.completedBackup("before");
    try (var lock = shop.connect()) {
      lock.setAutoCommit(false);
      lock.createStatement().execute("LOCK TABLE purchase IN ACCESS EXCLUSIVE MODE");
      workspace.backup("running", "shop", workspace.s3(), "");
      running(workspace, "running");

      // When
      workspace.delete(Job.class, jobName(workspace, "running"));
      var failed = workspace.failedBackup("running", Reason.JOB_MISSING);

      // Then
      assertThat(cluster.s3().keys(failed.getStatus().resolved().path())).isEmpty();
      assertThat(cluster.s3().unfinishedUploads(workspace.namespace())).isEmpty();
    }

    // When the Job of one that has ended is deleted
    var before = settled(workspace, Backup.class, "before");
    workspace.delete(Job.class, jobName(workspace, "before"));
    workspace.awaitGone(Job.class, before.getStatus().jobName());
    cluster.operator().restart();

    // Then
    assertThat(workspace.backup("before").getStatus()).isEqualTo(before.getStatus());
    assertThat(workspace.backup("before").getMetadata().getResourceVersion())
        .isEqualTo(before.getMetadata().getResourceVersion());
  }

  // --- operators that die ---

  /**
   * Begins resources, each by an operator that dies after one write more than the one before, until
   * none dies any more.
   *
   * @param create makes the n-th resource
   * @return whether the n-th operator died before its resource had ended
   */
  private static List<Boolean> dieAfterEachWrite(
      Workspace workspace, Class<? extends HasMetadata> kind, IntConsumer create) {
    var deaths = new ArrayList<Boolean>();
    try (var some = Executors.newFixedThreadPool(AT_ONCE)) {
      while (!deaths.contains(false)) {
        assertThat(deaths).as("the steps of the protocol").hasSizeLessThan(ENOUGH_WRITES);
        var first = deaths.size();
        var wave =
            IntStream.range(first, first + AT_ONCE)
                .peek(create)
                .mapToObj(
                    n -> some.submit(() -> dies(workspace, kind, "after-" + n, Power.after(n))))
                .toList();
        wave.forEach(one -> deaths.add(get(one)));
      }
    }
    return deaths;
  }

  private static boolean dies(
      Workspace workspace, Class<? extends HasMetadata> kind, String name, Power power) {
    try (var operator = InProcessOperator.start(workspace, name, power)) {
      await(name)
          .atMost(Duration.ofMinutes(3))
          .until(() -> power.isOff() || atRest(workspace.get(kind, name)));
      return power.isOff();
    }
  }

  private static <T> T get(Future<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    }
  }

  /** Completed, and without the finalizer that it then needs no more. */
  private static boolean atRest(HasMetadata resource) {
    var completed =
        switch (resource) {
          case Backup backup -> backup.getStatus().phase() == BackupPhase.COMPLETED;
          case Restore restore -> restore.getStatus().phase() == RestorePhase.COMPLETED;
          default -> false;
        };
    return completed && !resource.hasFinalizer(Labels.FINALIZER);
  }

  private static void labelled(Workspace workspace, String kind, String name, String spec) {
    workspace.apply(
        """
        apiVersion: pgcask.io/v1alpha1
        kind: %1$s
        metadata:
          name: %2$s
          labels: {%3$s: %2$s}
        spec:
          connectionRef: {name: shop}
        %4$s
        """
            .formatted(kind, name, InProcessOperator.LABEL, spec.indent(2)));
  }

  // --- one run ---

  private static void assertOneRun(Workspace workspace, History pods, History jobs, Backup backup) {
    assertOneRun(pods, jobs, backup);
    var path = backup.getStatus().resolved().path();
    assertThat(workspace.cluster().s3().keys(path))
        .as("one attempt, one manifest")
        .hasSizeBetween(
            Workspace.FILES_OF_A_BACKUP - 1,
            Workspace.FILES_OF_A_BACKUP) // a verification that was cut short leaves no result
        .contains(path + "/manifest.json")
        .filteredOn(key -> !key.matches(".*/(manifest\\.json|RESTORE\\.md|verification\\.json)"))
        .allMatch(key -> key.startsWith(path + "/1/"));
  }

  private static void assertOneRun(History pods, History jobs, HasMetadata resource) {
    var name = "%s %s".formatted(resource.getKind(), resource.getMetadata().getName());
    assertThat(uids(pods, resource)).as("pods that were ever made for " + name).hasSize(1);
    assertThat(uids(jobs, resource)).as("Jobs that were ever made for " + name).hasSize(1);
  }

  private static List<String> uids(History history, HasMetadata owner) {
    return history.versions().stream()
        .filter(
            version ->
                owner
                    .getMetadata()
                    .getUid()
                    .equals(Map.copyOf(version.getMetadata().getLabels()).get(Labels.OWNER_UID)))
        .map(version -> version.getMetadata().getUid())
        .distinct()
        .toList();
  }

  private static void running(Workspace workspace, String backup) {
    workspace.await(
        Backup.class, backup, found -> found.getStatus().phase() == BackupPhase.RUNNING);
  }

  private static String jobName(Workspace workspace, String backup) {
    return workspace
        .await(Backup.class, backup, found -> found.getStatus().jobName() != null)
        .getStatus()
        .jobName();
  }

  private static boolean succeeded(Job job) {
    return job.getStatus().getSucceeded() != null && job.getStatus().getSucceeded() == 1;
  }

  /** The resource, once the operator has nothing left to do for it. */
  private static <R extends HasMetadata> R settled(
      Workspace workspace, Class<R> kind, String name) {
    return workspace.await(kind, name, resource -> !resource.hasFinalizer(Labels.FINALIZER));
  }

  private static List<String> managersOfStatus(HasMetadata resource) {
    return resource.getMetadata().getManagedFields().stream()
        .filter(entry -> "status".equals(entry.getSubresource()))
        .map(entry -> entry.getManager() + " " + entry.getTime())
        .toList();
  }

  /** As a tool that saves and restores resources writes it. */
  private static String withoutStatus(
      Workspace workspace, Class<? extends HasMetadata> kind, String name) {
    var saved = workspace.get(kind, name);
    var annotations = saved.getMetadata().getAnnotations();
    assertThat(annotations).containsKey(Labels.STARTED_AT);
    return Serialization.asJson(
        Map.of(
            "apiVersion",
            saved.getApiVersion(),
            "kind",
            saved.getKind(),
            "metadata",
            Map.of("name", name, "annotations", annotations),
            "spec",
            spec(saved)));
  }

  private static Object spec(HasMetadata resource) {
    return switch (resource) {
      case Backup backup -> backup.getSpec();
      case Restore restore -> restore.getSpec();
      default -> throw new IllegalArgumentException(resource.getKind());
    };
  }
}
