package io.pgcask.operator.schedule.health;

import io.pgcask.api.v1alpha1.Condition;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.operator.status.Conditions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A condition before it has a time and a generation.
 *
 * @param status True, False or Unknown
 */
public record Verdict(String type, String status, Reason reason, String message) {

  /** One that holds. */
  public static Verdict yes(String type, Reason reason, String message) {
    return new Verdict(type, "True", reason, message);
  }

  /** One that does not. */
  public static Verdict no(String type, Reason reason, String message) {
    return new Verdict(type, "False", reason, message);
  }

  /** One of which nothing is known. */
  public static Verdict unknown(String type, Reason reason, String message) {
    return new Verdict(type, "Unknown", reason, message);
  }

  /** The same as a status has it, if it has one of that type with a reason that is known. */
  public static Optional<Verdict> of(List<Condition> conditions, String type) {
    return Optional.ofNullable(conditions).orElse(List.of()).stream()
        .filter(condition -> condition.type().equals(type))
        .flatMap(
            condition ->
                Arrays.stream(Reason.values())
                    .filter(reason -> reason.word().equals(condition.reason()))
                    .map(
                        reason ->
                            new Verdict(type, condition.status(), reason, condition.message())))
        .findFirst();
  }

  /** Adds it to the conditions of a status. */
  public Conditions addTo(Conditions conditions) {
    return conditions.add(type, status, reason, message);
  }
}
