package io.pgcask.operator.schedule.storage;

import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.operator.schedule.health.Verdict;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Which schedules share which storage, and how that stands. For several threads; it starts nothing
 * and waits for nothing.
 */
final class ProbeBook {

  private final Map<String, Member> members = new HashMap<>();
  private final Map<StorageIdentity, ProbeRound> rounds = new HashMap<>();

  /**
   * A schedule.
   *
   * @param subject what of its spec says where to
   * @param identity empty before the first look
   * @param looking whether somebody finds out its identity, or probes for it
   * @param lookAgain when to find out whether it is still the same
   * @param wake tells it that there is news
   */
  private record Member(
      Object subject,
      Optional<StorageIdentity> identity,
      boolean looking,
      Instant lookAgain,
      Runnable wake) {

    Member looks(Object subject, Instant lookAgain, Runnable wake) {
      return new Member(subject, identity, true, lookAgain, wake);
    }

    Member with(StorageIdentity found) {
      return new Member(subject, Optional.of(found), looking, lookAgain, wake);
    }

    Member rests() {
      return new Member(subject, identity, false, lookAgain, wake);
    }
  }

  /** Whether a look of this schedule is to begin now; then it counts as begun. */
  synchronized boolean begins(BackupSchedule schedule, Runnable wake, Instant now) {
    var uid = schedule.getMetadata().getUid();
    var subject = ProbePlan.subject(schedule);
    var member =
        members.computeIfAbsent(
            uid, missing -> new Member(subject, Optional.empty(), false, now, wake));
    var due =
        !member.subject().equals(subject)
            || ProbeTimes.isDue(member.lookAgain(), now)
            || round(member).filter(round -> round.isDue(now)).isPresent();
    if (member.looking() || !due) {
      return false;
    }
    members.put(uid, member.looks(subject, ProbeTimes.lookAgain(now, uid), wake));
    return true;
  }

  /**
   * What follows from a look.
   *
   * @param probes whether the storage is to be probed now; then that counts as begun
   * @param isNews whether the schedule has to hear of it even without a probe
   */
  record Found(boolean probes, boolean isNews) {}

  /** A look has found what the schedule's storage is. */
  synchronized Found found(BackupSchedule schedule, StorageIdentity identity, Instant now) {
    var uid = schedule.getMetadata().getUid();
    var member = members.get(uid);
    if (member == null) {
      return new Found(false, false);
    }
    var isChanged = member.identity().filter(identity::equals).isEmpty();
    var before = round(member);
    members.put(uid, member.with(identity));
    if (isChanged) {
      forgetUnused(member.identity());
    }
    var round = rounds.computeIfAbsent(identity, missing -> first(schedule, identity, before, now));
    // whoever has applied it just now waits for an answer
    var isApplied = isChanged && ProbeRound.known(schedule, "", now).isEmpty();
    var starts = round.isDue(now) || isApplied && !round.isGood() && !round.running();
    rounds.put(identity, starts ? round.started() : round);
    return new Found(starts, isChanged);
  }

  private static ProbeRound first(
      BackupSchedule schedule, StorageIdentity identity, Optional<ProbeRound> before, Instant now) {
    return before
        .map(round -> round.anew(now))
        .or(() -> ProbeRound.known(schedule, identity.place(), now))
        .orElseGet(() -> ProbeRound.unknown(now));
  }

  /**
   * A probe has ended. If it came to nothing since its schedule is gone, the next is due now.
   *
   * @param prober for which it was made
   * @return what tells the others that have to hear of it now; to the rest it is nothing new
   */
  synchronized List<Runnable> ended(
      BackupSchedule prober, StorageIdentity identity, Verdict verdict, Instant now) {
    var before = rounds.get(identity);
    // a schedule that is gone takes its Job along: that says nothing to the others
    var isLost = !has(prober) && "Unknown".equals(verdict.status());
    rounds.put(identity, isLost ? before.anew(now) : before.ended(verdict, identity.place(), now));
    forgetUnused(Optional.of(identity));
    var isNews =
        isLost
            || !before.verdict().status().equals(verdict.status())
            || !Objects.equals(before.verdict().reason(), verdict.reason());
    return isNews
        ? members.entrySet().stream()
            .filter(one -> !one.getKey().equals(prober.getMetadata().getUid()))
            .map(Map.Entry::getValue)
            .filter(member -> member.identity().filter(identity::equals).isPresent())
            .map(Member::wake)
            .toList()
        : List.of();
  }

  /**
   * The look has ended, and with it the probe that it led to.
   *
   * @return whether it took so long that the next one is due: nothing else tells the schedule
   */
  synchronized boolean rests(BackupSchedule schedule, Instant now) {
    var member =
        members.computeIfPresent(schedule.getMetadata().getUid(), (uid, one) -> one.rests());
    return member != null && !now.isBefore(member.lookAgain());
  }

  /** What is known of a schedule's storages. */
  synchronized StorageProbes.Known known(BackupSchedule schedule, Instant now) {
    var member = Optional.ofNullable(members.get(schedule.getMetadata().getUid()));
    var round =
        member
            .flatMap(this::round)
            .or(() -> ProbeRound.known(schedule, "", now))
            .orElseGet(() -> ProbeRound.unknown(now));
    return new StorageProbes.Known(
        round.verdict(), round.probedAt(), member.flatMap(one -> next(one, round, now)));
  }

  /** Never in the past: a look that takes longer than to the next one tells when it has ended. */
  private static Optional<Instant> next(Member member, ProbeRound round, Instant now) {
    var lookAgain = member.lookAgain();
    if (member.looking()) {
      return Optional.of(lookAgain).filter(now::isBefore);
    }
    return Optional.of(
        round.running() || lookAgain.isBefore(round.due()) ? lookAgain : round.due());
  }

  synchronized boolean has(BackupSchedule schedule) {
    return members.containsKey(schedule.getMetadata().getUid());
  }

  /** A schedule is gone. */
  synchronized void forget(BackupSchedule schedule) {
    Optional.ofNullable(members.remove(schedule.getMetadata().getUid()))
        .ifPresent(member -> forgetUnused(member.identity()));
  }

  private Optional<ProbeRound> round(Member member) {
    return member.identity().map(rounds::get);
  }

  private void forgetUnused(Optional<StorageIdentity> identity) {
    identity
        .filter(one -> members.values().stream().noneMatch(m -> m.identity().equals(identity)))
        .ifPresent(
            one -> rounds.computeIfPresent(one, (same, round) -> round.running() ? round : null));
  }
}
