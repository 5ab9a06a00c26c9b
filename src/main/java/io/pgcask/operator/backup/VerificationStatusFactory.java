package io.pgcask.operator.backup;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupPhase;
import io.pgcask.api.v1alpha1.BackupStatus;
import io.pgcask.api.v1alpha1.BackupStatusBuilder;
import io.pgcask.api.v1alpha1.Condition;
import io.pgcask.api.v1alpha1.LastHandled;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.VerificationLevel;
import io.pgcask.api.v1alpha1.VerificationResult;
import io.pgcask.api.v1alpha1.VerificationStatus;
import io.pgcask.api.v1alpha1.VerificationStatusBuilder;
import io.pgcask.contract.Result;
import io.pgcask.operator.job.Trouble;
import io.pgcask.operator.status.Conditions;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;

/** The status of a Backup by what was found when it was read again or restored. Pure. */
final class VerificationStatusFactory {

  private VerificationStatusFactory() {}

  /** Every byte is in storage, and the spec wants to see them restored first. */
  static BackupStatus proving(
      Backup backup, BackupStatusBuilder builder, Result result, Instant now) {
    return BackupStatusFactory.unfinished(
        backup,
        BackupStatusFactory.results(backup, builder, result, now),
        BackupPhase.VERIFYING,
        new Trouble(
            Reason.VERIFYING,
            "%s is written; it is being restored into a server that lives only for that"
                .formatted(backup.getStatus().location())),
        now);
  }

  /**
   * It was restored, or could not be.
   *
   * @param verified without a level if nothing could be found out
   */
  static BackupStatus proved(Backup backup, Result.Verified verified, Instant now) {
    var found = of(verified, now);
    var builder =
        BackupStatusFactory.unchanged(backup)
            .verification(
                VerificationStatusBuilder.builder(found).level(VerificationLevel.RESTORE).build());
    return verified.result() == VerificationResult.DAMAGED
        ? BackupStatusFactory.failed(
            backup,
            builder,
            new Trouble(Reason.VERIFICATION_FAILED, verified.message() + "; the data was kept"),
            now)
        : BackupStatusFactory.completed(backup, builder, UnaryOperator.identity(), now);
  }

  /** It was verified anew, or could not be; its phase stays what it was. */
  static BackupStatus verifiedAnew(
      Backup backup,
      VerifyCommand asked,
      Result.Verified verified,
      List<Result.Copied> copies,
      Instant now) {
    var status = backup.getStatus();
    var builder = BackupStatusFactory.unchanged(backup).lastHandled(new LastHandled(asked.value()));
    if (verified.level() == null) {
      return builder.build(); // nothing was read
    }
    builder.verification(of(verified, now)).copies(CopyStatuses.verifiedAnew(backup, copies));
    if (status.phase() == BackupPhase.COMPLETED) {
      var worst = CopyStatuses.worst(builder.verification(), builder.copies());
      var damaged = worst.result() == VerificationResult.DAMAGED;
      var conditions = BackupStatusFactory.conditions(backup, now);
      builder.conditions(
          verified(
                  damaged
                      ? conditions
                          .stalled(Reason.VERIFICATION_FAILED, worst.message())
                          .add(Condition.COMPLETE, "True", Reason.COMPLETED, status.message())
                          .add(Condition.FAILED, "False", Reason.COMPLETED, status.message())
                      : conditions.complete(Reason.COMPLETED, status.message()),
                  builder)
              .list());
    }
    return builder.build();
  }

  /** Adds to conditions what is known of the verification; nothing, if nothing is known. */
  static Conditions verified(Conditions conditions, BackupStatusBuilder builder) {
    if (builder.verification() == null) {
      return conditions;
    }
    var verification = CopyStatuses.worst(builder.verification(), builder.copies());
    return switch (verification.result()) {
      case PASSED ->
          conditions.add(Condition.VERIFIED, "True", Reason.VERIFIED, verification.message());
      case DAMAGED ->
          conditions.add(
              Condition.VERIFIED, "False", Reason.VERIFICATION_FAILED, verification.message());
      case INCONCLUSIVE ->
          conditions.add(
              Condition.VERIFIED,
              "Unknown",
              Reason.VERIFICATION_INCONCLUSIVE,
              verification.message());
    };
  }

  /** As the runner found it when it made the backup; null if it did not look. */
  static VerificationStatus of(Result result, Instant now) {
    var verified = result.verification();
    return verified == null ? null : of(verified, now);
  }

  private static VerificationStatus of(Result.Verified verified, Instant now) {
    return new VerificationStatus(
        verified.level(),
        verified.result(),
        Conditions.truncate(verified.message()),
        now,
        verified.durationSeconds(),
        verified.rowsChecked());
  }
}
