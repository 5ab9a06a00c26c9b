package io.pgcask.storage;

import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.Collection;
import java.util.function.BooleanSupplier;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** The requests that write one object, in one piece or in parts, and that remove it. */
final class S3Multipart {
  private static final String CONTENT_TYPE = "application/octet-stream";
  private static final int NOT_FOUND = 404;

  /** The pod has a minute after SIGTERM; removing must fit into that. */
  private static final AwsRequestOverrideConfiguration QUICK =
      AwsRequestOverrideConfiguration.builder()
          .apiCallAttemptTimeout(Duration.ofSeconds(5))
          .build();

  /** The slowest line on which a part still arrives: 64 KiB/s, of which a minute is for waiting. */
  private static final int SLOWEST_BYTES_PER_SECOND = 64 << 10;

  private static final Duration WAITING = Duration.ofMinutes(1);

  private final S3Client client;
  private final String bucket;
  private final String key;
  private final String place;
  private final S3Retry retry;
  private final S3Retry brief;
  private final S3WriteSettings settings;

  S3Multipart(
      S3Client client,
      String bucket,
      String key,
      String place,
      S3Errors errors,
      S3WriteSettings settings) {
    this.client = client;
    this.bucket = bucket;
    this.key = key;
    this.place = place;
    this.retry = S3Retry.patient(errors);
    this.brief = S3Retry.brief(errors);
    this.settings = settings;
  }

  /** Where the object will be, for people. */
  String place() {
    return place;
  }

  /**
   * Begins an upload in parts; returns its id. If an answer is lost, an upload without a part stays
   * that nobody knows the id of: {@link ObjectStore#abortUnfinished} removes it.
   */
  String create(BooleanSupplier wanted) throws StorageException {
    return retry.call(
        place,
        wanted,
        () ->
            client
                .createMultipartUpload(
                    request -> {
                      request.bucket(bucket).key(key).contentType(CONTENT_TYPE);
                      settings.apply(request);
                    })
                .uploadId());
  }

  /**
   * Sends a part, again and again if storage cannot be reached.
   *
   * @param wanted is asked before each further try; false ends them
   */
  CompletedPart send(String uploadId, int number, byte[] buffer, int length, BooleanSupplier wanted)
      throws StorageException {
    var md5 = settings.contentMd5(buffer, length);
    var answer =
        retry.call(
            place,
            wanted,
            () ->
                client.uploadPart(
                    request -> {
                      request.bucket(bucket).key(key).uploadId(uploadId).partNumber(number);
                      request.contentLength((long) length).overrideConfiguration(bound(length));
                      md5.ifPresent(request::contentMD5);
                    },
                    body(buffer, length)));
    // the checksum is there with checksum Always; S3 wants it again when the object is made
    return CompletedPart.builder()
        .partNumber(number)
        .eTag(answer.eTag())
        .checksumCRC32(answer.checksumCRC32())
        .build();
  }

  /** Writes the object in one piece. */
  void putWhole(byte[] buffer, int length, BooleanSupplier wanted) throws StorageException {
    retry.call(
        place,
        wanted,
        () ->
            client.putObject(
                request -> {
                  request.bucket(bucket).key(key).contentType(CONTENT_TYPE);
                  request.overrideConfiguration(bound(length));
                  settings.apply(request, buffer, length);
                },
                body(buffer, length)));
  }

  /** A part of 512 MiB needs its time on a slow line, where one of 16 MiB needs five minutes. */
  private static AwsRequestOverrideConfiguration bound(int length) {
    return AwsRequestOverrideConfiguration.builder()
        .apiCallAttemptTimeout(WAITING.plusSeconds(length / SLOWEST_BYTES_PER_SECOND))
        .build();
  }

  /** Sends from the buffer itself: {@code RequestBody.fromBytes} would copy it. */
  private static RequestBody body(byte[] buffer, int length) {
    return RequestBody.fromContentProvider(
        ContentStreamProvider.fromInputStreamSupplier(
            () -> new ByteArrayInputStream(buffer, 0, length)),
        length,
        CONTENT_TYPE);
  }

  /**
   * Makes the object of its parts.
   *
   * @param length of the whole, to recognise it if an answer was lost
   */
  void complete(
      String uploadId, Collection<CompletedPart> parts, long length, BooleanSupplier wanted)
      throws StorageException {
    retry.call(
        place,
        wanted,
        () -> {
          try {
            client.completeMultipartUpload(
                request ->
                    request
                        .bucket(bucket)
                        .key(key)
                        .uploadId(uploadId)
                        .multipartUpload(upload -> upload.parts(parts)));
          } catch (S3Exception e) {
            // after an answer that was lost the upload is gone, and the object is there
            if (e.statusCode() != NOT_FOUND || !isThere(length)) {
              throw e;
            }
          }
          return true;
        });
  }

  private boolean isThere(long length) {
    try {
      return client.headObject(request -> request.bucket(bucket).key(key)).contentLength()
          == length;
    } catch (S3Exception e) {
      if (e.statusCode() != NOT_FOUND) {
        throw e;
      }
      return false;
    }
  }

  /** Removes the parts; an upload that is gone is well. */
  void abort(String uploadId) throws StorageException {
    brief.call(
        place,
        () -> {
          try {
            client.abortMultipartUpload(
                request ->
                    request
                        .bucket(bucket)
                        .key(key)
                        .uploadId(uploadId)
                        .overrideConfiguration(QUICK));
          } catch (S3Exception e) {
            if (e.statusCode() != NOT_FOUND) {
              throw e;
            }
          }
          return true;
        });
  }

  /** Removes the object; one that is not there is well. */
  void delete() throws StorageException {
    brief.call(
        place,
        () ->
            client.deleteObject(
                request -> request.bucket(bucket).key(key).overrideConfiguration(QUICK)));
  }
}
