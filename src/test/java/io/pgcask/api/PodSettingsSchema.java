package io.pgcask.api;

import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What annotations cannot say about pod settings, wherever they stand in a schema: how two authors
 * of server-side apply share their lists, and bounds of what lies in maps.
 */
final class PodSettingsSchema {

  /**
   * apimachinery's, of resource.Quantity, but for exponents: whole ones of two digits. Others are
   * nothing that a pod can have, and whoever compares or hashes such a number works it out.
   */
  private static final String QUANTITY =
      "^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?[0-9]{1,2}))?$";

  /** What fields with pod settings are called. */
  private static final Set<String> NAMES = Set.of("pod", "defaultPod");

  private static final long LONGEST_QUANTITY = 32;
  private static final long LONGEST_LABEL = 63;
  private static final long LONGEST_ANNOTATION = 4096;

  private PodSettingsSchema() {}

  /** Completes every pod settings in the schema of a kind. */
  static void complete(JSONSchemaProps kind) {
    settingsIn(kind.getProperties().get("spec"))
        .forEach(settings -> completeSettings(settings.getProperties()));
    settingsIn(kind.getProperties().get("status")).forEach(PodSettingsSchema::open);
  }

  private static Stream<JSONSchemaProps> settingsIn(JSONSchemaProps schema) {
    return properties(schema).entrySet().stream()
        .flatMap(
            property ->
                NAMES.contains(property.getKey())
                    ? Stream.of(property.getValue())
                    : settingsIn(property.getValue()));
  }

  /**
   * A status repeats what the schema of a spec has let through, and the operator alone writes it.
   * The same schema once more would be 60 KB of the 200 that a definition may have.
   */
  private static void open(JSONSchemaProps settings) {
    settings.setProperties(Map.of());
    settings.setXKubernetesPreserveUnknownFields(true);
  }

  private static void completeSettings(Map<String, JSONSchemaProps> fields) {
    fields.get("tolerations").setXKubernetesListType("atomic");
    byName(fields.get("imagePullSecrets"));
    byName(fields.get("env"));
    values(fields.get("nodeSelector")).setMaxLength(LONGEST_LABEL);
    values(fields.get("labels")).setMaxLength(LONGEST_LABEL);
    values(fields.get("annotations")).setMaxLength(LONGEST_ANNOTATION);
    var resources = fields.get("resources").getProperties();
    quantity(values(resources.get("requests")));
    quantity(values(resources.get("limits")));
    quantity(fields.get("scratch").getProperties().get("sizeLimit"));
    matchLabels(fields.get("affinity"));
  }

  private static void byName(JSONSchemaProps list) {
    list.setXKubernetesListType("map");
    list.setXKubernetesListMapKeys(List.of("name"));
  }

  /** A string or a whole number, as in every manifest of Kubernetes. */
  private static void quantity(JSONSchemaProps value) {
    value.setPattern(QUANTITY);
    value.setMaxLength(LONGEST_QUANTITY);
  }

  private static void matchLabels(JSONSchemaProps schema) {
    properties(schema)
        .forEach(
            (name, property) -> {
              if (name.equals("matchLabels")) {
                values(property).setMaxLength(LONGEST_LABEL);
              }
              matchLabels(property);
            });
    if (schema.getItems() != null) {
      matchLabels(schema.getItems().getSchema());
    }
  }

  private static JSONSchemaProps values(JSONSchemaProps map) {
    return map.getAdditionalProperties().getSchema();
  }

  private static Map<String, JSONSchemaProps> properties(JSONSchemaProps schema) {
    return Optional.ofNullable(schema.getProperties()).orElse(Map.of());
  }
}
