package io.pgcask.operator.schedule.retention;

import io.pgcask.api.v1alpha1.BackupScope;
import io.pgcask.api.v1alpha1.DumpContent;
import io.pgcask.api.v1alpha1.Retention;
import io.pgcask.api.v1alpha1.RetentionBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Backups as retention sees them, named by their time. */
final class Candidates {
  static final Series SHOP = series("shop");

  private Candidates() {}

  static Series series(String database) {
    return new Series("conn", BackupScope.DATABASE, database, DumpContent.ALL, List.of());
  }

  static RetentionRules rules(Consumer<RetentionBuilder> spec) {
    var builder = RetentionBuilder.builder();
    spec.accept(builder);
    Retention built = builder.build();
    return RetentionRules.of(built);
  }

  static Candidate good(String time) {
    return of(time, new Standing.Good(), Optional.empty(), Optional.empty());
  }

  static Candidate held(String time) {
    return of(time, new Standing.Good(), Optional.empty(), Optional.of("spec.hold is true"));
  }

  static Candidate damaged(String time) {
    return of(
        time, new Standing.Uncounted("it is damaged"), Optional.of("is damaged"), Optional.empty());
  }

  static Candidate partial(String time) {
    return of(time, new Standing.Uncounted("it is partial"), Optional.empty(), Optional.empty());
  }

  static Candidate failed(String time) {
    return of(time, new Standing.Failed(), Optional.of("failed (DumpFailed)"), Optional.empty());
  }

  static Candidate expired(String time) {
    return of(time, new Standing.Gone(), Optional.empty(), Optional.empty());
  }

  static Candidate running(String time) {
    return of(time, new Standing.Apart("it has not ended"), Optional.empty(), Optional.empty());
  }

  static Candidate locked(String time, String until) {
    return new Candidate(
        time,
        Instant.parse(time),
        Instant.parse(time),
        SHOP,
        new Standing.Good(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(Instant.parse(until)));
  }

  static Candidate goodOf(String database, String time) {
    return new Candidate(
        database + "@" + time,
        Instant.parse(time),
        Instant.parse(time),
        series(database),
        new Standing.Good(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** The same, with a time that somebody else's clock has told. */
  static Candidate dated(String time, Candidate candidate) {
    return new Candidate(
        candidate.name(),
        Instant.parse(time),
        candidate.created(),
        candidate.series(),
        candidate.standing(),
        candidate.trouble(),
        candidate.spared(),
        candidate.lockedUntil());
  }

  private static Candidate of(
      String time, Standing standing, Optional<String> trouble, Optional<String> spared) {
    return new Candidate(
        time,
        Instant.parse(time),
        Instant.parse(time),
        SHOP,
        standing,
        trouble,
        spared,
        Optional.empty());
  }
}
