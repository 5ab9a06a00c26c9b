package io.pgcask.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgcask.api.v1alpha1.LocalObjectRef;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.Storage;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

class S3RetryTest {
  private final S3Retry retry =
      S3Retry.brief(
          new S3Errors(
              new Storage.S3("b", null, null, "http://s3", true, new LocalObjectRef("s"), null)));
  private final AtomicInteger calls = new AtomicInteger();

  @Test
  void triesAgainWhatMayPassAndGivesUpInTheEnd() {
    assertThatThrownBy(
            () ->
                retry.call(
                    "s3://b/x",
                    () -> {
                      calls.incrementAndGet();
                      throw SdkClientException.create("no answer");
                    }))
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> assertThat(e.reason()).isEqualTo(Reason.STORAGE_UNREACHABLE));
    assertThat(calls).hasValue(4);
  }

  @ParameterizedTest
  @CsvSource({"403, AccessDenied", "404, NoSuchKey", "400, EntityTooSmall", "507, StorageFull"})
  void doesNotTryAgainWhatWasRefused(int status, String code) {
    assertThatThrownBy(
            () ->
                retry.call(
                    "s3://b/x",
                    () -> {
                      calls.incrementAndGet();
                      throw MemoryS3.failure(status, code);
                    }))
        .isInstanceOf(StorageException.class);
    assertThat(calls).hasValue(1);
  }

  @ParameterizedTest
  @CsvSource({
    "503, SlowDown",
    "400, RequestTimeout",
    "409, ConditionalRequestConflict",
    "400, BadDigest"
  })
  void triesAgainWhatTheServerCallsPassing(int status, String code) throws Exception {
    var answer =
        retry.call(
            "s3://b/x",
            () -> {
              if (calls.incrementAndGet() == 1) {
                throw MemoryS3.failure(status, code);
              }
              return "done";
            });
    assertThat(answer).isEqualTo("done");
    assertThat(calls).hasValue(2);
  }

  @Test
  void doesNotTryAgainForAThreadThatIsInterrupted() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(
            () ->
                retry.call(
                    "s3://b/x",
                    () -> {
                      calls.incrementAndGet();
                      throw SdkClientException.create("no answer");
                    }))
        .isInstanceOf(StorageException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(calls).hasValue(1);
  }

  @Test
  void givesAServerTheTimeThatItAsksFor() {
    assertThat(S3Retry.askedFor(slowDown("7"))).contains(Duration.ofSeconds(7));
    assertThat(S3Retry.askedFor(slowDown("3600"))).contains(Duration.ofSeconds(60));
    assertThat(S3Retry.askedFor(slowDown("soon"))).isEqualTo(Optional.empty());
    assertThat(S3Retry.askedFor(MemoryS3.failure(503, "SlowDown"))).isEqualTo(Optional.empty());
    assertThat(S3Retry.askedFor(SdkClientException.create("x"))).isEqualTo(Optional.empty());
  }

  private static S3Exception slowDown(String retryAfter) {
    return (S3Exception)
        S3Exception.builder()
            .statusCode(503)
            .awsErrorDetails(
                AwsErrorDetails.builder()
                    .errorCode("SlowDown")
                    .sdkHttpResponse(
                        SdkHttpResponse.builder()
                            .statusCode(503)
                            .putHeader("Retry-After", retryAfter)
                            .build())
                    .build())
            .build();
  }
}
