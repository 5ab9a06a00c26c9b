package io.pgcask.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupPhase;
import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.BackupScheduleStatus;
import io.pgcask.api.v1alpha1.PostgresConnection;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.operator.Labels;
import io.pgcask.operator.Names;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Schedules on the real API server, under the operator's rights, by an operator whose clock can be
 * put forward. Their Backups wait for a connection or a node, so that none ends before it is told
 * to.
 */
@OnCluster
class ScheduleIT {

  private final MovableClock clock = new MovableClock();
  private final AtomicInteger touches = new AtomicInteger();

  /** The first slot of an hourly schedule that is created now. */
  private final Instant first =
      Instant.now().truncatedTo(ChronoUnit.HOURS).plus(Duration.ofHours(1));

  private Workspace workspace;

  @BeforeAll
  static void noOtherOperator(Cluster cluster) {
    cluster.operator().scale(0);
  }

  @AfterAll
  static void theDeployedOneAgain(Cluster cluster) {
    cluster.operator().scale(1);
  }

  @BeforeEach
  void given(Workspace workspace) {
    this.workspace = workspace;
    workspace.apply(
        """
        apiVersion: pgcask.io/v1alpha1
        kind: PostgresConnection
        metadata: {name: shop}
        spec: {standard: {host: nowhere, database: shop, user: shop}}
        """);
  }

  @Test
  void afterADowntimeOverThreeSlotsOneBackupCatchesUp() {
    schedule("hourly", "", "");
    try (var operator = operator()) {
      seen("hourly");
    }
    clock.putTo(hour(2).plusSeconds(600));
    try (var operator = operator()) {
      var status = awaitStatus("hourly", s -> s.lastScheduleTime() != null);
      assertThat(status.lastScheduleTime()).isEqualTo(hour(2));
      assertThat(status.missedRuns()).isEqualTo(2);
      assertThat(status.nextScheduleTime()).isEqualTo(hour(3));
      assertThat(names()).containsExactly(name("hourly", hour(2)));
      workspace.awaitEvents("hourly", "SlotMissed", "BackupCreated");
    }
  }

  @Test
  void suspendedItMakesNoneAndResumedItWaitsForTheNextSlot() {
    schedule("hourly", "", "suspend: true");
    try (var operator = operator()) {
      awaitStatus("hourly", s -> reason(s).equals(Reason.SUSPENDED));
      clock.putTo(hour(1).plusSeconds(5));
      workspace.patchSpec(BackupSchedule.class, "hourly", "{\"suspend\":false}");
      var resumed = awaitStatus("hourly", s -> reason(s).equals(Reason.SCHEDULED));
      assertThat(resumed.nextScheduleTime()).isEqualTo(hour(2));
      assertThat(names()).isEmpty();

      clock.putTo(hour(2).minusSeconds(2));
      look("hourly"); // and wait for the timer
      awaitStatus("hourly", s -> hour(2).equals(s.lastScheduleTime()));
      assertThat(names()).containsExactly(name("hourly", hour(2)));
    }
  }

  @Test
  void anotherTimeZoneCountsFromThenOn() {
    // Kathmandu is 05:45 ahead of UTC: its hours are full at a quarter past
    schedule("hourly", "", "");
    try (var operator = operator()) {
      assertThat(seen("hourly").nextScheduleTime()).isEqualTo(first);
      clock.putTo(first.plusSeconds(1200));
      look("hourly");
      awaitStatus("hourly", s -> first.equals(s.lastScheduleTime()));
      workspace.patchSpec(BackupSchedule.class, "hourly", "{\"timeZone\":\"Asia/Kathmandu\"}");
      var status =
          awaitStatus("hourly", s -> s.observedTimetable().equals("0 * * * * Asia/Kathmandu"));
      assertThat(status.nextScheduleTime()).isEqualTo(first.plusSeconds(4500));
      assertThat(names()).as("no slot of before").containsExactly(name("hourly", first));
    }
  }

  @Test
  void aBackupThatGetsNoPodEndsAndTheNextSlotRuns(Cluster cluster) {
    cluster.operator().scale(1);
    workspace.delete(PostgresConnection.class, "shop");
    workspace.connection(
        "shop", TestDatabase.create(cluster.postgres(17), "stuck", "stuck", "secret"));
    cluster.operator().scale(0);
    schedule("hourly", "pendingDeadlineSeconds: 10", "");
    try (var operator = operator()) {
      seen("hourly");
      clock.putTo(first);
      look("hourly");
      workspace.await(
          Backup.class,
          name("hourly", first),
          backup -> backup.getStatus().phase() == BackupPhase.PENDING);
      clock.putTo(hour(1));
      look("hourly");
      assertThat(awaitStatus("hourly", s -> s.skippedRuns() != null).skippedRuns()).isOne();
      workspace.failedBackup(name("hourly", first), Reason.UNSCHEDULABLE);
      clock.putTo(hour(2));
      look("hourly");
      awaitStatus("hourly", s -> hour(2).equals(s.lastScheduleTime()));
      assertThat(names()).containsExactly(name("hourly", first), name("hourly", hour(2)));
    }
  }

  @Test
  void whatHappensIfRunsOverlapIsAChoice() {
    for (var policy : List.of("Forbid", "Allow", "Replace")) {
      schedule(policy.toLowerCase(), "", "concurrencyPolicy: " + policy);
    }
    try (var operator = operator()) {
      List.of("forbid", "allow", "replace").forEach(this::seen);
      clock.putTo(first);
      for (var schedule : List.of("forbid", "allow", "replace")) {
        look(schedule);
        workspace.await(
            Backup.class,
            name(schedule, first),
            backup -> backup.getStatus().phase() == BackupPhase.QUEUED);
      }
      clock.putTo(hour(1));
      List.of("forbid", "allow", "replace").forEach(this::look);

      var forbid = awaitStatus("forbid", s -> s.skippedRuns() != null);
      assertThat(forbid.lastScheduleTime()).isEqualTo(first);
      assertThat(forbid.active()).isOne();
      workspace.awaitEvents("forbid", "SlotSkipped");

      var allow = awaitStatus("allow", s -> hour(1).equals(s.lastScheduleTime()));
      assertThat(allow.active()).isEqualTo(2);

      workspace.failedBackup(name("replace", first), Reason.CANCELLED);
      var replace = awaitStatus("replace", s -> hour(1).equals(s.lastScheduleTime()));
      assertThat(replace.active()).isOne();
      workspace.awaitEvents("replace", "BackupReplaced", "BackupCreated");
    }
  }

  @Test
  void onRequestAtOnceAndOwned() {
    schedule("yearly", "", "suspend: true\nimmediate: true\nownBackups: true");
    schedule("kept", "", "immediate: true");
    try (var operator = operator()) {
      // Given immediate, unless it is suspended
      var kept = awaitStatus("kept", s -> s.lastBackupName() != null).lastBackupName();
      awaitStatus("yearly", s -> reason(s).equals(Reason.SUSPENDED));
      assertThat(names()).containsExactly(kept);

      // When
      workspace.annotate(BackupSchedule.class, "yearly", Labels.RUN_NOW, "before the upgrade");
      var status = awaitStatus("yearly", s -> s.lastHandled() != null);
      assertThat(status.lastHandled().runNow()).isEqualTo("before the upgrade");
      var requested = status.lastBackupName();
      assertThat(names()).containsExactlyInAnyOrder(kept, requested);
      look("yearly");
      assertThat(workspace.get(Backup.class, requested).getMetadata().getAnnotations())
          .containsEntry(Labels.RUN_NOW, "before the upgrade")
          .doesNotContainKey("kubectl.kubernetes.io/last-applied-configuration");

      // Then they go with the schedule, or stay
      workspace.delete(BackupSchedule.class, "yearly");
      workspace.delete(BackupSchedule.class, "kept");
      workspace.awaitGone(Backup.class, requested);
      assertThat(names()).containsExactly(kept);
    }
  }

  @Test
  void whatTheServerRefusesIsSaidAndTriedAgain() {
    schedule("hourly", "", "");
    workspace.apply(
        """
        apiVersion: v1
        kind: ResourceQuota
        metadata: {name: none}
        spec: {hard: {count/backups.pgcask.io: "0"}}
        """);
    try (var operator = operator()) {
      seen("hourly");
      workspace.await(
          io.fabric8.kubernetes.api.model.ResourceQuota.class,
          "none",
          quota -> quota.getStatus() != null && quota.getStatus().getHard() != null);
      clock.putTo(first);
      look("hourly");
      var refused = awaitStatus("hourly", s -> reason(s).equals(Reason.BACKUP_REFUSED));
      assertThat(refused.conditions().getFirst().message()).contains("quota: none");
      workspace.awaitEvents("hourly", "BackupRefused");
      workspace.delete(io.fabric8.kubernetes.api.model.ResourceQuota.class, "none");
      look("hourly");
      assertThat(awaitStatus("hourly", s -> reason(s).equals(Reason.SCHEDULED)).lastScheduleTime())
          .isEqualTo(first);
    }
  }

  /** The API server answers 500 for as long as the webhook is away. */
  @Test
  void aWebhookThatDoesNotAnswerStopsNothingElse() {
    schedule("hourly", "", "maxAgeOfLastSuccess: 30m");
    var webhook =
        Serialization.unmarshal(
            """
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingWebhookConfiguration
            metadata: {name: %1$s}
            webhooks:
              - name: nobody.test.pgcask.io
                clientConfig: {url: "https://127.0.0.1:1/"}
                rules:
                  - {apiGroups: [pgcask.io], apiVersions: ["*"], resources: [backups], operations: [CREATE]}
                namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %1$s}}
                failurePolicy: Fail
                sideEffects: None
                admissionReviewVersions: [v1]
            """
                .formatted(workspace.namespace()),
            ValidatingWebhookConfiguration.class);
    var client = workspace.cluster().withoutRetries();
    try (var operator = operator()) {
      seen("hourly");
      client.resource(webhook).create();
      try {
        await().until(() -> !takesBackups(client));
        clock.putTo(first);
        look("hourly");
        var refused = awaitStatus("hourly", s -> reason(s).equals(Reason.BACKUP_REFUSED));
        assertThat(refused.conditions().getFirst().message()).contains("failed calling webhook");

        // When the data gets too old meanwhile, Then that is said
        clock.putTo(first.plus(Duration.ofMinutes(59)));
        look("hourly");
        awaitStatus(
            "hourly",
            s ->
                s.conditions().stream()
                    .anyMatch(c -> c.reason().equals(Reason.RECOVERY_POINT_MISSED.word())));
      } finally {
        client.resource(webhook).delete();
      }
      await().until(() -> takesBackups(client));
      look("hourly");
      assertThat(awaitStatus("hourly", s -> reason(s).equals(Reason.SCHEDULED)).lastScheduleTime())
          .isEqualTo(first);
    }
  }

  private boolean takesBackups(KubernetesClient client) {
    var backup =
        Serialization.unmarshal(
            """
            apiVersion: pgcask.io/v1alpha1
            kind: Backup
            metadata: {name: tried, namespace: %s}
            spec: {connectionRef: {name: shop}, storage: {persistentVolumeClaim: {claimName: none}}}
            """
                .formatted(workspace.namespace()),
            Backup.class);
    try {
      client.resource(backup).dryRun(true).create();
      return true;
    } catch (KubernetesClientException e) {
      return false;
    }
  }

  private InProcessOperator operator() {
    return InProcessOperator.start(workspace, "schedules", clock);
  }

  private Instant hour(int later) {
    return first.plus(Duration.ofHours(later));
  }

  private static String name(String schedule, Instant slot) {
    return Names.scheduledBackup(schedule, slot);
  }

  private void schedule(String name, String template, String more) {
    workspace.apply(
        """
        apiVersion: pgcask.io/v1alpha1
        kind: BackupSchedule
        metadata: {name: %1$s, labels: {%2$s: schedules, argocd.argoproj.io/instance: shop}}
        spec:
          schedule: "0 * * * *"
        %3$s
          template:
            metadata: {labels: {%2$s: schedules}}
            spec:
              connectionRef: {name: shop}
              storage: {persistentVolumeClaim: {claimName: none}}
              pod: {nodeSelector: {nowhere: "true"}}
        %4$s
        """
            .formatted(name, InProcessOperator.LABEL, more.indent(2), template.indent(6)));
  }

  private List<String> names() {
    return workspace
        .cluster()
        .client()
        .resources(Backup.class)
        .inNamespace(workspace.namespace())
        .list()
        .getItems()
        .stream()
        .map(backup -> backup.getMetadata().getName())
        .sorted()
        .toList();
  }

  /** Waits until the operator has seen the schedule. */
  private BackupScheduleStatus seen(String schedule) {
    return awaitStatus(schedule, status -> status.nextScheduleTime() != null);
  }

  /** An event that makes the operator look, since its timer does not know that the clock moved. */
  private void look(String schedule) {
    workspace.annotate(
        BackupSchedule.class, schedule, "test/look", String.valueOf(touches.incrementAndGet()));
  }

  private BackupScheduleStatus awaitStatus(
      String schedule, Predicate<BackupScheduleStatus> condition) {
    return workspace
        .await(
            BackupSchedule.class,
            schedule,
            found -> found.getStatus().conditions() != null && condition.test(found.getStatus()))
        .getStatus();
  }

  private static Reason reason(BackupScheduleStatus status) {
    return Reason.of(status.conditions().getFirst().reason());
  }
}
