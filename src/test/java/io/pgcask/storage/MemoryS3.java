package io.pgcask.storage;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/** As much of a bucket as an upload needs, in memory. */
final class MemoryS3 implements S3Client {
  final Map<String, byte[]> objects = new ConcurrentHashMap<>();
  final Map<String, Map<Integer, byte[]>> uploads = new ConcurrentHashMap<>();
  final List<Object> requests = new ArrayList<>();

  /** Is shown each request before it is done, and may throw. */
  volatile Consumer<Object> fault = request -> {};

  private int ids;

  private synchronized void see(Object request) {
    requests.add(request);
    fault.accept(request);
  }

  static S3Exception failure(int status, String code) {
    return (S3Exception)
        S3Exception.builder()
            .statusCode(status)
            .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).build())
            .build();
  }

  /** Requests of a type, in their order. */
  synchronized <T> List<T> seen(Class<T> type) {
    return requests.stream().filter(type::isInstance).map(type::cast).toList();
  }

  @Override
  public synchronized CreateMultipartUploadResponse createMultipartUpload(
      CreateMultipartUploadRequest request) {
    see(request);
    var id = request.key() + "#" + ++ids;
    uploads.put(id, new TreeMap<>());
    return CreateMultipartUploadResponse.builder().uploadId(id).build();
  }

  @Override
  public UploadPartResponse uploadPart(UploadPartRequest request, RequestBody body) {
    see(request);
    synchronized (this) {
      uploads.get(request.uploadId()).put(request.partNumber(), bytes(body));
    }
    return UploadPartResponse.builder().eTag("etag-" + request.partNumber()).build();
  }

  @Override
  public synchronized CompleteMultipartUploadResponse completeMultipartUpload(
      CompleteMultipartUploadRequest request) {
    see(request);
    var parts = uploads.remove(request.uploadId());
    if (parts == null) {
      throw failure(404, "NoSuchUpload");
    }
    var whole = new ByteArrayOutputStream();
    parts.values().forEach(whole::writeBytes);
    objects.put(request.key(), whole.toByteArray());
    return CompleteMultipartUploadResponse.builder().build();
  }

  @Override
  public AbortMultipartUploadResponse abortMultipartUpload(AbortMultipartUploadRequest request) {
    see(request);
    if (uploads.remove(request.uploadId()) == null) {
      throw failure(404, "NoSuchUpload");
    }
    return AbortMultipartUploadResponse.builder().build();
  }

  @Override
  public PutObjectResponse putObject(PutObjectRequest request, RequestBody body) {
    see(request);
    objects.put(request.key(), bytes(body));
    return PutObjectResponse.builder().build();
  }

  @Override
  public HeadObjectResponse headObject(HeadObjectRequest request) {
    see(request);
    var bytes = objects.get(request.key());
    if (bytes == null) {
      throw failure(404, "NoSuchKey");
    }
    return HeadObjectResponse.builder().contentLength((long) bytes.length).build();
  }

  @Override
  public DeleteObjectResponse deleteObject(DeleteObjectRequest request) {
    see(request);
    objects.remove(request.key());
    return DeleteObjectResponse.builder().build();
  }

  private static byte[] bytes(RequestBody body) {
    try (var in = body.contentStreamProvider().newStream()) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String serviceName() {
    return "s3";
  }

  @Override
  public void close() {}
}
