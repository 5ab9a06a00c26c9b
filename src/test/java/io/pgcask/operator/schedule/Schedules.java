package io.pgcask.operator.schedule;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupPhase;
import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.BackupScheduleSpec;
import io.pgcask.api.v1alpha1.BackupScheduleSpecBuilder;
import io.pgcask.api.v1alpha1.BackupSpecBuilder;
import io.pgcask.api.v1alpha1.BackupStatusBuilder;
import io.pgcask.operator.Labels;
import java.time.Instant;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Schedules and Backups of tests. */
final class Schedules {

  static final String NAME = "nightly";

  private Schedules() {}

  /** A schedule that nobody has seen yet. */
  static BackupSchedule of(
      Instant created, String cron, UnaryOperator<BackupScheduleSpecBuilder> settings) {
    var schedule = new BackupSchedule();
    schedule.setMetadata(
        new ObjectMetaBuilder()
            .withName(NAME)
            .withNamespace("shop")
            .withUid("6f1c2a90-0000-4000-8000-000000000001")
            .withGeneration(1L)
            .withCreationTimestamp(created.toString())
            .build());
    schedule.setSpec(
        settings
            .apply(
                BackupScheduleSpecBuilder.builder()
                    .schedule(cron)
                    .template(
                        new BackupScheduleSpec.Template(null, BackupSpecBuilder.builder().build())))
            .build());
    return schedule;
  }

  static Backup backup(String name, BackupPhase phase, Instant ended) {
    var backup = new Backup();
    backup.setMetadata(
        new ObjectMetaBuilder()
            .withName(name)
            .withNamespace("shop")
            .withAnnotations(Map.of(Labels.SCHEDULE, NAME))
            .build());
    backup.setSpec(BackupSpecBuilder.builder().build());
    backup.setStatus(BackupStatusBuilder.builder().phase(phase).completionTime(ended).build());
    return backup;
  }
}
