package io.pgcask.storage;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.Storage;
import java.io.InputStream;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** A bucket of Amazon S3 or of a server that speaks its protocol. */
final class S3ObjectStore implements ObjectStore {
  private static final int NOT_FOUND = 404;
  private static final int PRECONDITION_FAILED = 412;
  private static final int NOT_IMPLEMENTED = 501;

  /** Bounds of requests that carry no data. */
  private static final AwsRequestOverrideConfiguration SMALL =
      AwsRequestOverrideConfiguration.builder()
          .apiCallAttemptTimeout(Duration.ofSeconds(30))
          .build();

  private final S3Client client;
  private final Storage.S3 storage;
  private final S3Errors errors;
  private final S3Retry patient;
  private final S3Retry brief;
  private final S3WriteSettings settings;
  private final InstantSource clock;

  private S3ObjectStore(S3Client client, Storage.S3 storage, InstantSource clock) {
    this.client = client;
    this.storage = storage;
    this.errors = new S3Errors(storage);
    this.patient = S3Retry.patient(errors);
    this.brief = S3Retry.brief(errors);
    this.settings = new S3WriteSettings(storage, clock);
    this.clock = clock;
  }

  static S3ObjectStore open(
      Storage.S3 storage,
      Optional<StorageCredentials> credentials,
      List<X509Certificate> authorities,
      InstantSource clock) {
    return new S3ObjectStore(S3Clients.build(storage, credentials, authorities), storage, clock);
  }

  @Override
  public void check() throws StorageException {
    // a list tells a missing bucket from a missing object, which HEAD cannot
    call(
        place(""),
        () ->
            client.listObjectsV2(
                request ->
                    request
                        .bucket(storage.bucket())
                        .prefix(storage.prefix() == null ? "" : storage.prefix() + "/")
                        .maxKeys(1)
                        .overrideConfiguration(SMALL)));
  }

  @Override
  public void checkSpace(long estimatedBytes) {
    // a bucket has no size; a quota answers when it is reached
  }

  @Override
  public Upload begin(String key, long estimatedBytes) throws StorageException {
    var partMib =
        storage.partSizeMiB() == null ? OptionalInt.empty() : OptionalInt.of(storage.partSizeMiB());
    var plan =
        PartPlan.of(
            estimatedBytes, Runtime.getRuntime().maxMemory(), storage.maxPartsOrDefault(), partMib);
    return new S3Upload(key, this::piece, plan);
  }

  private S3Piece piece(String key) {
    return new S3Piece(
        key, new S3Multipart(client, storage.bucket(), full(key), place(key), errors, settings));
  }

  @Override
  public InputStream open(String key) throws StorageException {
    return S3Input.open(client, storage.bucket(), full(key), place(key), errors);
  }

  @Override
  public OptionalLong size(String key) throws StorageException {
    return head(key)
        .map(head -> OptionalLong.of(head.contentLength()))
        .orElseGet(OptionalLong::empty);
  }

  private Optional<HeadObjectResponse> head(String key) throws StorageException {
    return call(
        place(key),
        () -> {
          try {
            return Optional.of(
                client.headObject(
                    request ->
                        request
                            .bucket(storage.bucket())
                            .key(full(key))
                            .overrideConfiguration(SMALL)));
          } catch (S3Exception e) {
            if (e.statusCode() != NOT_FOUND) {
              throw e;
            }
            return Optional.empty();
          }
        });
  }

  @Override
  public void put(String key, byte[] bytes) throws StorageException {
    patient.call(
        place(key), () -> client.putObject(request -> write(request, key, bytes), body(bytes)));
  }

  @Override
  public void putUnlocked(String key, byte[] bytes) throws StorageException {
    patient.call(
        place(key),
        () ->
            client.putObject(
                request -> {
                  request.bucket(storage.bucket()).key(full(key));
                  settings.applyUnlocked(request, bytes);
                },
                body(bytes)));
  }

  private void write(PutObjectRequest.Builder request, String key, byte[] bytes) {
    request.bucket(storage.bucket()).key(full(key));
    settings.apply(request, bytes, bytes.length);
  }

  private static RequestBody body(byte[] bytes) {
    return RequestBody.fromBytes(bytes);
  }

  @Override
  public void putIfAbsent(String key, byte[] bytes) throws StorageException {
    var outcome = patient.call(place(key), () -> putConditionally(key, bytes));
    switch (outcome) {
      case WRITTEN -> {}
      case THERE_IS_ONE -> {
        // perhaps ours, by a request whose answer was lost
        if (!Arrays.equals(read(key), bytes)) {
          throw new ObjectExistsException(place(key));
        }
      }
      case NOT_KNOWN_HERE -> putAfterLooking(key, bytes);
    }
  }

  private enum Conditional {
    WRITTEN,
    THERE_IS_ONE,
    NOT_KNOWN_HERE
  }

  private Conditional putConditionally(String key, byte[] bytes) {
    try {
      client.putObject(
          request -> {
            write(request, key, bytes);
            request.ifNoneMatch("*");
          },
          body(bytes));
      return Conditional.WRITTEN;
    } catch (S3Exception e) {
      return switch (e.statusCode()) {
        case PRECONDITION_FAILED -> Conditional.THERE_IS_ONE;
        case NOT_IMPLEMENTED -> Conditional.NOT_KNOWN_HERE;
        default -> throw e;
      };
    }
  }

  /** For servers without conditional writes: as good as it can be there. */
  private void putAfterLooking(String key, byte[] bytes) throws StorageException {
    if (size(key).isPresent() && !Arrays.equals(read(key), bytes)) {
      throw new ObjectExistsException(place(key));
    }
    put(key, bytes);
  }

  /** What is in a directory and below it. */
  private ListObjectsV2Request.Builder below(
      ListObjectsV2Request.Builder request, String directory) {
    return request
        .bucket(storage.bucket())
        .prefix(full(directory) + "/")
        .overrideConfiguration(SMALL);
  }

  @Override
  public List<String> list(String directory) throws StorageException {
    int skip = storage.prefix() == null ? 0 : storage.prefix().length() + 1;
    return call(
        place(directory),
        () ->
            client.listObjectsV2Paginator(request -> below(request, directory)).contents().stream()
                .map(object -> object.key().substring(skip))
                .toList());
  }

  @Override
  public List<String> directories(String directory, int most) throws StorageException {
    var prefix = full(directory) + "/";
    var names =
        call(
            place(directory),
            () ->
                client
                    .listObjectsV2Paginator(request -> below(request, directory).delimiter("/"))
                    .commonPrefixes()
                    .stream()
                    .limit(most)
                    .map(common -> common.prefix())
                    .toList());
    return Stream.concat(names.stream(), uploads(directory).stream().map(MultipartUpload::key))
        .map(key -> key.substring(prefix.length()))
        .filter(rest -> rest.indexOf('/') > 0)
        .map(rest -> rest.substring(0, rest.indexOf('/')))
        .distinct()
        .limit(most)
        .toList();
  }

  @Override
  public Contents contents(String directory) throws StorageException {
    var contents =
        call(
            place(directory),
            () -> {
              var sum = Contents.NONE;
              for (var object :
                  client.listObjectsV2Paginator(request -> below(request, directory)).contents()) {
                if (!object.key().endsWith("/")) { // some servers list folders that became empty
                  sum = sum.and(object.size(), object.lastModified());
                }
              }
              return sum;
            });
    for (var upload : uploads(directory)) {
      contents = contents.and(0, upload.initiated());
    }
    return contents;
  }

  @Override
  public void delete(String key) throws StorageException {
    try {
      // one by one: DeleteObjects needs a checksum that older servers do not know
      call(
          place(key),
          () ->
              client.deleteObject(
                  request ->
                      request
                          .bucket(storage.bucket())
                          .key(full(key))
                          .overrideConfiguration(SMALL)));
    } catch (StorageException e) {
      throw e.reason() == Reason.STORAGE_DENIED ? lockOr(e, key) : e;
    }
  }

  /**
   * A refusal may be object lock's, for which servers have different codes: the object itself says
   * whether it is protected.
   */
  private StorageException lockOr(StorageException refusal, String key) {
    try {
      return head(key)
          .flatMap(head -> errors.locked(head, place(key), clock.instant(), refusal))
          .orElse(refusal);
    } catch (StorageException e) {
      refusal.addSuppressed(e);
      return refusal;
    }
  }

  @Override
  public void deleteAll(String directory) throws StorageException {
    abort(uploads(directory));
    for (var key : list(directory)) {
      delete(key);
    }
  }

  @Override
  public List<Unfinished> unfinished(String directory) throws StorageException {
    return uploads(directory).stream().map(this::unfinished).toList();
  }

  private Unfinished unfinished(MultipartUpload upload) {
    int skip = storage.prefix() == null ? 0 : storage.prefix().length() + 1;
    return new Unfinished(upload.key().substring(skip), upload.uploadId(), upload.initiated());
  }

  @Override
  public List<Unfinished> abortUnfinished(String directory, Instant olderThan)
      throws StorageException {
    var old =
        uploads(directory).stream()
            .filter(upload -> upload.initiated().isBefore(olderThan))
            .toList();
    abort(old);
    return old.stream().map(this::unfinished).toList();
  }

  private List<MultipartUpload> uploads(String directory) throws StorageException {
    var prefix = full(directory) + "/";
    var found = uploadsOf(prefix, place(directory));
    // MinIO lists the uploads of one key or of the whole bucket, and nothing for a part of a key
    return found.isEmpty() && storage.endpoint() != null
        ? uploadsOf("", place(directory)).stream()
            .filter(upload -> upload.key().startsWith(prefix))
            .toList()
        : found;
  }

  private List<MultipartUpload> uploadsOf(String prefix, String place) throws StorageException {
    return call(
        place,
        () -> {
          try {
            return client
                .listMultipartUploadsPaginator(
                    request ->
                        request
                            .bucket(storage.bucket())
                            .prefix(prefix)
                            .overrideConfiguration(SMALL))
                .uploads()
                .stream()
                // the prefix again: some servers ignore it, and others' uploads are not ours
                .filter(upload -> upload.key().startsWith(prefix))
                .toList();
          } catch (S3Exception e) {
            // a server without the listing has nothing to list
            if (e.statusCode() == NOT_IMPLEMENTED
                || (e.statusCode() == NOT_FOUND && !S3Errors.isNoBucket(e))) {
              return List.of();
            }
            throw e;
          }
        });
  }

  private void abort(List<MultipartUpload> uploads) throws StorageException {
    for (var upload : uploads) {
      new S3Multipart(
              client,
              storage.bucket(),
              upload.key(),
              "s3://" + storage.bucket() + "/" + upload.key(),
              errors,
              settings)
          .abort(upload.uploadId());
    }
  }

  @Override
  public String place(String key) {
    var prefix = storage.prefix() == null ? "" : storage.prefix() + "/";
    return "s3://" + storage.bucket() + "/" + prefix + key;
  }

  @Override
  public void close() {
    client.close();
  }

  private String full(String key) {
    return StorageKeys.join(storage.prefix(), key);
  }

  private <T> T call(String place, S3Retry.Request<T> request) throws StorageException {
    return brief.call(place, request);
  }

  /** What cannot be retried with hope. */
  static boolean isFinal(StorageException e) {
    return e.reason() != Reason.STORAGE_UNREACHABLE;
  }
}
