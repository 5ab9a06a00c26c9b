package io.pgcask.operator.schedule.change;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.BackupSpec;
import io.pgcask.api.v1alpha1.BackupStatus;
import io.pgcask.api.v1alpha1.PostgresConnection;
import io.pgcask.api.v1alpha1.ResolvedConnection;
import io.pgcask.api.v1alpha1.Storage;
import io.pgcask.operator.Quantities;
import io.pgcask.operator.schedule.CronSchedule;
import io.pgcask.operator.schedule.TemplateSpec;
import io.pgcask.operator.schedule.change.SkipDecision.Run;
import io.pgcask.operator.schedule.change.SkipDecision.Skip;
import io.pgcask.operator.schedule.health.GoodBackups;
import io.pgcask.postgres.change.ChangeEvidence;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * When a slot may be skipped. Pure. Whatever is not known speaks for a Backup: one too many costs
 * time, one too few costs data.
 */
final class SkipRule {

  private static final Duration DEFAULT_MAX_SKIP = Duration.ofHours(24);

  private SkipRule() {}

  /** What speaks for a Backup before the database is looked at; empty: nothing. */
  static Optional<Run> beforeLooking(
      BackupSchedule schedule, Optional<Backup> newestGood, Instant now) {
    if (newestGood.isEmpty()) {
      return run("there is no good Backup of this schedule");
    }
    var backup = newestGood.get();
    var spec = schedule.getSpec().template().spec();
    return dumpsMoreThanIsCounted(spec)
        .or(() -> growsTooOld(schedule, backup, now))
        .or(() -> goesSoon(schedule, backup, now))
        .or(
            () ->
                TemplateSpec.sameBackup(backup.getSpec(), spec)
                    ? Optional.empty()
                    : run(
                        "the template asks for something else than Backup %s holds"
                            .formatted(name(backup))))
        .or(
            () ->
                Optional.ofNullable(backup.getStatus().changeEvidence())
                        .filter(evidence -> !evidence.isEmpty())
                        .isPresent()
                    ? Optional.empty()
                    : run(
                        "it is not known what the database looked like when Backup %s was made"
                            .formatted(name(backup))));
  }

  /** What no counter of the database tells of. */
  private static Optional<Run> dumpsMoreThanIsCounted(BackupSpec spec) {
    if (spec.preSql() != null || spec.postSql() != null) {
      return run("preSql and postSql may change what is dumped");
    }
    return spec.foreignData() != null && !spec.foreignData().isEmpty()
        ? run("the rows of foreign tables are kept elsewhere")
        : Optional.empty();
  }

  /** It would be older than allowed before a later slot could replace it. */
  private static Optional<Run> growsTooOld(BackupSchedule schedule, Backup backup, Instant now) {
    var most =
        Optional.ofNullable(schedule.getSpec().maxSkip())
            .map(Quantities::parse)
            .orElse(DEFAULT_MAX_SKIP);
    return nextSlot(schedule, now)
            .filter(GoodBackups.dataTime(backup, now).plus(most)::isAfter)
            .isPresent()
        ? Optional.empty()
        : run("Backup %s gets older than maxSkip before the next slot".formatted(name(backup)));
  }

  /** It would be gone before a later slot could replace it. */
  private static Optional<Run> goesSoon(BackupSchedule schedule, Backup backup, Instant now) {
    var goes = backup.getStatus().expirationTime();
    if (goes == null || Boolean.TRUE.equals(backup.getSpec().hold())) {
      return Optional.empty();
    }
    return nextSlot(schedule, now).filter(goes::isAfter).isPresent()
        ? Optional.empty()
        : run("Backup %s expires before the next slot".formatted(name(backup)));
  }

  private static Optional<Instant> nextSlot(BackupSchedule schedule, Instant now) {
    return CronSchedule.parse(schedule.getSpec().schedule(), schedule.getSpec().timeZone())
        .next(now);
  }

  /**
   * What else speaks for a Backup; empty: nothing.
   *
   * @param target what would be dumped now
   */
  static Optional<Run> elsewhere(
      BackupSchedule schedule,
      Backup backup,
      PostgresConnection connection,
      ResolvedConnection target) {
    if (connection.getSpec().readHost() != null) {
      return run("a readHost is mostly a standby, which counts no changes");
    }
    var resolved = Optional.ofNullable(backup.getStatus().resolved());
    if (!resolved.map(BackupStatus.Resolved::connection).filter(target::equals).isPresent()) {
      return run("Backup %s is of another server or database".formatted(name(backup)));
    }
    var spec = schedule.getSpec().template().spec();
    var storage =
        Optional.ofNullable(spec.storage())
            .or(() -> Optional.ofNullable(connection.getSpec().defaultStorage()));
    return storage.equals(resolved.map(BackupStatus.Resolved::storage))
            && list(spec.copies()).equals(list(resolved.get().copies()))
        ? Optional.empty()
        : run("Backup %s lies in another storage".formatted(name(backup)));
  }

  private static List<Storage> list(List<Storage> copies) {
    return Optional.ofNullable(copies).orElse(List.of());
  }

  /** The decision, once the database has been looked at. */
  static SkipDecision decide(Backup backup, ChangeEvidence looked, Instant now) {
    var then = new ChangeEvidence.Known(backup.getStatus().changeEvidence());
    return looked
        .differenceFrom(then)
        .<SkipDecision>map(Run::new)
        .orElseGet(() -> new Skip(name(backup), now));
  }

  private static Optional<Run> run(String why) {
    return Optional.of(new Run(why));
  }

  private static String name(Backup backup) {
    return backup.getMetadata().getName();
  }
}
