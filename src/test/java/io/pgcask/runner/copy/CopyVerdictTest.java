package io.pgcask.runner.copy;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.VerificationLevel;
import io.pgcask.api.v1alpha1.VerificationResult;
import io.pgcask.contract.Result;
import io.pgcask.runner.Results;
import io.pgcask.runner.TaskFailedException;
import java.util.List;
import org.junit.jupiter.api.Test;

class CopyVerdictTest {
  private static final Result DUMPED = Results.succeeded("dumped");

  private static CopyOutcome complete(String place, VerificationResult result) {
    var verified = new Result.Verified(VerificationLevel.HASH, result, "said so", 1);
    return new CopyOutcome.Complete(place, 42L, verified);
  }

  private static CopyOutcome failed(String place, Reason reason, boolean clean) {
    return new CopyOutcome.Failed(place, new TaskFailedException(reason, "because"), clean);
  }

  private static Result verdict(CopyOutcome... copies) {
    return CopyVerdict.of(DUMPED, "s3://own", List.of(copies));
  }

  @Test
  void withoutCopiesTheBackupIsAll() {
    assertThat(verdict()).isSameAs(DUMPED);
  }

  @Test
  void allCopiesAreNeeded() {
    var one = complete("s3://one", VerificationResult.PASSED);
    var two = failed("s3://two", Reason.STORAGE_DENIED, true);

    assertThat(verdict(one, one).succeeded()).isTrue();
    assertThat(verdict(one, two))
        .satisfies(
            result -> {
              assertThat(result.succeeded()).isFalse();
              assertThat(result.reason()).isEqualTo(Reason.STORAGE_DENIED);
              assertThat(result.clean()).isTrue();
              assertThat(result.message())
                  .isEqualTo(
                      "the backup in s3://own is complete and was kept;"
                          + " the copy in s3://two failed: because");
              assertThat(result.copies())
                  .containsExactly(
                      new Result.Copied(true, 42L, VerificationResult.PASSED, "said so"),
                      new Result.Copied(false, null, null, "because"));
            });
  }

  @Test
  void theFirstReasonCountsAndOneThatIsNotCleanMakesTheWholeNotClean() {
    var result =
        verdict(
            failed("s3://one", Reason.STORAGE_FULL, true),
            failed("s3://two", Reason.STORAGE_DENIED, false));

    assertThat(result.reason()).isEqualTo(Reason.STORAGE_FULL);
    assertThat(result.clean()).isFalse();
    assertThat(result.message())
        .contains("s3://one failed: because; the copy in s3://two failed: because; what was");
  }

  @Test
  void aDamagedCopyIsNoSuccessAndIsKept() {
    var result = verdict(complete("s3://one", VerificationResult.DAMAGED));

    assertThat(result.succeeded()).isFalse();
    assertThat(result.reason()).isEqualTo(Reason.VERIFICATION_FAILED);
    assertThat(result.message())
        .isEqualTo("the copy in s3://one is damaged: said so; the data was kept");
  }

  @Test
  void aCopyThatCouldNotBeReadAgainSaysNothing() {
    assertThat(verdict(complete("s3://one", VerificationResult.INCONCLUSIVE)).succeeded()).isTrue();
  }
}
