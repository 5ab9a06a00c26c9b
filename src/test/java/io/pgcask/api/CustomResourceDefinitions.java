package io.pgcask.api;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumns;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRuleBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.BackupSpec;
import io.pgcask.api.v1alpha1.PostgresConnection;
import io.pgcask.api.v1alpha1.Restore;
import io.pgcask.api.v1alpha1.RestoreSpec;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Makes the CRDs from the records: fabric8's generator, then what annotations cannot say.
 *
 * <p>Run as a program ({@code dev/generate}) it writes {@code crds/} and the chart's copy.
 */
final class CustomResourceDefinitions {

  static final List<Class<? extends HasMetadata>> KINDS =
      List.of(PostgresConnection.class, Backup.class, BackupSchedule.class, Restore.class);

  /**
   * Not {@code self.?x == oldSelf.?x}: an optional has no size, so its cost counts as unbounded.
   */
  private static final String UNCHANGED =
      "has(self.%1$s) == has(oldSelf.%1$s) && (!has(self.%1$s) || self.%1$s == oldSelf.%1$s)";

  private CustomResourceDefinitions() {}

  /** File name to YAML, sorted by name. */
  static Map<String, String> generate() {
    var files = new TreeMap<String, String>();
    new CRDGenerator()
        .customResourceClasses(KINDS)
        .forCRDVersions("v1")
        .withPostProcessor(new Completion())
        .withOutput(new Files(files))
        .detailedGenerate();
    return files;
  }

  /** Adds what annotations cannot say. */
  private static final class Completion implements CRDPostProcessor {
    @Override
    public HasMetadata process(HasMetadata resource, String crdSpecVersion) {
      complete((CustomResourceDefinition) resource);
      return resource;
    }
  }

  private static void complete(CustomResourceDefinition definition) {
    var schema = definition.getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema();
    var properties = schema.getProperties();
    var kind = definition.getSpec().getNames().getKind();
    inDeclaredOrder(definition, kind);
    PodSettingsSchema.complete(schema);
    schema.setDescription(KINDS_IN_ONE_SENTENCE.get(kind));
    var spec = properties.get("spec");
    switch (kind) {
      case "Backup" -> freeze(spec, BackupSpec.class, Backup.MUTABLE_SPEC_FIELDS, kind);
      case "Restore" -> {
        freeze(spec, RestoreSpec.class, Restore.MUTABLE_SPEC_FIELDS, kind);
        var databases = spec.getProperties().get("databases");
        databases.setXKubernetesListType("map");
        databases.setXKubernetesListMapKeys(List.of("target"));
      }
      default -> {}
    }
    var status = properties.get("status");
    // No tool may see green before the first reconcile: kstatus reads a missing status as Current,
    // and an observedGeneration that differs from the generation as InProgress.
    status.setDefault(Serialization.jsonMapper().createObjectNode().put("observedGeneration", -1));
    var conditions = status.getProperties().get("conditions");
    conditions.setXKubernetesListType("map");
    conditions.setXKubernetesListMapKeys(List.of("type"));
  }

  /** The generator sorts the columns by name; people read them in the order of the annotations. */
  private static void inDeclaredOrder(CustomResourceDefinition definition, String kind) {
    var declared =
        KINDS.stream()
            .filter(type -> type.getSimpleName().equals(kind))
            .flatMap(
                type -> Arrays.stream(type.getAnnotation(AdditionalPrinterColumns.class).value()))
            .map(AdditionalPrinterColumn::name)
            .toList();
    definition
        .getSpec()
        .getVersions()
        .getFirst()
        .getAdditionalPrinterColumns()
        .sort(Comparator.comparing(column -> declared.indexOf(column.getName())));
  }

  private static final Map<String, String> KINDS_IN_ONE_SENTENCE =
      Map.of(
          "PostgresConnection",
          "A PostgresConnection says how to reach one PostgreSQL database, and whether it can be"
              + " reached now.",
          "Backup",
          "A Backup is a request to back up a database once; afterwards, the record of it.",
          "BackupSchedule",
          "A BackupSchedule creates Backups on a cron schedule.",
          "Restore",
          "A Restore is a request to restore a backup once into a database; afterwards, the record"
              + " of it.");

  /**
   * One rule per immutable field, on the spec property of the kind: on the record itself the rules
   * would freeze the template of a BackupSchedule, which shares it.
   */
  private static void freeze(
      JSONSchemaProps spec, Class<? extends Record> type, Set<String> mutable, String kind) {
    var rules = new ArrayList<>(spec.getXKubernetesValidations());
    Arrays.stream(type.getRecordComponents())
        .map(component -> component.getName())
        .filter(field -> !mutable.contains(field))
        .map(
            field ->
                new ValidationRuleBuilder()
                    .withRule(UNCHANGED.formatted(field))
                    .withMessage(
                        "%s cannot be changed: create another %s instead".formatted(field, kind))
                    .build())
        .forEach(rules::add);
    spec.setXKubernetesValidations(rules);
  }

  /** Collects the generator's output in memory. */
  private static final class Files implements CRDGenerator.CRDOutput<OutputStream> {
    private final Map<String, String> files;

    Files(Map<String, String> files) {
      this.files = files;
    }

    @Override
    public OutputStream outputFor(String crdName) {
      return new ByteArrayOutputStream() {
        @Override
        public void close() {
          files.put(crdName + ".yaml", toString(StandardCharsets.UTF_8));
        }
      };
    }

    @Override
    public URI crdURI(String crdName) {
      return URI.create("file:///" + crdName);
    }

    @Override
    public void close() {}
  }
}
