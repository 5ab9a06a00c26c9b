package io.pgcask.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The committed CRDs are those of the records, and they read well.
 *
 * <p>{@code dev/generate} runs this test with {@code -Dpgcask.generate=true}, which writes the
 * files.
 */
class CustomResourceDefinitionsTest {

  private static final List<Path> FOLDERS = List.of(Path.of("crds"), Path.of("helm/pgcask/crds"));

  @Test
  void committedDefinitionsAreCurrent() throws IOException {
    var generated = CustomResourceDefinitions.generate();
    assertThat(generated).hasSize(CustomResourceDefinitions.KINDS.size());
    for (var folder : FOLDERS) {
      if (Boolean.getBoolean("pgcask.generate")) {
        Files.createDirectories(folder);
        for (var file : generated.entrySet()) {
          Files.writeString(folder.resolve(file.getKey()), file.getValue());
        }
      }
      for (var file : generated.entrySet()) {
        assertThat(folder.resolve(file.getKey()))
            .as("dev/generate writes it anew")
            .hasContent(file.getValue());
      }
      try (var present = Files.list(folder)) {
        assertThat(
                present
                    .map(path -> path.getFileName().toString())
                    .filter(name -> !name.equals("kustomization.yaml"))
                    .sorted())
            .containsExactlyElementsOf(generated.keySet());
      }
    }
  }

  @Test
  void everyFieldIsDescribedAndEveryListBounded() throws IOException {
    var complaints = new ArrayList<String>();
    for (var definition : CustomResourceDefinitions.generate().entrySet()) {
      var schema =
          Serialization.yamlMapper()
              .readTree(definition.getValue())
              .at("/spec/versions/0/schema/openAPIV3Schema/properties");
      inspect(definition.getKey() + " spec", schema.get("spec"), complaints);
      inspect(definition.getKey() + " status", schema.get("status"), complaints);
    }
    assertThat(complaints).isEmpty();
  }

  @Test
  void definitionsStayUnderTheSizeThatClientSideApplyCanHold() {
    CustomResourceDefinitions.generate()
        .forEach((name, yaml) -> assertThat(yaml.length()).as(name).isLessThan(200 * 1024));
  }

  private static void inspect(String path, JsonNode node, List<String> complaints) {
    if ("array".equals(node.path("type").asText())) {
      if (!node.has("maxItems")) {
        complaints.add(path + " has no maxItems");
      }
      inspect(path + "[]", node.get("items"), complaints);
    }
    node.path("properties")
        .properties()
        .forEach(
            property -> {
              var name = path + "." + property.getKey();
              if (property.getValue().path("description").asText().isBlank()) {
                complaints.add(name + " has no description");
              }
              inspect(name, property.getValue(), complaints);
            });
  }
}
