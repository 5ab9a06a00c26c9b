package io.pgcask.operator.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.pgcask.api.v1alpha1.PodSettings;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PodSettingsMergeTest {

  /** For each field: a value, another that is not merged with it, and the one that clears. */
  private static final List<Field> FIELDS =
      List.of(
          new Field("resources", "{requests: {cpu: '1'}}", "{requests: {cpu: '2'}}", "{}"),
          new Field("nodeSelector", "{a: x}", "{a: y}", "{}"),
          new Field("tolerations", "[{key: a}]", "[{key: b}]", "[]"),
          new Field(
              "affinity",
              "{nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: []}}",
              "{podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: []}}",
              "{}"),
          new Field("priorityClassName", "low", "high", "''"),
          new Field("serviceAccountName", "one", "two", "''"),
          new Field("imagePullSecrets", "[{name: a}]", "[{name: b}]", "[]"),
          new Field("labels", "{a: x}", "{a: y}", "{}"),
          new Field("annotations", "{a: x}", "{a: y}", "{}"),
          new Field("env", "[{name: A}]", "[{name: B}]", "[]"),
          new Field("image", "one", "two", "''"),
          new Field("scratch", "{sizeLimit: 1Gi}", "{storageClassName: fast}", "{}"));

  private record Field(String name, String value, String other, String empty) {
    String with(String something) {
      return name + ": " + something;
    }
  }

  static Stream<Field> fields() {
    return FIELDS.stream();
  }

  @Test
  void everyFieldHasItsCase() {
    assertThat(FIELDS.stream().map(Field::name))
        .containsExactlyElementsOf(
            Arrays.stream(PodSettings.class.getRecordComponents())
                .map(component -> component.getName())
                .toList());
  }

  @ParameterizedTest
  @MethodSource("fields")
  void aFieldIsThatOfTheOnlyLevelThatSetsIt(Field field) {
    assertMerged(field.with(field.value()), field.with(field.value()), "", "");
    assertMerged(field.with(field.value()), "", field.with(field.value()), "");
    assertMerged(field.with(field.value()), "", "", field.with(field.value()));
  }

  @ParameterizedTest
  @MethodSource("fields")
  void theNearestLevelWins(Field field) {
    assertMerged(field.with(field.other()), field.with(field.value()), field.with(field.other()));
    assertMerged(
        field.with(field.value()),
        field.with(field.value()),
        field.with(field.other()),
        field.with(field.value()));
  }

  @ParameterizedTest
  @MethodSource("fields")
  void anEmptyValueClears(Field field) {
    assertMerged("", field.with(field.value()), field.with(field.empty()));
    assertMerged("", field.with(field.value()), field.with(field.empty()), "");
    assertMerged("", field.with(field.empty()));
  }

  @ParameterizedTest
  @MethodSource("fields")
  void whatWasClearedCanBeSetAgainNearer(Field field) {
    assertMerged(
        field.with(field.other()),
        field.with(field.value()),
        field.with(field.empty()),
        field.with(field.other()));
  }

  @ParameterizedTest
  @CsvSource({"nodeSelector", "labels", "annotations"})
  void mapsAreMergedByKey(String name) {
    assertMerged(
        name + ": {a: far, b: near, c: nearest, d: nearest}",
        name + ": {a: far, b: far, c: far}",
        name + ": {b: near, c: near}",
        name + ": {c: nearest, d: nearest}");
    assertMerged(name + ": {b: ''}", name + ": {a: x}", name + ": {}", name + ": {b: ''}");
  }

  @Test
  void resourcesAreMergedByKey() {
    assertMerged(
        "resources: {requests: {cpu: 250m, memory: 1Gi}, limits: {memory: 2Gi}}",
        "resources: {requests: {cpu: 250m, memory: 256Mi}, limits: {memory: 512Mi}}",
        "resources: {requests: {memory: 1Gi}, limits: {memory: 2Gi}}");
    assertMerged(
        "resources: {requests: {cpu: 250m}}",
        "resources: {requests: {cpu: 250m}, limits: {memory: 512Mi}}",
        "resources: {limits: {}}");
    assertMerged("", "resources: {limits: {memory: 1Gi}}", "resources: {limits: {}}");
  }

  @Test
  void otherFieldsAreTakenWhole() {
    assertMerged(
        "env: [{name: B, value: '2'}]",
        "env: [{name: A, value: '1'}]",
        "env: [{name: B, value: '2'}]");
    assertMerged(
        "scratch: {sizeLimit: 2Gi}",
        "scratch: {sizeLimit: 1Gi, storageClassName: fast}",
        "scratch: {sizeLimit: 2Gi}");
  }

  @Test
  void nothingIsNothing() {
    assertThat(PodSettingsMerge.of(List.of())).isEqualTo(PodSettings.none());
  }

  private static void assertMerged(String expected, String... levels) {
    var merged = PodSettingsMerge.of(Stream.of(levels).map(PodSettingsMergeTest::read).toList());
    assertThat(Serialization.jsonMapper().<JsonNode>valueToTree(merged))
        .isEqualTo(Serialization.jsonMapper().valueToTree(read(expected)));
  }

  private static PodSettings read(String yaml) {
    var node = yaml.isEmpty() ? JsonNodeFactory.instance.objectNode() : tree(yaml);
    return Serialization.jsonMapper().convertValue(node, PodSettings.class);
  }

  private static JsonNode tree(String yaml) {
    return Serialization.unmarshal(yaml, JsonNode.class);
  }
}
