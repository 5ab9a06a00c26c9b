package io.pgcask.operator.schedule.retention;

import static io.pgcask.operator.schedule.retention.Candidates.failed;
import static io.pgcask.operator.schedule.retention.Candidates.good;
import static io.pgcask.operator.schedule.retention.Candidates.rules;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.BackupScheduleSpec;
import io.pgcask.api.v1alpha1.BackupSpecBuilder;
import io.pgcask.api.v1alpha1.LocalObjectRef;
import io.pgcask.api.v1alpha1.RetentionStatus;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RetentionStatusFactoryTest {
  private static final Instant NOW = Instant.parse("2026-03-10T12:00:00Z");
  private static final Optional<Instant> NEXT = Optional.of(Instant.parse("2026-03-11T02:00:00Z"));

  private static BackupSchedule schedule() {
    var schedule = new BackupSchedule();
    schedule.setSpec(
        new BackupScheduleSpec(
            "0 2 * * *",
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            new BackupScheduleSpec.Template(
                null,
                BackupSpecBuilder.builder()
                    .connectionRef(new LocalObjectRef(Candidates.SHOP.connection()))
                    .database(Candidates.SHOP.database())
                    .build())));
    return schedule;
  }

  private static RetentionStatus status(
      RetentionRules rules, Optional<Instant> next, List<Candidate> backups) {
    return RetentionStatusFactory.of(
        RetentionPlan.of(rules, ZoneOffset.UTC, next.isEmpty(), backups, NOW),
        NextPlan.of(schedule(), List.of(), rules, ZoneOffset.UTC, backups, next, NOW),
        7,
        Optional.empty());
  }

  @Test
  void tellsWhatWillGoOnceTheNextOneIsCompleted() {
    var status =
        status(
            rules(spec -> spec.keepLast(2)),
            NEXT,
            List.of(good("2026-03-10T02:00:00Z"), good("2026-03-09T02:00:00Z")));

    assertThat(status.retained()).isEqualTo(2);
    assertThat(status.removed()).isEqualTo(7);
    assertThat(status.paused()).isNull();
    assertThat(status.nextRemovals()).isEqualTo(1);
    assertThat(status.next())
        .containsExactly(
            new RetentionStatus.Removal(
                "2026-03-09T02:00:00Z",
                Instant.parse("2026-03-09T02:00:00Z"),
                "no rule keeps it (keepLast 2)"));
  }

  @Test
  void tellsItAlsoWhileTheNewestOneHasFailed() {
    var status =
        status(
            rules(spec -> spec.keepLast(1)),
            NEXT,
            List.of(
                failed("2026-03-10T02:00:00Z"),
                good("2026-03-09T02:00:00Z"),
                good("2026-03-08T02:00:00Z")));

    assertThat(status.paused()).contains("2026-03-10T02:00:00Z");
    assertThat(status.nextRemovals()).isEqualTo(2);
  }

  @Test
  void whileSuspendedTellsWhatWouldGoNow() {
    var status =
        status(
            rules(spec -> spec.keepLast(1)),
            Optional.empty(),
            List.of(good("2026-03-09T02:00:00Z"), good("2026-03-08T02:00:00Z")));

    assertThat(status.paused()).contains("suspend");
    assertThat(status.nextRemovals()).isEqualTo(1);
  }

  @Test
  void isSilentOfWhatThereIsNot() {
    var status =
        status(rules(spec -> spec.keepLast(5)), NEXT, List.of(good("2026-03-10T02:00:00Z")));

    assertThat(status.nextRemovals()).isZero();
    assertThat(status.next()).isNull();
  }

  @Test
  void staysSmallHoweverManyGo() {
    var backups = new ArrayList<Candidate>();
    for (var hour = 0; hour < 10_000; hour++) {
      var time = NOW.minus(Duration.ofHours(hour));
      backups.add(
          new Candidate(
              "n".repeat(248) + "%05d".formatted(hour),
              time,
              time,
              Candidates.SHOP,
              hour == 0
                  ? new Standing.Good()
                  : new Standing.Uncounted("it failed, and there is data of it"),
              Optional.empty(),
              Optional.empty(),
              Optional.empty()));
    }

    var status =
        status(
            rules(
                spec ->
                    spec.keepLast(10)
                        .keepHourly(24)
                        .keepDaily(30)
                        .keepWeekly(12)
                        .keepMonthly(12)
                        .keepYearly(3)),
            NEXT,
            backups);

    assertThat(status.nextRemovals()).isGreaterThan(9_000);
    assertThat(status.next()).hasSize(50);
    assertThat(status.next().getFirst().backup()).endsWith("09999");
    assertThat(Serialization.asJson(status).getBytes(StandardCharsets.UTF_8).length)
        .isLessThan(28 * 1024);
  }
}
