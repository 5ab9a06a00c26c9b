package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Map;
import java.util.Objects;

/** Where backups lie: an S3 bucket or a persistent volume. Holds names of Secrets, never values. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value = "has(self.s3) != has(self.persistentVolumeClaim)",
    message = "set exactly one of s3 and persistentVolumeClaim")
public record Storage(
    @JsonPropertyDescription("A bucket of Amazon S3 or of a server that speaks its protocol.")
        S3 s3,
    @JsonPropertyDescription("A persistent volume in the same namespace.")
        PersistentVolumeClaim persistentVolumeClaim) {

  /**
   * A path in this storage for people: {@code s3://bucket/prefix/path}, {@code pvc://claim/path}.
   */
  public String location(String path) {
    return s3 != null
        ? "s3://" + join(s3.bucket(), s3.prefix(), path)
        : "pvc://" + join(persistentVolumeClaim.claimName(), persistentVolumeClaim.path(), path);
  }

  /** Whether the two would write the same objects; the schema's rules on copies say the same. */
  public boolean isSamePlaceAs(Storage other) {
    return s3 != null
        ? other.s3 != null
            && s3.bucket().equals(other.s3.bucket())
            && Objects.equals(s3.prefix(), other.s3.prefix())
            && Objects.equals(s3.endpoint(), other.s3.endpoint())
        : persistentVolumeClaim.equals(other.persistentVolumeClaim);
  }

  private static String join(String root, String middle, String path) {
    return middle == null ? root + "/" + path : root + "/" + middle + "/" + path;
  }

  /** A bucket. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value = "!has(self.prefix) || (!self.prefix.startsWith('/') && !self.prefix.endsWith('/'))",
      message = "prefix must not begin or end with a slash")
  @ValidationRule(
      value = "!has(self.prefix) || !self.prefix.split('/').exists(p, p in ['', '.', '..'])",
      message = "prefix must not contain empty parts, . or ..")
  @ValidationRule(
      value = "!has(self.endpoint) || isURL(self.endpoint)",
      message = "endpoint must be a URL such as https://s3.example.com:9000")
  @ValidationRule(
      value =
          "!has(self.caSecretRef) || (has(self.endpoint) && self.endpoint.startsWith('https://'))",
      message = "caSecretRef needs an endpoint that begins with https://")
  @ValidationRule(
      value =
          "!has(self.tags) || self.tags.all(key, size(key) >= 1 && size(key) <= 128 &&"
              + " size(self.tags[key]) <= 256)",
      message = "keys of tags have 1 to 128 characters, values at most 256")
  @ValidationRule(
      value = "!has(self.tags) || !self.tags.exists(key, key.startsWith('aws:'))",
      message = "keys of tags that begin with aws: are Amazon's own; choose another")
  public record S3(
      @Required
          @Size(min = 3, max = 63)
          @Pattern("^[a-z0-9][a-z0-9._-]*[a-z0-9]$")
          @JsonPropertyDescription("Name of the bucket. It must exist.")
          String bucket,
      @Size(min = 1, max = 512)
          @JsonPropertyDescription(
              "Key prefix under which everything of pgcask lies, without slash at either end. Default:"
                  + " none.")
          String prefix,
      @Size(min = 1, max = 64)
          @Pattern("^[a-z0-9-]+$")
          @JsonPropertyDescription("Region of the bucket. Default: us-east-1.")
          String region,
      @Size(min = 1, max = 512)
          @Pattern("^https?://[^\\s?#]+$")
          @JsonPropertyDescription(
              "URL of an S3 server other than Amazon's. Default: Amazon's of the region.")
          String endpoint,
      @JsonPropertyDescription(
              "Put the bucket into the path and not into the host name; most servers other than"
                  + " Amazon's need it. Default: false.")
          Boolean forcePathStyle,
      @JsonPropertyDescription(
              "Secret with the keys accessKeyId and secretAccessKey, and sessionToken if the"
                  + " credentials are temporary. Default: none; the Job's pod then uses the identity"
                  + " that its service account has with the cloud (workload identity).")
          LocalObjectRef credentialsSecretRef,
      @JsonPropertyDescription(
              "CA certificates (PEM) to trust for the endpoint, beside the system's.")
          CaSecretRef caSecretRef,
      @Size(min = 1, max = 64)
          @Pattern("^[A-Z][A-Z0-9_]*$")
          @JsonPropertyDescription(
              "Storage class of every object, for example STANDARD_IA. Of classes whose objects must"
                  + " be thawed before they can be read (GLACIER, DEEP_ARCHIVE) a restore needs that"
                  + " first. Default: the bucket's.")
          String storageClass,
      @JsonPropertyDescription(
              "How the server encrypts every object at rest. Default: as the bucket is configured.")
          ServerSideEncryption serverSideEncryption,
      @Size(max = 10)
          @JsonPropertyDescription(
              "Tags of every object, at most 10, for lifecycle rules and cost allocation. Default:"
                  + " none.")
          Map<String, String> tags,
      @Min(1)
          @Max(10_000)
          @JsonPropertyDescription(
              "The most parts that the server takes for one object. What is larger goes on in further"
                  + " objects whose names end in .0002, .0003 and so on. Some servers take 1000."
                  + " Default: 10000.")
          Integer maxParts,
      @Min(5)
          @Max(512)
          @JsonPropertyDescription(
              "Size of a part in MiB. Two parts must fit into 60 percent of the runner's heap."
                  + " Default: chosen from the size of the database, 16 to 512, as far as the heap"
                  + " allows.")
          Integer partSizeMiB,
      @JsonPropertyDescription(
              "WhenRequired: checksums beside those of TLS and of pgcask itself only where S3 insists."
                  + " Always: a CRC32 with each request, which the server compares, and with each"
                  + " answer; not every server knows them. Default: WhenRequired.")
          Checksum checksum,
      @JsonPropertyDescription(
              "Protects every object from deletion for some days, also from people with credentials."
                  + " The bucket must have object lock enabled. Default: as the bucket is configured.")
          ObjectLock objectLock) {

    /** The most parts of one object in Amazon S3. */
    public static final int MAX_PARTS = 10_000;

    /** A bucket with the default of everything else. */
    public S3(
        String bucket,
        String prefix,
        String region,
        String endpoint,
        Boolean forcePathStyle,
        LocalObjectRef credentialsSecretRef,
        CaSecretRef caSecretRef) {
      this(
          bucket,
          prefix,
          region,
          endpoint,
          forcePathStyle,
          credentialsSecretRef,
          caSecretRef,
          null,
          null,
          null,
          null,
          null,
          null,
          null);
    }

    /** The same bucket, reached by another URL. */
    public S3 withEndpoint(String other) {
      return new S3(
          bucket,
          prefix,
          region,
          other,
          forcePathStyle,
          credentialsSecretRef,
          caSecretRef,
          storageClass,
          serverSideEncryption,
          tags,
          maxParts,
          partSizeMiB,
          checksum,
          objectLock);
    }

    /** The most parts of one object, with its default. */
    public int maxPartsOrDefault() {
      return maxParts == null ? MAX_PARTS : maxParts;
    }

    /** Whether each request and answer carries a checksum. */
    public boolean checksumAlways() {
      return checksum == Checksum.ALWAYS;
    }

    /** The region with its default. */
    public String regionOrDefault() {
      return region == null ? "us-east-1" : region;
    }
  }

  /** Encryption at rest, by the server. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value = "!has(self.keyId) || self.type == 'KMS'",
      message = "keyId needs type KMS; with AES256 the server has the key")
  public record ServerSideEncryption(
      @Required
          @JsonPropertyDescription(
              "AES256: with keys of the server. KMS: with a key of its key management service.")
          EncryptionType type,
      @Size(min = 1, max = 2048)
          @Pattern("^[!-~]+$")
          @JsonPropertyDescription(
              "Id, alias or ARN of the key, for type KMS. Default: the bucket's, else the account's"
                  + " for S3.")
          String keyId) {}

  /** Who has the key of the encryption at rest. */
  public enum EncryptionType {
    /** The server. */
    AES256,
    /** A key management service. */
    KMS
  }

  /** When requests and answers carry checksums. */
  public enum Checksum {
    /** Only where S3 insists. */
    @JsonProperty("WhenRequired")
    WHEN_REQUIRED,
    /** Wherever S3 has a place for one. */
    @JsonProperty("Always")
    ALWAYS
  }

  /** Protection from deletion, counted from the moment at which an object is written. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record ObjectLock(
      @Required
          @JsonPropertyDescription(
              "Governance: those with a special right can delete earlier. Compliance: nobody can, not"
                  + " even the owner of the account.")
          LockMode mode,
      @Required
          @Min(1)
          @Max(36_500)
          @JsonPropertyDescription(
              "How many days of 24 hours an object is protected from the moment it is written.")
          Integer days) {}

  /** Whether anybody can delete before the time. */
  public enum LockMode {
    /** Those with a special right. */
    @JsonProperty("Governance")
    GOVERNANCE,
    /** Nobody. */
    @JsonProperty("Compliance")
    COMPLIANCE
  }

  /** A volume. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value = "!has(self.path) || (!self.path.startsWith('/') && !self.path.endsWith('/'))",
      message = "path is relative to the volume: it must not begin or end with a slash")
  @ValidationRule(
      value = "!has(self.path) || !self.path.split('/').exists(p, p in ['', '.', '..'])",
      message = "path must not contain empty parts, . or ..")
  public record PersistentVolumeClaim(
      @Required
          @Size(min = 1, max = 253)
          @Pattern(Api.OBJECT_NAME)
          @JsonPropertyDescription("Name of the PersistentVolumeClaim, in the same namespace.")
          String claimName,
      @Size(min = 1, max = 512)
          @JsonPropertyDescription(
              "Directory on the volume under which everything of pgcask lies, without slash at either"
                  + " end. Symbolic links are not followed. Default: the volume's root.")
          String path) {}
}
