package io.pgcask.operator.schedule.notification;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupPhase;
import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.BackupScheduleStatus;
import io.pgcask.api.v1alpha1.BackupScheduleStatusBuilder;
import io.pgcask.api.v1alpha1.BackupStatusBuilder;
import io.pgcask.api.v1alpha1.Condition;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.VerificationResult;
import io.pgcask.api.v1alpha1.VerificationStatusBuilder;
import io.pgcask.operator.schedule.health.GoodBackups;
import io.pgcask.operator.schedule.health.ScheduleHealth;
import io.pgcask.operator.schedule.health.Verdict;
import io.pgcask.operator.status.Conditions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A schedule with receivers, and its Backups, for tests without a cluster. */
final class NightlySchedule {

  static final Instant CREATED = Instant.parse("2026-11-01T00:00:00Z");

  private NightlySchedule() {}

  /** With receivers given as YAML of spec.notifications. */
  static BackupSchedule with(String notifications) {
    return Serialization.unmarshal(
        """
        apiVersion: pgcask.io/v1alpha1
        kind: BackupSchedule
        metadata:
          name: nightly
          namespace: shop
          uid: 6c0c2b3e-5f6b-4a0e-9a33-0d5f0a3c8f11
          generation: 1
          creationTimestamp: "%s"
        spec:
          schedule: "30 2 * * *"
          maxAgeOfLastSuccess: 26h
          template: {spec: {connectionRef: {name: shop}}}
          notifications: %s
        """
            .formatted(CREATED, notifications),
        BackupSchedule.class);
  }

  /** One webhook that is told of everything, and a heartbeat. */
  static BackupSchedule withBoth() {
    return with(
        "[{webhook: {urlSecretRef: {name: hook, key: url}}, events: [Failed, Overdue, Recovered,"
            + " Completed]}, {heartbeat: {urlSecretRef: {name: beat, key: url}}}]");
  }

  /** The same schedule with what an outbox leaves in its status. */
  static BackupSchedule after(BackupSchedule schedule, Outbox outbox) {
    var before =
        Optional.ofNullable(schedule.getStatus())
            .map(BackupScheduleStatusBuilder::builder)
            .orElseGet(BackupScheduleStatusBuilder::builder)
            .conditions(java.util.List.of())
            .build();
    return withStatus(schedule, Notifications.into(schedule, before, outbox, CREATED));
  }

  static BackupSchedule withStatus(BackupSchedule schedule, BackupScheduleStatus status) {
    var copy = new BackupSchedule();
    copy.setMetadata(schedule.getMetadata());
    copy.setSpec(schedule.getSpec());
    copy.setStatus(status);
    return copy;
  }

  /**
   * What Backups say.
   *
   * @param overdueSince since when the newest good one is too old
   */
  static ScheduleHealth health(List<Backup> children, Optional<Instant> overdueSince, Instant now) {
    var type = Condition.HEALTHY;
    return new ScheduleHealth(
        overdueSince.isPresent()
            ? Verdict.no(type, Reason.RECOVERY_POINT_MISSED, "too old")
            : Verdict.yes(type, Reason.RECOVERY_POINT_KEPT, "young enough"),
        Verdict.unknown(Condition.SIZE_ANOMALY, Reason.NO_BACKUP_YET, "too few"),
        Optional.empty(),
        overdueSince,
        GoodBackups.newestFirst(children, now).stream().map(GoodBackups::ended).findFirst(),
        Optional.empty(),
        0,
        List.of(),
        List.of());
  }

  static Backup completed(String name, Instant end) {
    return backup(name, BackupPhase.COMPLETED, "Completed", "12 tables", end);
  }

  static Backup failed(String name, Instant end) {
    return backup(name, BackupPhase.FAILED, "DumpFailed", "pg_dump: error: <boom> & more", end);
  }

  /** A completed one that was found damaged later. */
  static Backup damaged(String name, Instant end, Instant found) {
    var backup = completed(name, end);
    backup.setStatus(
        BackupStatusBuilder.builder(backup.getStatus())
            .verification(
                VerificationStatusBuilder.builder()
                    .result(VerificationResult.DAMAGED)
                    .message("sha256 differs")
                    .time(found)
                    .build())
            .conditions(notVerified("sha256 differs", found))
            .build());
    return backup;
  }

  /** A completed one of which a copy was found damaged later. */
  static Backup damagedCopy(String name, Instant end, Instant found) {
    var backup = completed(name, end);
    backup.setStatus(
        BackupStatusBuilder.builder(backup.getStatus())
            .verification(
                VerificationStatusBuilder.builder()
                    .result(VerificationResult.PASSED)
                    .message("all is well")
                    .time(found)
                    .build())
            .conditions(notVerified("the copy in s3://other is damaged", found))
            .build());
    return backup;
  }

  private static List<Condition> notVerified(String message, Instant found) {
    return Conditions.from(List.of(), 1L, found)
        .add(Condition.VERIFIED, "False", Reason.VERIFICATION_FAILED, message)
        .list();
  }

  static Backup backup(String name, BackupPhase phase, String reason, String message, Instant end) {
    var backup = Serialization.unmarshal("spec: {connectionRef: {name: shop}}", Backup.class);
    backup.setMetadata(
        new ObjectMetaBuilder()
            .withName(name)
            .withNamespace("shop")
            .withUid("uid of " + name)
            .withCreationTimestamp(CREATED.toString())
            .build());
    backup.setStatus(
        BackupStatusBuilder.builder()
            .phase(phase)
            .reason(reason)
            .message(message)
            .completionTime(end)
            .durationSeconds(72L)
            .sizeBytes(phase == BackupPhase.COMPLETED ? 1_288_490_188L : null)
            .location(phase == BackupPhase.COMPLETED ? "s3://backups/shop/" + name : null)
            .build());
    return backup;
  }
}
