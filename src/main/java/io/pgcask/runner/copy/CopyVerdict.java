package io.pgcask.runner.copy;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.contract.Result;
import io.pgcask.contract.ResultBuilder;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a backup and its copies come to. It has succeeded only with all of them; but a backup that
 * is complete is worth keeping, whatever became of its copies. Pure.
 */
public final class CopyVerdict {
  private CopyVerdict() {}

  /**
   * The result of the whole.
   *
   * @param backup the result of the backup itself, which is complete
   * @param place where that lies, for people
   * @param copies in the order of the task
   */
  public static Result of(Result backup, String place, List<CopyOutcome> copies) {
    if (copies.isEmpty()) {
      return backup;
    }
    var failed = copies.stream().flatMap(copy -> copy.asFailed().stream()).toList();
    var damaged = copies.stream().flatMap(copy -> copy.asDamaged().stream()).toList();
    var whole =
        ResultBuilder.builder(backup).copies(copies.stream().map(CopyOutcome::copied).toList());
    if (!backup.succeeded()) {
      return whole.build();
    }
    if (!failed.isEmpty()) {
      return whole
          .succeeded(false)
          .reason(failed.getFirst().failure().reason())
          .clean(failed.stream().allMatch(CopyOutcome.Failed::clean))
          .message(
              "the backup in %s is complete and was kept; %s"
                  .formatted(
                      place,
                      failed.stream()
                          .map(
                              copy ->
                                  "the copy in %s failed: %s"
                                      .formatted(copy.place(), copy.explanation()))
                          .collect(Collectors.joining("; "))))
          .build();
    }
    if (!damaged.isEmpty()) {
      var first = damaged.getFirst();
      return whole
          .succeeded(false)
          .reason(Reason.VERIFICATION_FAILED)
          .message(
              "the copy in %s is damaged: %s; the data was kept"
                  .formatted(first.place(), first.verified().message()))
          .build();
    }
    return whole.build();
  }
}
