package io.pgcask.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgcask.api.v1alpha1.LocalObjectRef;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.Storage;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.ObjectLockMode;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/** Parts of ten bytes, three in an object. */
class S3UploadTest {
  private static final PartPlan PLAN = new PartPlan(10, 4, 3);
  private static final Instant NOW = Instant.parse("2026-01-31T10:00:00.5Z");

  private final MemoryS3 s3 = new MemoryS3();

  private S3Upload upload() {
    return upload(new Storage.S3("b", "p", null, "http://s3", true, new LocalObjectRef("s"), null));
  }

  private S3Upload upload(Storage.S3 storage) {
    var settings = new S3WriteSettings(storage, InstantSource.fixed(NOW));
    var errors = new S3Errors(storage);
    return new S3Upload(
        "dir/x",
        key ->
            new S3Piece(
                key, new S3Multipart(s3, "b", "p/" + key, "s3://b/p/" + key, errors, settings)),
        PLAN);
  }

  private static byte[] random(int length) {
    var bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1", "1, 1", "9, 1", "10, 1", "11, 1", "29, 1", "30, 1", "31, 2", "60, 2", "61, 3", "305, 11"
  })
  void rollsOverToAFurtherObjectWhenAnObjectIsFull(int length, int objects) throws Exception {
    // Given
    var bytes = random(length);

    // When
    var upload = upload();
    for (int i = 0; i < length; i += 7) {
      upload.write(bytes, i, Math.min(7, length - i));
    }
    assertThat(s3.objects).isEmpty();
    var stored = upload.complete();

    // Then
    assertThat(stored).hasSize(objects);
    assertThat(upload.storedBytes()).isEqualTo(length);
    var joined = new ByteArrayOutputStream();
    int number = 0;
    for (var object : stored) {
      number++;
      assertThat(object.key()).isEqualTo(number == 1 ? "dir/x" : "dir/x.%04d".formatted(number));
      var content = s3.objects.get("p/" + object.key());
      assertThat(object.sizeBytes()).isEqualTo(content.length);
      assertThat(object.sha256()).isEqualTo(Hashes.sha256(content));
      joined.writeBytes(content);
    }
    assertThat(joined.toByteArray()).isEqualTo(bytes);
    assertThat(s3.objects).hasSize(objects);
    assertThat(s3.uploads).isEmpty();
    assertThat(s3.seen(UploadPartRequest.class))
        .allMatch(part -> part.partNumber() <= 3 && part.contentLength() <= 10);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 9, 30, 31, 200})
  void leavesNothingAfterAnAbort(int length) throws Exception {
    var upload = upload();
    upload.write(random(length), 0, length);
    upload.abort();
    upload.abort();

    assertThat(s3.objects).isEmpty();
    assertThat(s3.uploads).isEmpty();
  }

  @Test
  void leavesNothingAfterAnAbortOfAnInterruptedThread() throws Exception {
    var upload = upload();
    upload.write(random(200), 0, 200);
    Thread.currentThread().interrupt();
    upload.abort();

    assertThat(Thread.interrupted()).isTrue();
    assertThat(s3.uploads).isEmpty();
  }

  @Test
  void removesTheFirstObjectIfTheSecondCannotBeMade() throws Exception {
    // Given
    s3.fault =
        request -> {
          if (request instanceof CompleteMultipartUploadRequest complete
              && complete.key().endsWith(".0002")) {
            assertThat(s3.objects).containsOnlyKeys("p/dir/x");
            throw MemoryS3.failure(403, "AccessDenied");
          }
        };

    // When
    try (var upload = upload()) {
      upload.write(random(95), 0, 95);
      assertThatThrownBy(upload::complete)
          .isInstanceOfSatisfying(
              StorageException.class, e -> assertThat(e.reason()).isEqualTo(Reason.STORAGE_DENIED));
    }

    // Then
    assertThat(s3.objects).isEmpty();
    assertThat(s3.uploads).isEmpty();
  }

  @Test
  void sendsAPartAgainThatWasNotAcknowledged() throws Exception {
    // Given
    var failures = new AtomicInteger();
    s3.fault =
        request -> {
          if (request instanceof UploadPartRequest part
              && part.partNumber() == 2
              && failures.getAndIncrement() < 2) {
            throw failures.get() == 1
                ? MemoryS3.failure(503, "SlowDown")
                : SdkClientException.create("connection reset");
          }
        };

    // When
    var bytes = random(25);
    var upload = upload();
    upload.write(bytes, 0, 25);
    var stored = upload.complete();

    // Then
    assertThat(failures).hasValue(3);
    assertThat(stored.getFirst().sha256()).isEqualTo(Hashes.sha256(bytes));
    assertThat(s3.objects.get("p/dir/x")).isEqualTo(bytes);
  }

  @Test
  void knowsTheObjectAgainWhenTheAnswerThatItIsThereWasLost() throws Exception {
    // Given
    var first = new AtomicReference<CompleteMultipartUploadRequest>();
    s3.fault =
        request -> {
          if (request instanceof CompleteMultipartUploadRequest complete
              && first.compareAndSet(null, complete)) {
            s3.completeMultipartUpload(complete);
            throw SdkClientException.create("connection reset");
          }
        };

    // When
    var upload = upload();
    upload.write(random(25), 0, 25);

    // Then
    assertThat(upload.complete()).hasSize(1);
    assertThat(s3.objects).hasSize(1);
  }

  @Test
  void cancellationEndsTheWaitForAnotherTry() throws Exception {
    // Given
    s3.fault =
        request -> {
          if (request instanceof UploadPartRequest) {
            throw MemoryS3.failure(503, "SlowDown");
          }
        };
    var upload = upload();
    upload.write(random(25), 0, 25);

    // When
    Thread.ofVirtual()
        .start(
            () -> {
              while (s3.seen(UploadPartRequest.class).size() < 3) {
                Thread.onSpinWait();
              }
              upload.cancel();
            });
    long begun = System.nanoTime();
    assertThatThrownBy(upload::complete)
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CANCELLED));
    upload.abort();

    // Then the ten tries, which take a minute, have not been made
    assertThat((System.nanoTime() - begun) / 1_000_000_000).isLessThan(20);
    assertThat(s3.uploads).isEmpty();
  }

  @Test
  void givesEachObjectWhatTheStorageAsksFor() throws Exception {
    // Given
    var storage =
        new Storage.S3(
            "b",
            "p",
            null,
            "http://s3",
            true,
            null,
            null,
            "STANDARD_IA",
            new Storage.ServerSideEncryption(Storage.EncryptionType.KMS, "key-1"),
            Map.of("cost center", "a+b"),
            null,
            null,
            Storage.Checksum.WHEN_REQUIRED,
            new Storage.ObjectLock(Storage.LockMode.COMPLIANCE, 30));

    // When
    var small = upload(storage);
    small.write(random(5), 0, 5);
    small.complete();
    var large = upload(storage);
    large.write(random(45), 0, 45);
    large.complete();

    // Then
    var until = Instant.parse("2026-03-02T10:00:00Z");
    assertThat(s3.seen(PutObjectRequest.class))
        .singleElement()
        .satisfies(
            put -> {
              assertThat(put.storageClassAsString()).isEqualTo("STANDARD_IA");
              assertThat(put.serverSideEncryptionAsString()).isEqualTo("aws:kms");
              assertThat(put.ssekmsKeyId()).isEqualTo("key-1");
              assertThat(put.tagging()).isEqualTo("cost%20center=a%2Bb");
              assertThat(put.objectLockMode()).isEqualTo(ObjectLockMode.COMPLIANCE);
              assertThat(put.objectLockRetainUntilDate()).isEqualTo(until);
              assertThat(put.contentMD5()).hasSize(24);
            });
    assertThat(s3.seen(CreateMultipartUploadRequest.class))
        .hasSize(2)
        .allSatisfy(
            create -> {
              assertThat(create.storageClassAsString()).isEqualTo("STANDARD_IA");
              assertThat(create.serverSideEncryptionAsString()).isEqualTo("aws:kms");
              assertThat(create.ssekmsKeyId()).isEqualTo("key-1");
              assertThat(create.tagging()).isEqualTo("cost%20center=a%2Bb");
              assertThat(create.objectLockMode()).isEqualTo(ObjectLockMode.COMPLIANCE);
              assertThat(create.objectLockRetainUntilDate()).isEqualTo(until);
            });
    assertThat(s3.seen(UploadPartRequest.class))
        .hasSize(5)
        .allMatch(part -> part.contentMD5().length() == 24);
  }

  @Test
  void announcesTheChecksumsOfParts() throws Exception {
    var upload =
        upload(
            new Storage.S3(
                "b",
                "p",
                null,
                "http://s3",
                true,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                Storage.Checksum.ALWAYS,
                new Storage.ObjectLock(Storage.LockMode.GOVERNANCE, 1)));
    upload.write(random(45), 0, 45);
    upload.complete();

    assertThat(s3.seen(CreateMultipartUploadRequest.class))
        .allMatch(create -> create.checksumAlgorithm() == ChecksumAlgorithm.CRC32);
    assertThat(s3.seen(UploadPartRequest.class)).allMatch(part -> part.contentMD5() == null);
  }

  @Test
  void asksForNothingThatTheStorageDoesNot() throws Exception {
    var upload = upload();
    upload.write(random(5), 0, 5);
    upload.complete();

    var put = s3.seen(PutObjectRequest.class).getFirst();
    assertThat(
            Arrays.asList(
                put.storageClass(),
                put.serverSideEncryption(),
                put.ssekmsKeyId(),
                put.tagging(),
                put.objectLockMode(),
                put.objectLockRetainUntilDate(),
                put.contentMD5()))
        .containsOnlyNulls();
  }
}
