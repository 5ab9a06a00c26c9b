package io.pgcask.operator.schedule;

import static java.util.function.UnaryOperator.identity;
import static java.util.stream.Collectors.toMap;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.operator.Names;
import io.pgcask.operator.Times;
import io.pgcask.operator.schedule.health.GoodBackups;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which Backup is that of a slot, by name. Pure.
 *
 * <p>One that was made by a clock that was ahead, and has been put right since, is not that of its
 * slot: when the slot comes, a second one is made, under a name of its own. That the clock was
 * ahead is not enough: while it is, the Backup that has just been made is to be found here.
 */
final class SlotRuns {

  private final BackupSchedule schedule;
  private final Map<String, Backup> children;

  SlotRuns(BackupSchedule schedule, List<Backup> children) {
    this.schedule = schedule;
    this.children =
        children.stream().collect(toMap(child -> child.getMetadata().getName(), identity()));
  }

  /** Name of the slot's Backup, be it there or not. */
  String name(Instant slot) {
    var first = Names.scheduledBackup(schedule.getMetadata().getName(), slot);
    var second = Names.repeatedBackup(schedule.getMetadata().getName(), slot);
    var isSecond =
        children.containsKey(second)
            || Optional.ofNullable(children.get(first))
                .filter(child -> GoodBackups.isBefore(child, slot))
                .filter(child -> isClockPutBack(child, slot))
                .isPresent();
    return isSecond ? second : first;
  }

  boolean isThere(Instant slot) {
    return children.containsKey(name(slot));
  }

  /** Slots run in their order, unless the clock was put back in between. */
  private boolean isClockPutBack(Backup early, Instant slot) {
    var status = schedule.getStatus();
    var isHistory =
        status != null
            && status.lastScheduleTime() != null
            && !status.lastScheduleTime().isBefore(slot);
    return isHistory
        || children.values().stream()
            .filter(child -> GoodBackups.slot(child).filter(slot::isAfter).isPresent())
            .anyMatch(child -> Times.created(child).isAfter(Times.created(early)));
  }
}
