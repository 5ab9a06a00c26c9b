package io.pgcask.operator.backup;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupPhase;
import io.pgcask.contract.Result;
import io.pgcask.operator.job.JobProtocol;
import io.pgcask.operator.job.Next;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What becomes of a Backup that has ended: it expires, or somebody wants it verified anew. */
final class BackupCommands {

  private final BackupVerification verification;
  private final BackupRemoval removal;
  private final BackupWriter writer;

  BackupCommands(BackupVerification verification, BackupRemoval removal, BackupWriter writer) {
    this.verification = verification;
    this.removal = removal;
    this.writer = writer;
  }

  /**
   * Begins to delete what has expired, or verifies anew what was asked to be; a value that was
   * answered is not answered twice.
   */
  Next<Backup> next(Backup backup, Instant now) {
    var expires = Expiry.time(backup);
    if (backup.getStatus().phase() == BackupPhase.COMPLETED
        && !expires.equals(Optional.ofNullable(backup.getStatus().expirationTime()))) {
      return new Next.Continue<>(
          writer.write(backup, ExpiryStatusFactory.expiresAt(backup, expires)));
    }
    if (Expiry.isDue(backup, now)) {
      return removal.beginExpiry(backup, now);
    }
    var asked = VerifyCommand.of(backup);
    if (asked.isEmpty()) {
      return Expiry.wait(backup, now).<Next<Backup>>map(Next.Wait::new).orElseGet(Next.Done::new);
    }
    if (!BackupPlaces.holdsData(backup)) {
      return answered(backup, asked.get(), VerifyCommand.nothingToVerify(), List.of(), now);
    }
    if (asked.get().level().isEmpty()) {
      return answered(backup, asked.get(), asked.get().notUnderstood(), List.of(), now);
    }
    return switch (verification.verify(backup, asked.get(), now)) {
      case BackupVerification.State.Ended ended ->
          answered(backup, asked.get(), ended.verified(), ended.copies(), now);
      case BackupVerification.State.Pending pending -> new Next.Wait<>(JobProtocol.HELPER_POLL);
    };
  }

  private Next<Backup> answered(
      Backup backup,
      VerifyCommand asked,
      Result.Verified verified,
      List<Result.Copied> copies,
      Instant now) {
    var status = VerificationStatusFactory.verifiedAnew(backup, asked, verified, copies, now);
    var written = writer.write(backup, status);
    if (verified.level() == null) {
      writer.verified(written, verified.result(), verified.message());
    } else {
      var worst = CopyStatuses.worst(status.verification(), status.copies());
      writer.verified(written, worst.result(), worst.message());
    }
    return new Next.Continue<>(written);
  }
}
