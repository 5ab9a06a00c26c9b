package io.pgcask.operator.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupStatus;
import io.pgcask.api.v1alpha1.BackupStatusBuilder;
import io.pgcask.api.v1alpha1.LocalObjectRef;
import io.pgcask.api.v1alpha1.Restore;
import io.pgcask.api.v1alpha1.RestoreLocation;
import io.pgcask.api.v1alpha1.RestorePhase;
import io.pgcask.api.v1alpha1.RestoreSpec;
import io.pgcask.api.v1alpha1.RestoreSpecBuilder;
import io.pgcask.api.v1alpha1.RestoreStatus;
import io.pgcask.api.v1alpha1.RestoreStatusBuilder;
import io.pgcask.api.v1alpha1.Storage;
import io.pgcask.operator.Labels;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BackupReadersTest {

  private static final Set<RestorePhase> ENDED =
      Set.of(RestorePhase.COMPLETED, RestorePhase.COMPLETED_WITH_WARNINGS, RestorePhase.FAILED);

  private static Restore restore(RestoreSpec.Source source, RestorePhase phase) {
    var restore = new Restore();
    restore.setSpec(RestoreSpecBuilder.builder().source(source).build());
    restore.setStatus(RestoreStatusBuilder.builder().phase(phase).build());
    return restore;
  }

  private static Set<String> read(Restore restore) {
    return BackupReaders.needed(List.of(restore)).backups();
  }

  private static RestoreSpec.Source of(String backup) {
    return new RestoreSpec.Source(new LocalObjectRef(backup), null, null);
  }

  @ParameterizedTest
  @EnumSource(RestorePhase.class)
  void aRestoreNeedsItsBackupUntilItEnds(RestorePhase phase) {
    var ended = ENDED.contains(phase);

    assertThat(read(restore(of("a"), phase))).isEqualTo(ended ? Set.of() : Set.of("a"));
  }

  @Test
  void oneThatNoOperatorHasSeenYetDoesToo() {
    var unseen = restore(of("a"), null);
    unseen.setStatus(null);

    assertThat(read(unseen)).containsExactly("a");
  }

  @Test
  void whoIsToChooseLaterDoesNotReadWhatWasMarkedBefore() {
    var marked = Instant.parse("2026-11-27T10:00:00Z");
    var before = bySchedule(RestorePhase.QUEUED);
    before.getMetadata().setCreationTimestamp("2026-11-27T10:00:00Z");
    var later = bySchedule(RestorePhase.QUEUED);
    later.getMetadata().setCreationTimestamp("2026-11-27T10:00:01Z");
    var named = restore(of("a"), RestorePhase.QUEUED);
    named.getMetadata().setCreationTimestamp("2026-11-27T10:00:01Z");

    assertThat(BackupReaders.canRead(before, marked)).isTrue();
    assertThat(BackupReaders.canRead(later, marked)).isFalse();
    assertThat(BackupReaders.canRead(named, marked)).isTrue();
  }

  private static Restore at(String path) {
    var claim = new Storage.PersistentVolumeClaim("claim", "deep");
    var place = new RestoreLocation(new Storage(null, claim), path, null);
    return restore(new RestoreSpec.Source(null, place, null), RestorePhase.RUNNING);
  }

  @Test
  void oneByLocationNeedsTheBackupThatLiesThere() {
    // Given
    var backup = new Backup();
    backup.setMetadata(new ObjectMetaBuilder().withName("a").build());
    var storage = new Storage(null, new Storage.PersistentVolumeClaim("claim", null));
    backup.setStatus(
        BackupStatusBuilder.builder()
            .resolved(new BackupStatus.Resolved(null, null, storage, null, "deep/ns/a", null, null))
            .build());

    // Then
    for (var path : List.of("ns/a", "ns/a/shop.dump")) {
      assertThat(BackupReaders.needed(List.of(at(path))).has(backup)).as(path).isTrue();
    }
    for (var path : List.of("ns/ab", "ns", "a", "deep/ns/a")) {
      assertThat(BackupReaders.needed(List.of(at(path))).has(backup)).as(path).isFalse();
    }
    var ended = at("ns/a");
    ended.setStatus(RestoreStatusBuilder.builder().phase(RestorePhase.COMPLETED).build());
    assertThat(BackupReaders.needed(List.of(ended)).has(backup)).isFalse();
  }

  private static Restore bySchedule(RestorePhase phase) {
    return restore(
        new RestoreSpec.Source(null, null, new RestoreSpec.Scheduled("nightly", true, null)),
        phase);
  }

  private static Backup made(String name, String schedule) {
    var backup = new Backup();
    backup.setMetadata(
        new ObjectMetaBuilder()
            .withName(name)
            .withAnnotations(schedule == null ? Map.of() : Map.of(Labels.SCHEDULE, schedule))
            .build());
    return backup;
  }

  @ParameterizedTest
  @EnumSource(RestorePhase.class)
  void oneByScheduleNeedsAllOfTheScheduleUntilItHasChosen(RestorePhase phase) {
    // Given
    var ended = ENDED.contains(phase);
    var needed = BackupReaders.needed(List.of(bySchedule(phase)));

    // Then
    assertThat(needed.has(made("a", "nightly"))).isEqualTo(!ended);
    assertThat(needed.has(made("b", "nightly"))).isEqualTo(!ended);
    assertThat(needed.has(made("a", "weekly"))).isFalse();
    assertThat(needed.has(made("nightly", null))).isFalse();
  }

  @Test
  void oneByScheduleThatNoOperatorHasSeenYetDoesToo() {
    var unseen = bySchedule(null);
    unseen.setStatus(null);

    assertThat(BackupReaders.needed(List.of(unseen)).has(made("a", "nightly"))).isTrue();
  }

  @ParameterizedTest
  @EnumSource(RestorePhase.class)
  void oneByScheduleThatHasChosenNeedsThatBackupAlone(RestorePhase phase) {
    // Given
    var ended = ENDED.contains(phase);
    var restore = bySchedule(phase);
    restore.setStatus(
        RestoreStatusBuilder.builder(restore.getStatus())
            .resolved(new RestoreStatus.Resolved(null, null, null, "a", null, null, null))
            .build());
    var needed = BackupReaders.needed(List.of(restore));

    // Then
    assertThat(needed.has(made("a", "nightly"))).isEqualTo(!ended);
    assertThat(needed.has(made("b", "nightly"))).isFalse();
  }
}
