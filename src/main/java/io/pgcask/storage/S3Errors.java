package io.pgcask.storage;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.Storage;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ObjectLockLegalHoldStatus;

/** Reasons and advice from the SDK's exceptions: by error code and status, never by text. */
final class S3Errors {
  private static final Set<String> NO_BUCKET = Set.of("NoSuchBucket", "InvalidBucketName");
  private static final Set<String> BAD_CREDENTIALS =
      Set.of(
          "InvalidAccessKeyId",
          "SignatureDoesNotMatch",
          "InvalidToken",
          "ExpiredToken",
          "TokenRefreshRequired",
          "InvalidSecurity",
          // versitygw, with status 404
          "XAdminUserNotFound");
  private static final Set<String> WRONG_REGION =
      Set.of("PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraint");
  private static final Set<String> FULL =
      Set.of("QuotaExceeded", "XMinioStorageFull", "InsufficientStorage", "StorageFull");

  /** With statuses of their own, but over soon. */
  private static final Set<String> PASSING =
      Set.of(
          "RequestTimeout",
          "SlowDown",
          // 409: another conditional write of the same key was going on
          "ConditionalRequestConflict",
          "OperationAborted",
          // the body did not arrive whole, or not as it was sent
          "IncompleteBody",
          "BadDigest",
          "XAmzContentChecksumMismatch",
          "RequestTimeTooSkewed");

  private final Storage.S3 storage;
  private final String where;

  S3Errors(Storage.S3 storage) {
    this.storage = storage;
    this.where =
        storage.endpoint() == null ? "S3 in " + storage.regionOrDefault() : storage.endpoint();
  }

  /** The typed form of an exception of a request about {@code place}. */
  StorageException of(SdkException e, String place) {
    return e instanceof AwsServiceException service ? ofService(service, place) : ofClient(e);
  }

  private StorageException ofService(AwsServiceException e, String place) {
    var code = code(e);
    int status = e.statusCode();
    if (NO_BUCKET.contains(code)) {
      return failure(
          Reason.STORAGE_NOT_FOUND,
          "bucket %s does not exist at %s; create it, or correct s3.bucket or s3.endpoint"
              .formatted(storage.bucket(), where),
          e);
    }
    if (WRONG_REGION.contains(code) || status == 301 || status == 307) {
      return failure(
          Reason.STORAGE_DENIED,
          "bucket %s is not in region %s; correct s3.region or s3.endpoint"
              .formatted(storage.bucket(), storage.regionOrDefault()),
          e);
    }
    if (FULL.contains(code) || status == 507) {
      return failure(
          Reason.STORAGE_FULL, where + " has no space left for bucket " + storage.bucket(), e);
    }
    if (BAD_CREDENTIALS.contains(code)) {
      return failure(
          Reason.STORAGE_DENIED,
          "%s refuses the credentials (%s); %s"
              .formatted(
                  where,
                  code,
                  storage.credentialsSecretRef() == null
                      ? "they are those of the pod's identity with the cloud"
                      : "correct the Secret of s3.credentialsSecretRef"),
          e);
    }
    if (status == 404) {
      return failure(Reason.STORAGE_NOT_FOUND, place + " does not exist", e);
    }
    if (code.equals("InvalidObjectState")) {
      return failure(
          Reason.STORAGE_DENIED,
          place
              + " is archived (its storage class cannot be read at once); restore the objects of the"
              + " backup in S3 first",
          e);
    }
    if (status >= 500
        || status == 429
        || status == 408
        || e.isThrottlingException()
        || PASSING.contains(code)) {
      return failure(
          Reason.STORAGE_UNREACHABLE, "%s keeps failing (%s)".formatted(where, shown(e)), e);
    }
    return failure(
        Reason.STORAGE_DENIED,
        ("%s refuses access to %s (%s); the credentials need to read, write, list and delete there,"
                + " and to abort uploads")
            .formatted(where, place, shown(e)),
        e);
  }

  private StorageException ofClient(SdkException e) {
    if (e instanceof WorkloadIdentity.NoIdentityException) {
      return failure(
          Reason.STORAGE_DENIED,
          "the pod has no identity with the cloud, and s3.credentialsSecretRef is not set; give its"
              + " service account one (IRSA, EKS Pod Identity), or set s3.credentialsSecretRef",
          e);
    }
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnknownHostException) {
        return unreachable("its name cannot be resolved; correct s3.endpoint", e);
      }
      if (cause instanceof SSLException) {
        return unreachable(
            "TLS failed; if its certificate is signed by a private CA, give the CA in"
                + " s3.caSecretRef",
            e);
      }
    }
    return unreachable("the connection failed or no answer came", e);
  }

  private StorageException unreachable(String why, SdkException e) {
    return failure(Reason.STORAGE_UNREACHABLE, where + " cannot be reached: " + why, e);
  }

  private static StorageException failure(Reason reason, String message, SdkException e) {
    return new StorageException(reason, message, e);
  }

  /**
   * The refusal as object lock's, if the object is protected.
   *
   * @param now by which a date has passed or not
   */
  Optional<StorageException> locked(
      HeadObjectResponse object, String place, Instant now, StorageException refusal) {
    var until = object.objectLockRetainUntilDate();
    if (until != null && until.isAfter(now)) {
      return Optional.of(
          new StorageException(
              Reason.OBJECT_LOCKED,
              "%s is protected by object lock (%s) until %s; it can be deleted then"
                  .formatted(place, object.objectLockModeAsString(), until),
              refusal));
    }
    if (object.objectLockLegalHoldStatus() == ObjectLockLegalHoldStatus.ON) {
      return Optional.of(
          new StorageException(
              Reason.OBJECT_LOCKED,
              place + " is under a legal hold; it can be deleted when somebody has lifted that",
              refusal));
    }
    return Optional.empty();
  }

  /** Whether an answer says that the bucket is missing, and not something in it. */
  static boolean isNoBucket(AwsServiceException e) {
    return NO_BUCKET.contains(code(e));
  }

  /** The error code of an answer; empty if it had none, as answers to HEAD. */
  static String code(AwsServiceException e) {
    var details = e.awsErrorDetails();
    return details == null || details.errorCode() == null ? "" : details.errorCode();
  }

  private static String shown(AwsServiceException e) {
    return code(e).isEmpty() ? "HTTP " + e.statusCode() : code(e);
  }
}
