package io.pgcask.storage;

import io.pgcask.api.v1alpha1.Storage;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Optional;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.ObjectLockMode;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.Tag;
import software.amazon.awssdk.services.s3.model.Tagging;

/**
 * What the storage asks of every object that is written: storage class, encryption, tags, object
 * lock. S3 takes it with the request that begins an object, and with no other.
 */
final class S3WriteSettings {
  private final Storage.S3 storage;
  private final InstantSource clock;

  /**
   * Settings of a storage.
   *
   * @param clock from which object lock counts its days
   */
  S3WriteSettings(Storage.S3 storage, InstantSource clock) {
    this.storage = storage;
    this.clock = clock;
  }

  /** Adds them to an object in one piece, of these bytes. */
  void apply(PutObjectRequest.Builder request, byte[] bytes, int length) {
    request.storageClass(storage.storageClass());
    common(request);
    lockMode().ifPresent(request::objectLockMode);
    retainUntil().ifPresent(request::objectLockRetainUntilDate);
    contentMd5(bytes, length).ifPresent(request::contentMD5);
  }

  /**
   * Adds all of them but object lock and storage class to a small object that is read and removed
   * at once: some classes must be thawed before they can be read, others cost for weeks. The bucket
   * may have a retention of its own, for which S3 insists on a checksum.
   */
  void applyUnlocked(PutObjectRequest.Builder request, byte[] bytes) {
    common(request);
    if (!storage.checksumAlways()) {
      request.contentMD5(md5(bytes, bytes.length));
    }
  }

  private void common(PutObjectRequest.Builder request) {
    encryption().ifPresent(request::serverSideEncryption);
    kmsKey().ifPresent(request::ssekmsKeyId);
    tagging().ifPresent(request::tagging);
  }

  /** Adds them to an object in parts. */
  void apply(CreateMultipartUploadRequest.Builder request) {
    if (storage.checksumAlways()) {
      // the SDK sends it with parts, but does not announce it here, and versitygw then refuses them
      request.checksumAlgorithm(ChecksumAlgorithm.CRC32);
    }
    request.storageClass(storage.storageClass());
    encryption().ifPresent(request::serverSideEncryption);
    kmsKey().ifPresent(request::ssekmsKeyId);
    tagging().ifPresent(request::tagging);
    lockMode().ifPresent(request::objectLockMode);
    retainUntil().ifPresent(request::objectLockRetainUntilDate);
  }

  /**
   * The MD5 of a body. S3 insists on it, or on a checksum, for what is written under object lock
   * (API reference of PutObject and UploadPart, Content-MD5); every server knows MD5, not every one
   * the checksums. With checksum Always the SDK sends its own.
   */
  Optional<String> contentMd5(byte[] bytes, int length) {
    return storage.objectLock() == null || storage.checksumAlways()
        ? Optional.empty()
        : Optional.of(md5(bytes, length));
  }

  private static String md5(byte[] bytes, int length) {
    try {
      var digest = MessageDigest.getInstance("MD5");
      digest.update(ByteBuffer.wrap(bytes, 0, length));
      return Base64.getEncoder().encodeToString(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has MD5", e);
    }
  }

  private Optional<String> encryption() {
    return Optional.ofNullable(storage.serverSideEncryption())
        .map(
            encryption ->
                switch (encryption.type()) {
                  case AES256 -> "AES256";
                  case KMS -> "aws:kms";
                });
  }

  private Optional<String> kmsKey() {
    return Optional.ofNullable(storage.serverSideEncryption())
        .map(Storage.ServerSideEncryption::keyId);
  }

  private Optional<Tagging> tagging() {
    return Optional.ofNullable(storage.tags())
        .filter(tags -> !tags.isEmpty())
        .map(
            tags ->
                Tagging.builder()
                    .tagSet(
                        tags.entrySet().stream()
                            .map(
                                tag ->
                                    Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
                            .toList())
                    .build());
  }

  private Optional<ObjectLockMode> lockMode() {
    return Optional.ofNullable(storage.objectLock())
        .map(
            lock ->
                switch (lock.mode()) {
                  case GOVERNANCE -> ObjectLockMode.GOVERNANCE;
                  case COMPLIANCE -> ObjectLockMode.COMPLIANCE;
                });
  }

  private Optional<Instant> retainUntil() {
    return Optional.ofNullable(storage.objectLock())
        .map(
            lock ->
                clock.instant().plus(Duration.ofDays(lock.days())).truncatedTo(ChronoUnit.SECONDS));
  }
}
