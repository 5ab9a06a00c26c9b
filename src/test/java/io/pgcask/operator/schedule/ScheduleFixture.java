package io.pgcask.operator.schedule;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupPhase;
import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.BackupScheduleStatusBuilder;
import io.pgcask.api.v1alpha1.BackupStatus;
import io.pgcask.api.v1alpha1.BackupStatusBuilder;
import io.pgcask.api.v1alpha1.Condition;
import io.pgcask.api.v1alpha1.DumpFormat;
import io.pgcask.api.v1alpha1.ResolvedConnection;
import io.pgcask.operator.Labels;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A schedule that was created on March 1st, 2026, and its Backups. */
public final class ScheduleFixture {

  private ScheduleFixture() {}

  /**
   * A schedule called nightly.
   *
   * @param more further fields of its spec, a line each
   */
  public static BackupSchedule schedule(String... more) {
    return Serialization.unmarshal(
        """
        metadata: {name: nightly, namespace: demo, uid: 0a1b2c3d-4e5f, generation: 1, creationTimestamp: "2026-03-01T00:00:00Z"}
        spec:
          schedule: "0 2 * * *"
          template: {spec: {connectionRef: {name: shop}, storage: {s3: {bucket: b, credentialsSecretRef: {name: s3}}}}}
        %s
        """
            .formatted(String.join("\n", more).indent(2)),
        BackupSchedule.class);
  }

  /** The same schedule, with another status. */
  public static BackupSchedule with(
      BackupSchedule schedule, Consumer<BackupScheduleStatusBuilder> change) {
    var builder =
        schedule.getStatus() == null
            ? BackupScheduleStatusBuilder.builder()
            : BackupScheduleStatusBuilder.builder(schedule.getStatus());
    change.accept(builder);
    schedule.setStatus(builder.build());
    return schedule;
  }

  /** That day of March, at two, when a slot is. */
  public static Instant slot(int day) {
    return Instant.parse("2026-03-%02dT02:00:00Z".formatted(day));
  }

  /** Completed, of the slot of that day; its snapshot is a minute later, its end an hour later. */
  public static Backup backup(int day) {
    var backup = new Backup();
    var annotations = new HashMap<String, String>();
    annotations.put(Labels.SCHEDULED_FOR, slot(day).toString());
    backup.setMetadata(
        new ObjectMetaBuilder()
            .withName("nightly-%02d".formatted(day))
            .withNamespace("demo")
            .withCreationTimestamp(slot(day).toString())
            .withAnnotations(annotations)
            .build());
    var spec = schedule().getSpec().template().spec();
    backup.setSpec(spec);
    backup.setStatus(
        BackupStatusBuilder.builder()
            .phase(BackupPhase.COMPLETED)
            .reason("Completed")
            .message("it went well")
            .resolved(
                new BackupStatus.Resolved(
                    new ResolvedConnection("shop", "db", 5432, "shop"),
                    DumpFormat.CUSTOM,
                    spec.storage(),
                    null,
                    "demo/shop/nightly",
                    "image",
                    null))
            .startTime(slot(day))
            .snapshotTime(slot(day).plusSeconds(60))
            .completionTime(slot(day).plusSeconds(3600))
            .durationSeconds(3600L)
            .sizeBytes(10L << 20)
            .estimatedRows(1_000_000L)
            .changeEvidence(Map.of("rows", "1"))
            .build());
    return backup;
  }

  /** The same with another status. */
  public static Backup backup(int day, Consumer<BackupStatusBuilder> change) {
    var backup = backup(day);
    var builder = BackupStatusBuilder.builder(backup.getStatus());
    change.accept(builder);
    backup.setStatus(builder.build());
    return backup;
  }

  /** One that has failed. */
  public static Backup failed(int day) {
    return backup(day, status -> status.phase(BackupPhase.FAILED).reason("DumpFailed"));
  }

  /** One that is Completed and was found damaged. */
  public static Backup damaged(int day) {
    return backup(
        day,
        status ->
            status.conditions(
                List.of(
                    new Condition(
                        Condition.VERIFIED, "False", "VerificationFailed", "bad", 1L, slot(day)))));
  }
}
