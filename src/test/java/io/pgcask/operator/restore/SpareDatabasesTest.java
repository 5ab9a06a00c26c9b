package io.pgcask.operator.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.Restore;
import io.pgcask.api.v1alpha1.RestorePhase;
import io.pgcask.api.v1alpha1.RestoreSpecBuilder;
import io.pgcask.api.v1alpha1.RestoreStatus;
import io.pgcask.api.v1alpha1.RestoreStatusBuilder;
import io.pgcask.api.v1alpha1.SpareDatabase;
import io.pgcask.contract.Result;
import io.pgcask.contract.ResultBuilder;
import io.pgcask.operator.connection.DatabaseRemoval.Outcome;
import io.pgcask.operator.job.Trouble;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SpareDatabasesTest {

  private static final Instant END = Instant.parse("2026-01-31T18:00:00Z");
  private static final Result KEPT =
      ResultBuilder.builder()
          .succeeded(true)
          .reason(Reason.COMPLETED)
          .kept(new Result.Kept("shop_before_0123abcd", 4294967295L))
          .build();
  private static final Outcome IN_USE =
      new Outcome.NotYet(new Trouble(Reason.DATABASE_IN_USE, "others use it"));

  private static Restore restore(String keepOld) {
    var restore =
        Serialization.unmarshal(
            """
            apiVersion: pgcask.io/v1alpha1
            kind: Restore
            metadata: {name: shop, namespace: demo, uid: 0123abcd-89ab}
            spec:
              source: {backupRef: {name: nightly}}
              connectionRef: {name: shop}
              database: shop
              mode: Replace
            """,
            Restore.class);
    restore.setSpec(RestoreSpecBuilder.builder(restore.getSpec()).keepOld(keepOld).build());
    return restore;
  }

  private static RestoreStatus ended(RestorePhase phase) {
    return RestoreStatusBuilder.builder().phase(phase).completionTime(END).build();
  }

  private static Optional<SpareDatabase> toDrop(Restore restore, RestoreStatus status) {
    restore.setStatus(status);
    return SpareDatabases.toDrop(restore);
  }

  private static SpareDatabase kept() {
    var restore = restore("24h");
    var status = SpareDatabases.reported(restore, ended(RestorePhase.COMPLETED), KEPT);
    return toDrop(restore, status).orElseThrow();
  }

  private static SpareDatabase temporary() {
    var restore = restore(null);
    var status = SpareDatabases.lost(restore, ended(RestorePhase.FAILED));
    return toDrop(restore, status).orElseThrow();
  }

  @Test
  void theOldDatabaseGoesAfterKeepOldAndNotBefore() {
    var spare = kept();

    assertThat(spare.name()).isEqualTo("shop_before_0123abcd");
    assertThat(spare.oid()).isEqualTo(4294967295L);
    assertThat(spare.dropTime()).isEqualTo(END.plus(Duration.ofHours(24)));
    assertThat(SpareDatabases.wait(spare, END)).isEqualTo(Duration.ofHours(24));
    assertThat(SpareDatabases.wait(spare, spare.dropTime().minusSeconds(1)))
        .isEqualTo(Duration.ofSeconds(1));
    assertThat(SpareDatabases.wait(spare, spare.dropTime())).isZero();
    assertThat(SpareDatabases.wait(spare, spare.dropTime().plusSeconds(900))).isZero();
  }

  @Test
  void withoutKeepOldItIsShownAndStays() {
    var restore = restore(null);
    var status = SpareDatabases.reported(restore, ended(RestorePhase.COMPLETED), KEPT);

    assertThat(status.keptDatabase().name()).isEqualTo("shop_before_0123abcd");
    assertThat(toDrop(restore, status)).isEmpty();
  }

  @Test
  void afterAFailureItStaysWhateverTheSpecSays() {
    var restore = restore("1m");
    var status = SpareDatabases.reported(restore, ended(RestorePhase.FAILED), KEPT);

    assertThat(status.keptDatabase().oid()).isEqualTo(4294967295L);
    assertThat(toDrop(restore, status)).isEmpty();
  }

  @Test
  void whatIsUnfinishedGoesAtOnceIfItMayBeThere() {
    var restore = restore(null);
    var left = ResultBuilder.builder().reason(Reason.RESTORE_FAILED).temporaryLeft(true).build();
    var clean = ResultBuilder.builder().reason(Reason.RESTORE_FAILED).build();
    var failed = ended(RestorePhase.FAILED);

    var spare = toDrop(restore, SpareDatabases.reported(restore, failed, left)).orElseThrow();
    assertThat(spare.name()).isEqualTo("shop_pgcask_0123abcd");
    assertThat(SpareDatabases.wait(spare, END)).isZero();
    assertThat(SpareDatabases.reported(restore, failed, clean)).isEqualTo(failed);
    assertThat(temporary()).isEqualTo(spare);

    restore.setSpec(RestoreSpecBuilder.builder(restore.getSpec()).dryRun(true).build());
    assertThat(SpareDatabases.lost(restore, failed)).isEqualTo(failed);
    restore.setSpec(RestoreSpecBuilder.builder().build());
    assertThat(SpareDatabases.lost(restore, failed)).isEqualTo(failed);
  }

  @Test
  void whatWasDroppedIsToldOfOnceAndDone() {
    var restore = restore("24h");
    var before = kept();
    var now = before.dropTime();
    var after = SpareDatabases.after(before, new Outcome.Dropped(), now);

    assertThat(after).map(SpareDatabase::droppedTime).contains(now);
    assertThat(SpareDatabases.news(before, after))
        .contains(
            new Trouble(Reason.DATABASE_DROPPED, "database shop_before_0123abcd: it was dropped"));
    var status = SpareDatabases.reported(restore, ended(RestorePhase.COMPLETED), KEPT);
    var written = SpareDatabases.with(status, before, after);
    assertThat(written.keptDatabase()).isEqualTo(after.orElseThrow());
    assertThat(toDrop(restore, written)).isEmpty();
  }

  @Test
  void whatIsInUseIsTriedAgainAfterPausesThatDoubleUpToAnHour() {
    var spare = kept();
    var pauses = new ArrayList<Long>();
    var news = new ArrayList<Trouble>();
    for (int i = 0; i < 9; i++) {
      var now = Optional.ofNullable(spare.retryTime()).orElse(spare.dropTime());
      assertThat(SpareDatabases.wait(spare, now)).isZero();
      var after = SpareDatabases.after(spare, IN_USE, now);
      SpareDatabases.news(spare, after).ifPresent(news::add);
      spare = after.orElseThrow();
      pauses.add(SpareDatabases.wait(spare, now).toMinutes());
    }

    assertThat(pauses).isEqualTo(List.of(1L, 1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L));
    assertThat(spare.message()).isEqualTo("it cannot be dropped now: others use it");
    assertThat(news)
        .as("not at every attempt")
        .containsExactly(
            new Trouble(
                Reason.DATABASE_NOT_DROPPED,
                "database shop_before_0123abcd: it cannot be dropped now: others use it"));
  }

  @Test
  void anotherDatabaseIsLeftAloneForGood() {
    var restore = restore("24h");
    var before = kept();
    var after = SpareDatabases.after(before, new Outcome.Another("it is called x now"), END);

    var status = SpareDatabases.reported(restore, ended(RestorePhase.COMPLETED), KEPT);
    assertThat(toDrop(restore, SpareDatabases.with(status, before, after))).isEmpty();
    assertThat(SpareDatabases.news(before, after))
        .contains(
            new Trouble(
                Reason.DATABASE_NOT_DROPPED,
                "database shop_before_0123abcd: it is not dropped: it is called x now"));
  }

  @Test
  void whatIsGoneIsDone() {
    var after = SpareDatabases.after(kept(), new Outcome.Gone(), END);
    assertThat(after).map(SpareDatabase::droppedTime).contains(END);
    assertThat(SpareDatabases.news(kept(), after))
        .map(Trouble::message)
        .contains("database shop_before_0123abcd: it was gone already");

    // and of an unfinished one that never was, nothing is said
    var restore = restore(null);
    var status = SpareDatabases.lost(restore, ended(RestorePhase.FAILED));
    var none = SpareDatabases.after(temporary(), new Outcome.Gone(), END);
    assertThat(none).isEmpty();
    assertThat(SpareDatabases.news(temporary(), none)).isEmpty();
    assertThat(SpareDatabases.with(status, temporary(), none))
        .isEqualTo(ended(RestorePhase.FAILED));
  }

  @Test
  void onlyTheNamesThatTheRestoreGivesAreItsOwn() {
    var restore = restore("24h");
    assertThat(SpareDatabases.isOf(restore, kept())).isTrue();
    assertThat(SpareDatabases.isOf(restore, temporary())).isTrue();
    for (var name : List.of("shop", "shop_before_0123abce", "shop_pgcask_0123abcd")) {
      var edited = new SpareDatabase(name, 17L, END, null, null, null);
      assertThat(SpareDatabases.isOf(restore, edited)).as(name).isFalse();
    }
  }
}
