package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Map;

/**
 * What the pods of a Backup or Restore are like. The records map one to one to Kubernetes' own;
 * they are ours so that every list has a bound and a declared type, and the schema stays small.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@RecordBuilder
public record PodSettings(
    @JsonPropertyDescription(
            "Requests and limits of the container. Merged by key with those of the farther levels; {}"
                + " clears them. Half of the memory limit becomes the heap. Default: the chart's"
                + " runner.resources.")
        Resources resources,
    @Size(max = 32)
        @JsonPropertyDescription(
            "Labels that a node must have. Merged by key with those of the farther levels; {} clears"
                + " them. Default: none.")
        Map<String, String> nodeSelector,
    @Size(max = 16)
        @JsonPropertyDescription("Taints that the pod tolerates; [] clears. Default: none.")
        List<Toleration> tolerations,
    @JsonPropertyDescription(
            "Which nodes and which pods the pod is to be near to or far from; {} clears. Default:"
                + " none.")
        Affinity affinity,
    @Size(max = 253)
        @Pattern(OBJECT_NAME_OR_EMPTY)
        @JsonPropertyDescription(
            "Priority class of the pod; an empty string clears. Default: the cluster's.")
        String priorityClassName,
    @Size(max = 253)
        @Pattern(OBJECT_NAME_OR_EMPTY)
        @JsonPropertyDescription(
            "Service account of the pod, in the same namespace, for its identity with the cloud. Its"
                + " token for the API server is not mounted. Whoever sets it must be allowed to"
                + " create pods. An empty string clears. Default: the namespace's default.")
        String serviceAccountName,
    @Size(max = 8)
        @JsonPropertyDescription(
            "Secrets to pull the image with, in the same namespace. Whoever names one must be allowed"
                + " to get it. [] clears. Default: the chart's image.pullSecrets.")
        List<LocalObjectRef> imagePullSecrets,
    @Size(max = 32)
        @JsonPropertyDescription(
            "Labels of the pod. Those of pgcask win. Merged by key with those of the farther levels;"
                + " {} clears them. Whoever sets them must be allowed to create pods. Default: none.")
        Map<String, String> labels,
    @Size(max = 32)
        @JsonPropertyDescription(
            "Annotations of the pod. Those of pgcask win. Merged by key with those of the farther"
                + " levels; {} clears them. Whoever sets them must be allowed to create pods. Default:"
                + " none.")
        Map<String, String> annotations,
    @Size(max = 32)
        @JsonPropertyDescription(
            "Further environment variables of the container, literal. Whoever sets them must be"
                + " allowed to create pods. [] clears. Default: none.")
        List<EnvironmentVariable> env,
    @Size(max = 512)
        @Pattern("^\\S*$")
        @JsonPropertyDescription(
            "Image of the container, a build of pgcask. Whoever sets it must be allowed to create"
                + " pods. An empty string clears. Default: the operator's own.")
        String image,
    @JsonPropertyDescription(
            "Disk for the files of formats Directory and Tar, of about the largest table; {} clears."
                + " Default: an emptyDir without a limit.")
        Scratch scratch) {

  /** As {@link Api#OBJECT_NAME}, or empty. */
  static final String OBJECT_NAME_OR_EMPTY =
      "^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*)?$";

  /** Names of environment variables that would change what the runner and its tools do. */
  static final String RESERVED_ENV = "^(PG|AWS_|JAVA_|JDK_JAVA_|_JAVA_|LD_)";

  /** Nothing is set. */
  public static PodSettings none() {
    return PodSettingsBuilder.builder().build();
  }

  /** Requests and limits of a container. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Resources(
      @Size(max = 16)
          @JsonPropertyDescription(
              "What a node must have free, for example cpu: 250m and memory: 256Mi; {} clears.")
          Map<String, Quantity> requests,
      @Size(max = 16)
          @JsonPropertyDescription(
              "What the container may use at most, for example memory: 1Gi; {} clears.")
          Map<String, Quantity> limits) {}

  /** A taint that the pod tolerates. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Toleration(
      @Size(max = 316)
          @JsonPropertyDescription("Key of the taint. Default: every key, with operator Exists.")
          String key,
      @Pattern("^(Exists|Equal)$")
          @JsonPropertyDescription("Exists or Equal (to value). Default: Equal.")
          String operator,
      @Size(max = 63) @JsonPropertyDescription("Value of the taint, for operator Equal.")
          String value,
      @Pattern("^(NoSchedule|PreferNoSchedule|NoExecute)$")
          @JsonPropertyDescription(
              "NoSchedule, PreferNoSchedule or NoExecute. Default: every effect.")
          String effect,
      @Min(0)
          @Max(31_536_000)
          @JsonPropertyDescription(
              "Seconds for which a taint of effect NoExecute is tolerated. Default: for ever.")
          Long tolerationSeconds) {}

  /** A variable with a literal value. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value = "!self.name.matches('" + RESERVED_ENV + "')",
      message =
          "names that begin with PG, AWS_, JAVA_, JDK_JAVA_, _JAVA_ or LD_ are reserved: set what they"
              + " mean by the fields of the spec")
  public record EnvironmentVariable(
      @Required
          @Size(min = 1, max = 253)
          @Pattern("^[-._a-zA-Z][-._a-zA-Z0-9]*$")
          @JsonPropertyDescription(
              "Name of the variable. PG*, AWS_*, JAVA_*, JDK_JAVA_*, _JAVA_* and LD_* are refused.")
          String name,
      @Size(max = 4096)
          @JsonPropertyDescription(
              "Value of the variable. No place for secrets: it can be read in the resource and in the"
                  + " pod. Default: empty.")
          String value) {}

  /** Disk for files that may be as large as the largest table. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value = "!has(self.storageClassName) || has(self.sizeLimit)",
      message = "storageClassName needs sizeLimit, the size of the volume to make")
  public record Scratch(
      @JsonPropertyDescription(
              "Size of the disk, for example 20Gi: the limit of an emptyDir, past which the pod is"
                  + " evicted, or the size of the volume. Default: no limit.")
          Quantity sizeLimit,
      @Size(min = 1, max = 253)
          @Pattern(Api.OBJECT_NAME)
          @JsonPropertyDescription(
              "Makes a volume of this storage class for the pod, and deletes it with the pod. Whoever"
                  + " sets it must be allowed to create pods. Default: an emptyDir on the node.")
          String storageClassName) {}
}
