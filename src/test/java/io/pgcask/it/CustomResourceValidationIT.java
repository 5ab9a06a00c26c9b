package io.pgcask.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.BackupSpec;
import io.pgcask.api.v1alpha1.LocalObjectRef;
import io.pgcask.api.v1alpha1.PodSettings;
import io.pgcask.api.v1alpha1.PostgresConnection;
import io.pgcask.api.v1alpha1.Restore;
import io.pgcask.api.v1alpha1.RestoreSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What the API server accepts and refuses, and what it says. Each rule of each kind has files in
 * {@code src/test/resources/it/crd/<kind>}: {@code valid-*.yaml}, and {@code invalid-*.yaml} whose
 * first line says what the refusal must contain.
 */
@OnCluster
class CustomResourceValidationIT {

  private static final Path CASES = Path.of("src/test/resources/it/crd");
  private static final String EXPECT = "# expect: ";
  private static final List<Class<? extends HasMetadata>> KINDS =
      List.of(PostgresConnection.class, Backup.class, BackupSchedule.class, Restore.class);

  @TestFactory
  Stream<DynamicTest> acceptsWhatIsValid(Cluster cluster) throws IOException {
    var client = cluster.withoutRetries();
    return cases("valid-")
        .map(
            file ->
                DynamicTest.dynamicTest(
                    name(file),
                    () ->
                        assertThatCode(() -> dryRun(client, Files.readString(file)))
                            .doesNotThrowAnyException()));
  }

  @TestFactory
  Stream<DynamicTest> refusesWhatIsInvalidAndSaysWhatToDo(Cluster cluster) throws IOException {
    var client = cluster.withoutRetries();
    return cases("invalid-")
        .map(
            file ->
                DynamicTest.dynamicTest(
                    name(file),
                    () ->
                        assertThatThrownBy(() -> dryRun(client, Files.readString(file)))
                            .isInstanceOf(KubernetesClientException.class)
                            .hasMessageContaining(expectation(file))));
  }

  @Test
  void everyRuleHasACase() throws IOException {
    // Given
    var missing = new ArrayList<String>();

    // When
    for (var kind : KINDS) {
      var expected =
          cases("invalid-")
              .filter(file -> folder(kind).equals(file.getParent()))
              .map(CustomResourceValidationIT::expectation)
              .toList();
      rules(schema(kind))
          .filter(message -> !message.contains(" cannot be changed"))
          .filter(message -> expected.stream().noneMatch(message::contains))
          .forEach(message -> missing.add(kind.getSimpleName() + ": " + message));
    }

    // Then
    assertThat(missing).isEmpty();
  }

  @Test
  void definitionsCanBeAppliedOnTheServersSide(Cluster cluster) {
    // When
    var applied =
        cluster
            .kubectl()
            .run(
                "apply",
                "--server-side",
                "--force-conflicts",
                "--field-manager=gitops",
                "--kustomize=crds/");

    // Then
    assertThat(applied.lines()).hasSize(KINDS.size()).allMatch(line -> line.endsWith("applied"));
  }

  @Test
  void statusSaysUnseenFromTheFirstInstant(Workspace workspace) {
    // Given
    for (var kind : KINDS) {
      var unseen = new ConcurrentLinkedQueue<GenericKubernetesResource>();
      var resource = load(folder(kind).resolve("valid-" + simplest(kind) + ".yaml"));
      resource.getMetadata().setNamespace(workspace.namespace());
      resource.getMetadata().setName("first-instant");
      var resources =
          workspace
              .cluster()
              .client()
              .genericKubernetesResources(HasMetadata.getApiVersion(kind), kind.getSimpleName())
              .inNamespace(workspace.namespace());
      try (var watch = resources.watch(collector(unseen))) {

        // When
        var created =
            workspace.cluster().client().resource(resource).fieldManager("test").serverSideApply();

        // Then
        assertThat(created.<Object>get("status", "observedGeneration"))
            .as(kind.getSimpleName())
            .isEqualTo(-1);
        await(kind.getSimpleName()).until(() -> !unseen.isEmpty());
        assertThat(unseen.peek().<Object>get("status", "observedGeneration")).isEqualTo(-1);
      }
    }
  }

  @Test
  void twoFieldManagersShareAResource(Workspace workspace) {
    // Given
    var client = workspace.cluster().client();
    var yaml =
        """
        apiVersion: pgcask.io/v1alpha1
        kind: PostgresConnection
        metadata: {name: shared, namespace: %s}
        spec:
        """
            .formatted(workspace.namespace());
    var first =
        yaml
            + """
              displayName: Shop
              standard: {host: db, database: shop, user: shop}
              tls: {mode: prefer}
            """;
    var second =
        yaml
            + """
              maxConcurrentJobs: 7
              standard: {port: 6432}
            """;

    // When
    client.resource(first).fieldManager("first").serverSideApply();
    client.resource(second).fieldManager("second").serverSideApply();
    client
        .resource(first.replace("  displayName: Shop\n", ""))
        .fieldManager("first")
        .serverSideApply();

    // Then
    var spec = workspace.get(PostgresConnection.class, "shared").getSpec();
    assertThat(spec.displayName()).isNull();
    assertThat(spec.standard().host()).isEqualTo("db");
    assertThat(spec.standard().portOrDefault()).isEqualTo(6432);
    assertThat(spec.maxConcurrentJobs()).isEqualTo(7);
    assertThatThrownBy(
            () ->
                client
                    .resource(second.replace("port: 6432", "host: other"))
                    .fieldManager("second")
                    .serverSideApply())
        .hasMessageContaining("conflict with \"first\": .spec.standard.host");
  }

  @Test
  void twoFieldManagersShareThePodSettings(Workspace workspace) {
    // Given
    var client = workspace.cluster().client();
    var yaml =
        """
        apiVersion: pgcask.io/v1alpha1
        kind: PostgresConnection
        metadata: {name: shared-pod, namespace: %s}
        spec:
        """
            .formatted(workspace.namespace());
    var first =
        yaml
            + """
              standard: {host: db, database: shop, user: shop}
              defaultPod:
                labels: {team: shop}
                env: [{name: A, value: "1"}, {name: B, value: "2"}]
                imagePullSecrets: [{name: mine}]
                tolerations: [{key: a, operator: Exists}]
            """;
    var second =
        yaml
            + """
              defaultPod:
                labels: {cost: "17"}
                env: [{name: C, value: "3"}]
                imagePullSecrets: [{name: theirs}]
                resources: {limits: {memory: 1Gi}}
            """;

    // When both have written, and the first takes back one of its variables
    client.resource(first).fieldManager("first").serverSideApply();
    client.resource(second).fieldManager("second").serverSideApply();
    client
        .resource(first.replace("{name: A, value: \"1\"}, ", ""))
        .fieldManager("first")
        .serverSideApply();

    // Then
    var pod = workspace.get(PostgresConnection.class, "shared-pod").getSpec().defaultPod();
    assertThat(pod.labels())
        .containsExactlyInAnyOrderEntriesOf(Map.of("team", "shop", "cost", "17"));
    assertThat(pod.env())
        .extracting(PodSettings.EnvironmentVariable::name)
        .containsExactlyInAnyOrder("B", "C");
    assertThat(pod.imagePullSecrets())
        .extracting(LocalObjectRef::name)
        .containsExactlyInAnyOrder("mine", "theirs");
    assertThat(pod.resources().limits()).containsOnlyKeys("memory");
    assertThatThrownBy(
            () ->
                client
                    .resource(
                        second.replace("    labels:", "    tolerations: [{key: b}]\n    labels:"))
                    .fieldManager("second")
                    .serverSideApply())
        .hasMessageContaining("conflict with \"first\": .spec.defaultPod.tolerations");
  }

  /** For each field of a Backup: a value to begin with, and another. */
  private static final Map<String, String[]> BACKUP_FIELDS =
      Map.ofEntries(
          Map.entry("clientMajor", values("17", "18")),
          Map.entry("scope", values("\"Database\"", "\"Server\"")),
          Map.entry(
              "globals", values("{\"include\":\"None\"}", "{\"include\":\"ReferencedRoles\"}")),
          Map.entry("include", values("{\"schemas\":[\"a\"]}", "{\"schemas\":[\"b\"]}")),
          Map.entry("exclude", values("{\"tables\":[\"x\"]}", "{\"tables\":[\"y\"]}")),
          Map.entry("foreignData", values("[\"f\"]", "[\"g\"]")),
          Map.entry("includeChildren", values("true", "false")),
          Map.entry("largeObjects", values("\"Include\"", "\"Exclude\"")),
          Map.entry("content", values("\"All\"", "\"DataOnly\"")),
          Map.entry("sections", values("[\"data\"]", "[\"pre-data\",\"data\"]")),
          Map.entry("options", values("{\"noComments\":true}", "{\"noComments\":false}")),
          Map.entry("allowPartial", values("[\"Subscriptions\"]", "[\"UnloggedData\"]")),
          Map.entry(
              "encryption",
              values(
                  "{\"age\":{\"recipients\":[\"age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p\"]}}",
                  "{\"age\":{\"recipients\":[\"age1apve0lfhylggqek2ndtys7cedkcpv7kasu4yw8xp68muekslpydqplnx93\"]}}")),
          Map.entry("verification", values("{\"level\":\"Hash\"}", "{\"level\":\"Parse\"}")),
          Map.entry("displayName", values("\"a\"", "\"b\"")),
          Map.entry("connectionRef", values("{\"name\":\"a\"}", "{\"name\":\"b\"}")),
          Map.entry("database", values("\"a\"", "\"b\"")),
          Map.entry("format", values("\"Plain\"", "\"Custom\"")),
          Map.entry("compression", values("{\"method\":\"gzip\"}", "{\"method\":\"zstd\"}")),
          Map.entry(
              "storage",
              values(
                  "{\"persistentVolumeClaim\":{\"claimName\":\"a\"}}",
                  "{\"persistentVolumeClaim\":{\"claimName\":\"b\"}}")),
          Map.entry(
              "copies",
              values(
                  "[{\"persistentVolumeClaim\":{\"claimName\":\"c\"}}]",
                  "[{\"persistentVolumeClaim\":{\"claimName\":\"d\"}}]")),
          Map.entry(
              "preSql",
              values(
                  "{\"configMapRef\":{\"name\":\"a\",\"key\":\"k\"}}",
                  "{\"configMapRef\":{\"name\":\"b\",\"key\":\"k\"}}")),
          Map.entry(
              "postSql",
              values(
                  "{\"configMapRef\":{\"name\":\"a\",\"key\":\"k\"}}",
                  "{\"configMapRef\":{\"name\":\"b\",\"key\":\"k\"}}")),
          Map.entry("keepLog", values("false", "true")),
          Map.entry("deletionPolicy", values("\"Retain\"", "\"Delete\"")),
          Map.entry("expiresAfter", values("\"1h\"", "\"2d\"")),
          Map.entry("hold", values("false", "true")),
          Map.entry("cancel", values("false", "true")),
          Map.entry("queueDeadline", values("\"1h\"", "\"2h\"")),
          Map.entry("pendingDeadlineSeconds", values("100", "200")),
          Map.entry("activeDeadline", values("\"1h\"", "\"2h\"")),
          Map.entry("stallTimeoutSeconds", values("100", "200")),
          Map.entry("retries", values("1", "3")),
          Map.entry(
              "pod",
              values("{\"priorityClassName\":\"low\"}", "{\"priorityClassName\":\"high\"}")));

  private static final Map<String, String[]> RESTORE_FIELDS =
      Map.ofEntries(
          Map.entry(
              "decryption",
              values(
                  "{\"ageIdentitySecretRef\":{\"name\":\"a\",\"key\":\"k\"}}",
                  "{\"ageIdentitySecretRef\":{\"name\":\"b\",\"key\":\"k\"}}")),
          Map.entry("displayName", values("\"a\"", "\"b\"")),
          Map.entry(
              "source",
              values("{\"backupRef\":{\"name\":\"a\"}}", "{\"backupRef\":{\"name\":\"b\"}}")),
          Map.entry("connectionRef", values("{\"name\":\"a\"}", "{\"name\":\"b\"}")),
          Map.entry("database", values("\"a\"", "\"b\"")),
          Map.entry("databases", values("[{\"target\":\"a\"}]", "[{\"target\":\"b\"}]")),
          Map.entry("globals", values("\"Roles\"", "\"All\"")),
          Map.entry("mode", values("\"Replace\"", "\"Clean\"")),
          Map.entry("createDatabase", values("{\"owner\":\"a\"}", "{\"owner\":\"b\"}")),
          Map.entry("confirm", values("\"a\"", "\"b\"")),
          Map.entry("notAfter", values("\"2026-01-31T18:00:00Z\"", "\"2027-01-31T18:00:00Z\"")),
          Map.entry("terminateConnections", values("true", "false")),
          Map.entry(
              "safetyBackup",
              values(
                  "{\"storage\":{\"persistentVolumeClaim\":{\"claimName\":\"a\"}}}",
                  "{\"storage\":{\"persistentVolumeClaim\":{\"claimName\":\"b\"}}}")),
          Map.entry("keepOld", values("\"1h\"", "\"2h\"")),
          Map.entry("dryRun", values("true", "false")),
          Map.entry("include", values("{\"schemas\":[\"a\"]}", "{\"schemas\":[\"b\"]}")),
          Map.entry("exclude", values("{\"tables\":[\"x\"]}", "{\"tables\":[\"y\"]}")),
          Map.entry("includeDependencies", values("true", "false")),
          Map.entry("content", values("\"All\"", "\"SchemaOnly\"")),
          Map.entry("sections", values("[\"pre-data\"]", "[\"pre-data\",\"data\"]")),
          Map.entry("options", values("{\"noComments\":true}", "{\"noComments\":false}")),
          Map.entry("strict", values("true", "false")),
          Map.entry("errors", values("\"Fail\"", "\"Accept\"")),
          Map.entry(
              "preSql",
              values(
                  "{\"configMapRef\":{\"name\":\"a\",\"key\":\"k\"}}",
                  "{\"configMapRef\":{\"name\":\"b\",\"key\":\"k\"}}")),
          Map.entry(
              "postSql",
              values(
                  "{\"configMapRef\":{\"name\":\"a\",\"key\":\"k\"}}",
                  "{\"configMapRef\":{\"name\":\"b\",\"key\":\"k\"}}")),
          Map.entry("analyze", values("true", "false")),
          Map.entry("jobs", values("1", "2")),
          Map.entry("cancel", values("false", "true")),
          Map.entry("queueDeadline", values("\"1h\"", "\"2h\"")),
          Map.entry("pendingDeadlineSeconds", values("100", "200")),
          Map.entry("activeDeadline", values("\"1h\"", "\"2h\"")),
          Map.entry("stallTimeoutSeconds", values("100", "200")),
          Map.entry(
              "pod",
              values("{\"priorityClassName\":\"low\"}", "{\"priorityClassName\":\"high\"}")));

  @Test
  void backupIsImmutableFieldByField(Workspace workspace) {
    var together = new HashSet<>(fields(BackupSpec.class));
    together.remove("imported"); // with which nothing of a dump may stand
    assertThat(BACKUP_FIELDS.keySet()).isEqualTo(together);
    immutability(workspace, "a", Backup.class, BACKUP_FIELDS, Backup.MUTABLE_SPEC_FIELDS);
  }

  @Test
  void anImportIsImmutableToo(Workspace workspace) {
    var place = "{\"imported\":{\"path\":\"%s\"}}";
    workspace.apply(
        """
        apiVersion: pgcask.io/v1alpha1
        kind: Backup
        metadata: {name: imported}
        spec:
          connectionRef: {name: a}
          cancel: true
          imported: {path: a/b, storage: {persistentVolumeClaim: {claimName: a}}}
        """);

    assertThatThrownBy(() -> workspace.patchSpec(Backup.class, "imported", place.formatted("a/c")))
        .hasMessageContaining("imported cannot be changed: create another Backup instead");
    assertThatThrownBy(() -> workspace.patchSpec(Backup.class, "imported", "{\"imported\":null}"))
        .hasMessageContaining("imported cannot be changed: create another Backup instead");
  }

  @Test
  void restoreIsImmutableFieldByField(Workspace workspace) {
    assertThat(RESTORE_FIELDS.keySet()).isEqualTo(fields(RestoreSpec.class));
    var whole = new HashMap<>(RESTORE_FIELDS);
    whole.keySet().removeAll(OF_A_PART);
    whole.remove("databases");
    whole.remove("createDatabase");
    immutability(workspace, "whole", Restore.class, whole, Restore.MUTABLE_SPEC_FIELDS);
    var part = new HashMap<>(RESTORE_FIELDS);
    part.keySet().removeAll(OF_AN_EXISTING_DATABASE);
    part.remove("databases");
    part.put("mode", values("\"CreateNew\"", "\"IntoEmpty\""));
    immutability(workspace, "part", Restore.class, part, Restore.MUTABLE_SPEC_FIELDS);
    var several = new HashMap<>(part);
    several.keySet().removeAll(Set.of("database", "include", "exclude", "includeDependencies"));
    several.put("databases", RESTORE_FIELDS.get("databases"));
    immutability(workspace, "several", Restore.class, several, Restore.MUTABLE_SPEC_FIELDS);
  }

  /** Modes Clean and Replace restore whole backups, and the other modes nothing that exists. */
  private static final Set<String> OF_A_PART =
      Set.of("include", "exclude", "includeDependencies", "content", "sections");

  private static final Set<String> OF_AN_EXISTING_DATABASE =
      Set.of("confirm", "terminateConnections", "safetyBackup", "keepOld");

  private static void immutability(
      Workspace workspace,
      String name,
      Class<? extends HasMetadata> kind,
      Map<String, String[]> fields,
      Set<String> mutable) {
    // Given
    var full = name + "-full";
    var minimal = name + "-minimal";
    create(workspace, kind, full, fields, fields.keySet());
    var required = new HashSet<>(requiredFields(kind));
    Stream.of("database", "databases")
        .filter(field -> kind == Restore.class && fields.containsKey(field))
        .forEach(required::add); // one of them
    create(workspace, kind, minimal, fields, required);
    for (var field : fields.keySet()) {
      var other = "{\"%s\":%s}".formatted(field, fields.get(field)[1]);
      var absent = "{\"%s\":null}".formatted(field);
      if (mutable.contains(field)) {

        // When a mutable field is changed, removed or added, then it is
        assertThatCode(
                () -> {
                  workspace.patchSpec(kind, minimal, other);
                  workspace.patchSpec(kind, full, other);
                  workspace.patchSpec(kind, full, absent);
                })
            .as(field)
            .doesNotThrowAnyException();
      } else {

        // When any other is, then the refusal says what to do
        var message =
            "%s cannot be changed: create another %s instead"
                .formatted(field, kind.getSimpleName());
        assertThatThrownBy(() -> workspace.patchSpec(kind, full, other))
            .as("changed " + field)
            .hasMessageContaining(message);
        if (!required.contains(field)) {
          assertThatThrownBy(() -> workspace.patchSpec(kind, full, absent))
              .as("removed " + field)
              .hasMessageContaining(message);
          assertThatThrownBy(() -> workspace.patchSpec(kind, minimal, other))
              .as("added " + field)
              .hasMessageContaining(message);
        }
      }
    }
  }

  /** Fields that are refused without another one. */
  private static final Map<String, String> WHAT_IT_NEEDS =
      Map.of("includeChildren", "exclude: {tables: [a]}");

  @Test
  void templateOfAScheduleStaysEditable(Workspace workspace) {
    BACKUP_FIELDS.forEach(
        (field, values) -> {
          // Given
          var name = "of-" + field.toLowerCase(Locale.ROOT);
          workspace.apply(
              """
              apiVersion: pgcask.io/v1alpha1
              kind: BackupSchedule
              metadata: {name: %s}
              spec:
                schedule: "0 3 1 1 *"
                suspend: true
                template:
                  spec:
                    connectionRef: {name: a}
                    storage: {persistentVolumeClaim: {claimName: a}}
                    %s
              """
                  .formatted(name, WHAT_IT_NEEDS.getOrDefault(field, "cancel: false")));
          for (var value : values) {
            // When
            workspace.patchSpec(
                BackupSchedule.class,
                name,
                "{\"template\":{\"spec\":{\"%s\":%s}}}".formatted(field, value));
          }

          // Then
          var spec =
              Serialization.jsonMapper()
                  .<JsonNode>valueToTree(
                      workspace.get(BackupSchedule.class, name).getSpec().template().spec());
          assertThat(spec.get(field))
              .as(field)
              .isEqualTo(Serialization.unmarshal(values[1], JsonNode.class));
        });
  }

  // --- cases ---

  private static Stream<Path> cases(String prefix) throws IOException {
    try (var files = Files.walk(CASES)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(prefix))
          .sorted()
          .toList()
          .stream();
    }
  }

  private static String name(Path file) {
    return CASES.relativize(file).toString();
  }

  private static String expectation(Path file) {
    try (var lines = Files.lines(file)) {
      var first = lines.findFirst().orElseThrow();
      assertThat(first).as(file.toString()).startsWith(EXPECT);
      return first.substring(EXPECT.length());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Path folder(Class<? extends HasMetadata> kind) {
    return CASES.resolve(kind.getSimpleName().toLowerCase(java.util.Locale.ROOT));
  }

  private static String simplest(Class<? extends HasMetadata> kind) {
    if (kind == PostgresConnection.class) {
      return "standard";
    }
    return kind == Restore.class ? "backup" : "minimal";
  }

  private static GenericKubernetesResource load(Path file) {
    try {
      return Serialization.unmarshal(Files.readString(file), GenericKubernetesResource.class);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** As {@code kubectl apply --server-side --dry-run=server --validate=strict}. */
  private static void dryRun(KubernetesClient client, String yaml) {
    var resource = Serialization.unmarshal(yaml, GenericKubernetesResource.class);
    resource.getMetadata().setNamespace("default");
    var context = new PatchContext();
    context.setPatchType(PatchType.SERVER_SIDE_APPLY);
    context.setFieldManager("test");
    context.setFieldValidation("Strict");
    context.setDryRun(List.of("All"));
    client.resource(resource).patch(context);
  }

  // --- schema ---

  private static JsonNode schema(Class<? extends HasMetadata> kind) throws IOException {
    var file = Path.of("crds", "%s.pgcask.io-v1.yaml".formatted(HasMetadata.getPlural(kind)));
    return Serialization.unmarshal(Files.readString(file), JsonNode.class);
  }

  private static Stream<String> rules(JsonNode node) {
    var own =
        node.path("x-kubernetes-validations")
            .valueStream()
            .map(rule -> rule.get("message").asText());
    return Stream.concat(own, node.valueStream().flatMap(CustomResourceValidationIT::rules));
  }

  private static Set<String> requiredFields(Class<? extends HasMetadata> kind) {
    try {
      return Set.copyOf(
          schema(kind)
              .at("/spec/versions/0/schema/openAPIV3Schema/properties/spec/required")
              .valueStream()
              .map(JsonNode::asText)
              .toList());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Set<String> fields(Class<? extends Record> type) {
    return Set.copyOf(
        Arrays.stream(type.getRecordComponents()).map(component -> component.getName()).toList());
  }

  private static String[] values(String first, String second) {
    return new String[] {first, second};
  }

  private static void create(
      Workspace workspace,
      Class<? extends HasMetadata> kind,
      String name,
      Map<String, String[]> fields,
      Set<String> present) {
    var spec =
        String.join(
            ",",
            present.stream()
                .map(field -> "\"%s\":%s".formatted(field, fields.get(field)[0]))
                .toList());
    workspace.apply(
        """
        {"apiVersion": "pgcask.io/v1alpha1", "kind": "%s", "metadata": {"name": "%s"}, "spec": {%s}}
        """
            .formatted(kind.getSimpleName(), name, spec));
  }

  private static Watcher<GenericKubernetesResource> collector(
      Queue<GenericKubernetesResource> seen) {
    return new Watcher<>() {
      @Override
      public void eventReceived(Action action, GenericKubernetesResource resource) {
        seen.add(resource);
      }

      @Override
      public void onClose(WatcherException cause) {}
    };
  }
}
