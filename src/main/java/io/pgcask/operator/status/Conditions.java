package io.pgcask.operator.status;

import io.pgcask.api.v1alpha1.Condition;
import io.pgcask.api.v1alpha1.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the conditions of a resource with the meaning that kstatus gives them: exactly one of
 * Ready, Reconciling and Stalled is True once the operator has seen the resource. The transition
 * time moves only when a status moves.
 */
public final class Conditions {
  private static final int MESSAGE_MAX = 2048;

  private final List<Condition> previous;
  private final Long generation;
  private final Instant now;
  private final List<Condition> conditions = new ArrayList<>();

  private Conditions(List<Condition> previous, Long generation, Instant now) {
    this.previous = previous == null ? List.of() : previous;
    this.generation = generation;
    this.now = now;
  }

  /** Starts from the conditions that the resource has; null for none. */
  public static Conditions from(List<Condition> previous, Long generation, Instant now) {
    return new Conditions(previous, generation, now);
  }

  /** The resource is what its spec asks for. */
  public Conditions ready(Reason reason, String message) {
    return add(Condition.READY, "True", reason, message)
        .add(Condition.RECONCILING, "False", reason, message)
        .add(Condition.STALLED, "False", reason, message);
  }

  /** The operator works on it. */
  public Conditions reconciling(Reason reason, String message) {
    return add(Condition.READY, "False", reason, message)
        .add(Condition.RECONCILING, "True", reason, message)
        .add(Condition.STALLED, "False", reason, message);
  }

  /** It makes no progress without a change by a person. */
  public Conditions stalled(Reason reason, String message) {
    return add(Condition.READY, "False", reason, message)
        .add(Condition.RECONCILING, "False", reason, message)
        .add(Condition.STALLED, "True", reason, message);
  }

  /** A one-shot resource that has not ended. */
  public Conditions unfinished(Reason reason, String message) {
    return reconciling(reason, message)
        .add(Condition.COMPLETE, "False", reason, message)
        .add(Condition.FAILED, "False", reason, message);
  }

  /** A one-shot resource that ended well. */
  public Conditions complete(Reason reason, String message) {
    return ready(reason, message)
        .add(Condition.COMPLETE, "True", reason, message)
        .add(Condition.FAILED, "False", reason, message);
  }

  /** A one-shot resource that ended badly. */
  public Conditions failed(Reason reason, String message) {
    return stalled(reason, message)
        .add(Condition.COMPLETE, "False", reason, message)
        .add(Condition.FAILED, "True", reason, message);
  }

  /** Adds a condition of the kind's own. */
  public Conditions add(String type, String status, Reason reason, String message) {
    var since =
        previous.stream()
            .filter(condition -> condition.type().equals(type))
            .filter(condition -> condition.status().equals(status))
            .map(Condition::lastTransitionTime)
            .findFirst()
            .orElse(now);
    conditions.add(
        new Condition(type, status, reason.word(), truncate(message), generation, since));
    return this;
  }

  /** The conditions, in the order in which they were added. */
  public List<Condition> list() {
    return List.copyOf(conditions);
  }

  /** The same conditions, computed from a newer generation that changes none of them. */
  public static List<Condition> ofGeneration(List<Condition> conditions, Long generation) {
    return conditions.stream()
        .map(
            c ->
                new Condition(
                    c.type(),
                    c.status(),
                    c.reason(),
                    c.message(),
                    generation,
                    c.lastTransitionTime()))
        .toList();
  }

  /** A message that the schema takes. */
  public static String truncate(String message) {
    return message.length() <= MESSAGE_MAX ? message : message.substring(0, MESSAGE_MAX - 1) + "…";
  }
}
