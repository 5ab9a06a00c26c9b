package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import java.util.Map;

/** Kubernetes' affinity, field by field, with bounds. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Affinity(
    @JsonPropertyDescription("Which nodes. Default: any.") Nodes nodeAffinity,
    @JsonPropertyDescription("Which pods to be near to. Default: any.") Pods podAffinity,
    @JsonPropertyDescription("Which pods to be far from. Default: none.") Pods podAntiAffinity) {

  /** Which nodes. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Nodes(
      @JsonPropertyDescription("What a node must fulfil. Default: nothing.")
          NodeSelector requiredDuringSchedulingIgnoredDuringExecution,
      @Size(max = 8)
          @JsonPropertyDescription("What a node should fulfil, with weights. Default: nothing.")
          List<PreferredNodes> preferredDuringSchedulingIgnoredDuringExecution) {}

  /** One of several terms. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record NodeSelector(
      @Required @Size(min = 1, max = 8) @JsonPropertyDescription("One of these must be fulfilled.")
          List<NodeTerm> nodeSelectorTerms) {}

  /** A term with a weight. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record PreferredNodes(
      @Required @Min(1) @Max(100) @JsonPropertyDescription("Weight of the term, 1 to 100.")
          Integer weight,
      @Required @JsonPropertyDescription("The term.") NodeTerm preference) {}

  /** All of these. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record NodeTerm(
      @Size(max = 8) @JsonPropertyDescription("Requirements on the node's labels.")
          List<NodeRequirement> matchExpressions,
      @Size(max = 8) @JsonPropertyDescription("Requirements on the node's fields.")
          List<NodeRequirement> matchFields) {}

  /** A requirement on a label or field of a node. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record NodeRequirement(
      @Required @Size(min = 1, max = 316) @JsonPropertyDescription("The label or field.")
          String key,
      @Required
          @Pattern("^(In|NotIn|Exists|DoesNotExist|Gt|Lt)$")
          @JsonPropertyDescription("In, NotIn, Exists, DoesNotExist, Gt or Lt.")
          String operator,
      @Size(max = 16) @JsonPropertyDescription("The values to compare with.")
          List<@Size(max = 253) String> values) {}

  /** Which pods. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Pods(
      @Size(max = 8) @JsonPropertyDescription("What must be fulfilled. Default: nothing.")
          List<PodTerm> requiredDuringSchedulingIgnoredDuringExecution,
      @Size(max = 8)
          @JsonPropertyDescription("What should be fulfilled, with weights. Default: nothing.")
          List<PreferredPods> preferredDuringSchedulingIgnoredDuringExecution) {}

  /** A term with a weight. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record PreferredPods(
      @Required @Min(1) @Max(100) @JsonPropertyDescription("Weight of the term, 1 to 100.")
          Integer weight,
      @Required @JsonPropertyDescription("The term.") PodTerm podAffinityTerm) {}

  /** Pods, and how near. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record PodTerm(
      @Required
          @Size(min = 1, max = 316)
          @JsonPropertyDescription("Label of nodes that says what is near: the same value of it.")
          String topologyKey,
      @JsonPropertyDescription("Labels of the pods.") Selector labelSelector,
      @Size(max = 8) @JsonPropertyDescription("Namespaces of the pods. Default: the pod's own.")
          List<@Size(max = 63) String> namespaces,
      @JsonPropertyDescription("Labels of the pods' namespaces.") Selector namespaceSelector,
      @Size(max = 8) @JsonPropertyDescription("Labels whose value must be that of the pod itself.")
          List<@Size(max = 316) String> matchLabelKeys,
      @Size(max = 8)
          @JsonPropertyDescription("Labels whose value must differ from that of the pod itself.")
          List<@Size(max = 316) String> mismatchLabelKeys) {}

  /** Labels. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Selector(
      @Size(max = 16) @JsonPropertyDescription("Labels with their values.")
          Map<String, String> matchLabels,
      @Size(max = 8) @JsonPropertyDescription("Requirements on labels.")
          List<LabelRequirement> matchExpressions) {}

  /** A requirement on a label. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record LabelRequirement(
      @Required @Size(min = 1, max = 316) @JsonPropertyDescription("The label.") String key,
      @Required
          @Pattern("^(In|NotIn|Exists|DoesNotExist)$")
          @JsonPropertyDescription("In, NotIn, Exists or DoesNotExist.")
          String operator,
      @Size(max = 16) @JsonPropertyDescription("The values to compare with.")
          List<@Size(max = 63) String> values) {}
}
