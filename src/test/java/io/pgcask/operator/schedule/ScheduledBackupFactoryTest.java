package io.pgcask.operator.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.BackupScheduleSpec;
import io.pgcask.api.v1alpha1.BackupSpecBuilder;
import io.pgcask.operator.Labels;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScheduledBackupFactoryTest {

  private static final Instant SLOT = Instant.parse("2026-11-26T13:00:00Z");

  @Test
  void whatATemplateHasCopiedFromABackupDoesNotKeepTheNextFromRunning() {
    // Given
    var metadata =
        new BackupScheduleSpec.Metadata(
            Map.of("purpose", "nightly", Labels.RESTORE, "other"),
            Map.of("owner", "shop", Labels.STARTED_AT, "2026-11-01T00:00:00Z"));
    var schedule =
        Schedules.of(
            SLOT.minusSeconds(60),
            "@hourly",
            spec ->
                spec.template(
                    new BackupScheduleSpec.Template(
                        metadata, BackupSpecBuilder.builder().build())));

    // When
    var made =
        ScheduledBackupFactory.backup(schedule, new Run("x", SLOT, new Run.Cause.Slot()))
            .getMetadata();

    // Then
    assertThat(made.getLabels())
        .containsOnly(Map.entry("purpose", "nightly"), Map.entry(Labels.SCHEDULE, "nightly"));
    assertThat(made.getAnnotations())
        .containsOnlyKeys("owner", Labels.SCHEDULE, Labels.SCHEDULED_FOR);
  }
}
