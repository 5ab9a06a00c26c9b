package io.pgcask.storage;

import io.pgcask.api.v1alpha1.Reason;
import java.io.IOException;
import java.io.InputStream;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * An object being read. A reader that is slow (pg_restore behind a trigger, an index) lets servers
 * close the connection; the rest is then asked for by a ranged GET of the same version.
 */
final class S3Input extends InputStream {
  private static final int TRIES_WITHOUT_PROGRESS = 5;

  private final S3Client client;
  private final String bucket;
  private final String key;
  private final String place;
  private final S3Errors errors;
  private final String eTag;
  private final long length;

  private ResponseInputStream<GetObjectResponse> stream;
  private long position;
  private int failures;

  private S3Input(
      S3Client client,
      String bucket,
      String key,
      String place,
      S3Errors errors,
      ResponseInputStream<GetObjectResponse> stream) {
    this.client = client;
    this.bucket = bucket;
    this.key = key;
    this.place = place;
    this.errors = errors;
    this.stream = stream;
    this.eTag = stream.response().eTag();
    this.length = stream.response().contentLength();
  }

  static InputStream open(S3Client client, String bucket, String key, String place, S3Errors errors)
      throws StorageException {
    var stream =
        S3Retry.brief(errors)
            .call(place, () -> client.getObject(request -> request.bucket(bucket).key(key)));
    return new S3Input(client, bucket, key, place, errors, stream);
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int count) throws IOException {
    if (count == 0) {
      return 0;
    }
    while (position < length) {
      try {
        int got = stream.read(bytes, offset, count);
        if (got > 0) {
          position += got;
          failures = 0;
          return got;
        }
        // the end before the length: HttpURLConnection does not always complain
        resume(new IOException("the answer ended after " + position + " of " + length + " bytes"));
      } catch (SdkException | IOException e) {
        if (e instanceof StorageException typed) {
          throw typed;
        }
        resume(e);
      }
    }
    return -1;
  }

  private void resume(Exception cause) throws StorageException {
    stream.abort();
    if (++failures > TRIES_WITHOUT_PROGRESS) {
      throw new StorageException(
          Reason.STORAGE_UNREACHABLE,
          place + " cannot be read to its end: " + cause.getMessage(),
          cause);
    }
    try {
      Thread.sleep(Math.min(8000, 250L << failures));
      stream =
          client.getObject(
              request ->
                  request.bucket(bucket).key(key).ifMatch(eTag).range("bytes=" + position + "-"));
    } catch (SdkException e) {
      var typed = errors.of(e, place);
      if (S3ObjectStore.isFinal(typed)) {
        throw typed;
      }
      resume(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StorageException(Reason.CANCELLED, "interrupted while reading " + place, e);
    }
  }

  @Override
  public void close() {
    // not close(): that would read the rest of the object
    stream.abort();
  }
}
