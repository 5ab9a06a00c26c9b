package io.pgcask.operator.schedule;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.operator.Times;
import io.pgcask.operator.schedule.change.SkipDecision;
import io.pgcask.operator.schedule.change.UnchangedCheck;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Carries out a {@link Plan}: creates the Backup that is due, or cancels those in its way. */
@ApplicationScoped
public class SlotActions {

  private final ChildBackups backups;
  private final UnchangedCheck unchanged;
  private final ScheduleEvents events;

  /** Made by the container, and by tests with parts of their own. */
  public SlotActions(ChildBackups backups, UnchangedCheck unchanged, ScheduleEvents events) {
    this.backups = backups;
    this.unchanged = unchanged;
    this.events = events;
  }

  /** Who is to know of what is done. */
  interface Listener {
    /** A Backup is there now. */
    void created(Backup backup);

    /** What was looked for is known now; called on another thread. */
    void wake(BackupSchedule schedule);
  }

  Outcome act(
      BackupSchedule schedule,
      Timetable timetable,
      Plan plan,
      List<Backup> children,
      Listener listener) {
    return switch (plan) {
      case Plan.Nothing nothing -> new Outcome.Quiet();
      case Plan.Start start when isThere(start.run(), children) -> there(start, children);
      case Plan.Start start ->
          spared(schedule, timetable, start, children, listener::wake)
              .orElseGet(() -> create(schedule, start, listener));
      case Plan.Replace replace -> replace(schedule, replace);
      case Plan.Skip skip ->
          new Outcome.Skipped(
              skip.slot(),
              "Backup %s has not ended".formatted(skip.earlier().getMetadata().getName()),
              skip.missed());
      case Plan.Miss miss -> new Outcome.Missed(miss.slot(), miss.missed());
    };
  }

  private static boolean isThere(Run run, List<Backup> children) {
    return find(run, children).isPresent();
  }

  private static Optional<Backup> find(Run run, List<Backup> children) {
    return children.stream()
        .filter(child -> child.getMetadata().getName().equals(run.name()))
        .findFirst();
  }

  /** Of a value that was used before, and another since, the Backup is there and is an old one. */
  static Outcome.Settled there(Plan.Start start, List<Backup> children) {
    var created = find(start.run(), children).map(Times::created).orElseThrow();
    var isNewest = children.stream().map(Times::created).noneMatch(created::isBefore);
    return start.run().ofTimetable() || isNewest
        ? new Outcome.Created(start.run(), start.missed())
        : new Outcome.Declined(
            start.run(), "it was made for this value of run-now before; write another value");
  }

  private Outcome replace(BackupSchedule schedule, Plan.Replace replace) {
    for (var backup : replace.earlier()) {
      if (Boolean.TRUE.equals(backup.getSpec().cancel())) {
        continue;
      }
      var refused = backups.cancel(backup);
      if (refused.isPresent()) {
        return new Outcome.Refused(
            replace.run(),
            "Backup %s cannot be cancelled: %s"
                .formatted(backup.getMetadata().getName(), refused.get()));
      }
      events.replaced(schedule, backup, replace.run());
    }
    return new Outcome.Waiting(
        replace.run(),
        "waits for %s to end before it creates %s"
            .formatted(replace.earlier().getFirst().getMetadata().getName(), replace.run().name()));
  }

  /** With skipIfUnchanged: whether the slot is skipped, or it is not known yet. */
  private Optional<Outcome> spared(
      BackupSchedule schedule,
      Timetable timetable,
      Plan.Start start,
      List<Backup> children,
      Consumer<BackupSchedule> wake) {
    var run = start.run();
    if (!Boolean.TRUE.equals(schedule.getSpec().skipIfUnchanged())
        || !(run.cause() instanceof Run.Cause.Slot)) {
      return Optional.empty();
    }
    var begin = timetable.start(run.time());
    return switch (unchanged.ask(schedule, children, run.time(), begin, wake)) {
      case UnchangedCheck.Answer.Pending pending ->
          Optional.of(new Outcome.Looking(run, pending.until()));
      case UnchangedCheck.Answer.Decided(SkipDecision.Skip skip) ->
          Optional.of(new Outcome.Unchanged(run.time(), skip, start.missed()));
      case UnchangedCheck.Answer.Decided(SkipDecision.Run because) -> Optional.empty();
    };
  }

  private Outcome create(BackupSchedule schedule, Plan.Start start, Listener listener) {
    var run = start.run();
    return switch (backups.create(schedule, run)) {
      case ChildBackups.Creation.Made made -> {
        listener.created(made.backup());
        yield new Outcome.Begun();
      }
      case ChildBackups.Creation.There there -> {
        listener.created(there.backup());
        yield new Outcome.Created(run, start.missed());
      }
      case ChildBackups.Creation.NameTaken taken ->
          givenUp(run, start, "a Backup %s of somebody else exists".formatted(run.name()));
      case ChildBackups.Creation.Refused refused ->
          run.ofTimetable()
              ? new Outcome.Refused(run, refused.why())
              : new Outcome.Declined(run, refused.why());
      case ChildBackups.Creation.Unanswered unanswered ->
          new Outcome.Refused(run, unanswered.why());
    };
  }

  private static Outcome givenUp(Run run, Plan.Start start, String why) {
    return run.ofTimetable()
        ? new Outcome.Skipped(run.time(), why, start.missed())
        : new Outcome.Declined(run, why);
  }
}
