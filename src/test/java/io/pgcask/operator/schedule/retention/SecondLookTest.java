package io.pgcask.operator.schedule.retention;

import static io.pgcask.operator.schedule.ScheduleFixture.backup;
import static io.pgcask.operator.schedule.ScheduleFixture.schedule;
import static io.pgcask.operator.schedule.ScheduleFixture.slot;
import static io.pgcask.operator.schedule.retention.Candidates.rules;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupPhase;
import io.pgcask.api.v1alpha1.BackupSpecBuilder;
import io.pgcask.api.v1alpha1.BackupStatusBuilder;
import io.pgcask.operator.Labels;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Fifteen nights of a schedule that keeps twelve, as the cache has them and as they are. */
class SecondLookTest {

  private static final int NIGHTS = 15;
  private static final Instant NOW = slot(NIGHTS).plusSeconds(7200);
  private static final RetentionRules RULES = rules(spec -> spec.keepLast(12));

  private final Map<String, Backup> cached = new TreeMap<>();
  private final Map<String, Backup> current = new HashMap<>();
  private final Set<String> read = new HashSet<>();
  private final SecondLook look =
      new SecondLook(
          schedule(),
          RULES,
          NOW,
          backup -> {
            read.add(backup.getMetadata().getName());
            return Optional.ofNullable(current.get(backup.getMetadata().getName()));
          });
  private RetentionPlan plan;

  @BeforeEach
  void allAreThere() {
    for (var day = 1; day <= NIGHTS; day++) {
      cached.put(name(day), made(day));
      current.put(name(day), made(day));
    }
    plan =
        RetentionPlan.of(
            RULES,
            ZoneOffset.UTC,
            false,
            cached.values().stream().map(one -> Candidate.of(one, false)).toList(),
            NOW);
  }

  private static Backup made(int day) {
    var backup = backup(day, status -> status.resolved(null));
    backup.getMetadata().setUid("0a1b2c3d-%d".formatted(day));
    backup.getMetadata().setLabels(new HashMap<>(Map.of(Labels.SCHEDULE, "nightly")));
    backup.getMetadata().getAnnotations().put(Labels.SCHEDULE, "nightly");
    return backup;
  }

  private static String name(int day) {
    return "nightly-%02d".formatted(day);
  }

  private boolean pillarsStand() {
    return look.pillarsStand(plan, Series.of(made(1)), cached);
  }

  private boolean mayGo(int day) {
    var removal =
        plan.removals().stream()
            .filter(one -> one.candidate().name().equals(name(day)))
            .findFirst()
            .orElseThrow();
    return look.at(cached.get(name(day)), removal.candidate()).isPresent();
  }

  private void status(int day, Consumer<BackupStatusBuilder> change) {
    var builder = BackupStatusBuilder.builder(current.get(name(day)).getStatus());
    change.accept(builder);
    current.get(name(day)).setStatus(builder.build());
  }

  @Test
  void whatIsAsItWasMayGo() {
    assertThat(pillarsStand()).isTrue();
    assertThat(mayGo(1)).isTrue();
    assertThat(read).as("ten that stay, and the one").hasSize(11);
  }

  @Test
  void whatWasTakenOutOfRetentionDoesNotGo() {
    current.get(name(1)).getMetadata().getAnnotations().remove(Labels.SCHEDULE);
    current.get(name(2)).getMetadata().getLabels().remove(Labels.SCHEDULE);
    current.get(name(3)).getMetadata().getAnnotations().put(Labels.SCHEDULE, "another");

    for (var day = 1; day <= 3; day++) {
      assertThat(mayGo(day)).as(name(day)).isFalse();
    }
  }

  @Test
  void nothingGoesForOneThatWasTakenOutOfRetention() {
    current.get(name(NIGHTS)).getMetadata().getAnnotations().remove(Labels.SCHEDULE);

    assertThat(pillarsStand()).isFalse();
  }

  @Test
  void nothingGoesForOneOfThoseThatStayIfItIsGoneOrDamagedOrAnother() {
    // the newest one is there, and minKeep asks for no more
    current.remove(name(NIGHTS - 1));
    assertThat(pillarsStand()).isFalse();

    current.put(name(NIGHTS - 1), made(NIGHTS - 1));
    status(NIGHTS - 9, status -> status.phase(BackupPhase.DELETING));
    assertThat(pillarsStand()).isFalse();

    current.put(name(NIGHTS - 9), made(NIGHTS - 9));
    current.get(name(NIGHTS)).getMetadata().setUid("another");
    assertThat(pillarsStand()).isFalse();
  }

  @Test
  void whatIsGoneOrHeldNowDoesNotGo() {
    current.remove(name(1));
    current
        .get(name(2))
        .setSpec(BackupSpecBuilder.builder(current.get(name(2)).getSpec()).hold(true).build());

    assertThat(mayGo(1)).isFalse();
    assertThat(mayGo(2)).isFalse();
  }

  @Test
  void whereNothingGoodStaysNothingStands() {
    assertThat(look.pillarsStand(plan, Candidates.series("other"), cached)).isFalse();
  }

  @Test
  void whatWasDatedAheadIsJudgedAsInThePlan() {
    // Given the oldest one ended by a clock that was a year ahead, and has no slot
    var ahead = made(1);
    ahead.getMetadata().getAnnotations().remove(Labels.SCHEDULED_FOR);
    ahead.setStatus(
        BackupStatusBuilder.builder(ahead.getStatus())
            .snapshotTime(null)
            .completionTime(NOW.plusSeconds(31_536_000))
            .build());
    cached.put(name(1), ahead);
    current.put(name(1), ahead);
    var candidates = cached.values().stream().map(one -> Candidate.of(one, false)).toList();

    // When
    plan = RetentionPlan.of(RULES, ZoneOffset.UTC, false, candidates, NOW);

    // Then
    assertThat(mayGo(1)).isTrue();
  }
}
