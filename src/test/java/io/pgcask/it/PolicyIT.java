package io.pgcask.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.pgcask.api.v1alpha1.Backup;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * No confused deputy: who writes a resource needs the rights that the operator would use for it.
 * Jane may write every kind of pgcask but may read only the Secrets {@code mine} and {@code mine2},
 * and may not create pods.
 */
@OnCluster
class PolicyIT {

  private static final String S3_MINE =
      "{s3: {bucket: bbb, endpoint: 'https://x', credentialsSecretRef: {name: mine},"
          + " caSecretRef: {name: mine2}}}";
  private static final String S3_OTHER =
      "{s3: {bucket: bbb, endpoint: 'https://x', credentialsSecretRef: {name: other}}}";
  private static final String S3_OTHER_CA =
      "{s3: {bucket: bbb, endpoint: 'https://x', credentialsSecretRef: {name: mine},"
          + " caSecretRef: {name: other}}}";
  private static final String VOLUME = "{persistentVolumeClaim: {claimName: vol}}";

  private static final String RECIPIENTS_OTHER =
      ", encryption: {age: {recipientsSecretRef: {name: other, key: k}}}";
  private static final String IDENTITY_OTHER =
      ", verification: {identitySecretRef: {name: other, key: k}}";
  private static final String DECRYPTION_OTHER =
      "decryption: {ageIdentitySecretRef: {name: other, key: k}}, ";
  private static final String S3_IDENTITY = "{s3: {bucket: bbb}}";

  /** Behind a storage: a copy that is the author's own, and another one. */
  private static final String COPIES =
      "{s3: {bucket: aaa, credentialsSecretRef: {name: mine}}}, copies: [{s3: {bucket: ccc,"
          + " credentialsSecretRef: {name: mine2}}}, %s]";

  /** Behind a storage: the pod settings of a Backup. */
  private static final String POD = S3_MINE + ", pod: %s";

  /** The same right, asked of whoever gives a storage or pods to all Backups of a connection. */
  private static final String CONNECTION =
      "{standard: {database: d, host: h, user: u}, defaultStorage: %s}";

  private static final String CONNECTION_POD =
      "{standard: {database: d, host: h, user: u}, defaultPod: %s}";
  private static final String RESTORE_POD =
      "{connectionRef: {name: a}, database: d, source: {backupRef: {name: b}}, pod: %s}";

  private static final String BACKUP = "{connectionRef: {name: a}, storage: %s}";
  private static final String IMPORT =
      "{connectionRef: {name: a}, imported: {path: p, storage: %s}}";
  private static final String SCHEDULE =
      "{schedule: '0 1 * * *', suspend: true,"
          + " template: {spec: {connectionRef: {name: a}, storage: %s}}}";

  /** Seven receivers with all the Secrets that one can have, and another one. */
  private static final String NOTIFYING =
      "{schedule: '0 1 * * *', suspend: true, template: {spec: {connectionRef: {name: a}}},"
          + " notifications: ["
          + "{webhook: {urlSecretRef: {name: mine, key: k}, hmacSecretRef: {name: mine2, key: k}, caSecretRef: {name: mine}}}, "
              .repeat(7)
          + "%s]}";

  private static final String RESTORE =
      "{connectionRef: {name: a}, database: d, source: {location: {path: p, storage: %s}}}";

  private static final String RESTORE_SAFE =
      "{connectionRef: {name: a}, database: d, source: {backupRef: {name: b}}, mode: Clean,"
          + " confirm: d, notAfter: '2020-01-01T00:00:00Z', safetyBackup: {storage: %s}}";

  private Cluster cluster;
  private String namespace;
  private KubernetesClient jane;

  @BeforeEach
  void janeMayWriteAndReadHerOwnSecrets(Cluster cluster, Workspace workspace) {
    this.cluster = cluster;
    this.namespace = workspace.namespace();
    this.jane = cluster.as("jane");
    // @formatter:off
    cluster
        .client()
        .resource(
            new RoleBuilder()
                .withNewMetadata()
                .withName("jane")
                .withNamespace(namespace)
                .endMetadata()
                .withRules(
                    new PolicyRuleBuilder()
                        .withApiGroups("pgcask.io")
                        .withResources("*")
                        .withVerbs("*")
                        .build(),
                    new PolicyRuleBuilder()
                        .withApiGroups("")
                        .withResources("secrets")
                        .withVerbs("get")
                        .withResourceNames("mine", "mine2")
                        .build())
                .build())
        .create();
    cluster
        .client()
        .resource(
            new RoleBindingBuilder()
                .withNewMetadata()
                .withName("jane")
                .withNamespace(namespace)
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "Role", "jane")
                .addNewSubject("rbac.authorization.k8s.io", "User", "jane", null)
                .build())
        .create();
    // @formatter:on
    awaitRight("pgcask.io", "backups");
  }

  /** The API server learns of roles by a watch, a moment after they are made. */
  private void awaitRight(String group, String resource) {
    // @formatter:off
    var review =
        new SelfSubjectAccessReviewBuilder()
            .withNewSpec()
            .withNewResourceAttributes()
            .withNamespace(namespace)
            .withVerb("create")
            .withGroup(group)
            .withResource(resource)
            .endResourceAttributes()
            .endSpec()
            .build();
    // @formatter:on
    await("jane may create " + resource)
        .until(() -> jane.resource(review).create().getStatus().getAllowed());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{standard: {database: d, host: h, user: u, passwordSecretRef: {name: other, key: p}}}",
        "{standard: {database: d, host: h, userSecretRef: {name: other, key: p}}}",
        "{standard: {database: d, host: h, user: u}, tls: {mode: verify-full, caSecretRef: {name: other}}}",
        "{connectionString: {secretRef: {name: other, key: p}}}",
        "{standard: {database: d, host: h, user: u}, tls: {clientCertificateSecretRef: {name: other}}}"
      })
  void aConnectionNamesNoSecretThatItsAuthorMayNotRead(String spec) {
    assertRefused("PostgresConnection", spec, "other");
  }

  @ConcurrentTest
  void aConnectionMayNameTheAuthorsOwnSecrets() {
    assertAccepted(
        "PostgresConnection",
        "{standard: {database: d, host: h, userSecretRef: {name: mine, key: u},"
            + " passwordSecretRef: {name: mine, key: p}},"
            + " tls: {mode: verify-full, caSecretRef: {name: mine2}}}");
  }

  @ConcurrentTest
  void aStorageNamesNoSecretThatTheAuthorMayNotReadInWhateverKindItStands() {
    for (var storage : List.of(S3_OTHER, S3_OTHER_CA)) {
      assertRefused("Backup", BACKUP.formatted(storage), "other");
      assertRefused("BackupSchedule", SCHEDULE.formatted(storage), "other");
      assertRefused("Restore", RESTORE.formatted(storage), "other");
    }
    for (var keys : List.of(RECIPIENTS_OTHER, IDENTITY_OTHER)) {
      assertRefused("Backup", BACKUP.formatted(S3_MINE + keys), "other");
      assertRefused("BackupSchedule", SCHEDULE.formatted(S3_MINE + keys), "other");
    }
    assertRefused(
        "Restore",
        RESTORE.formatted(S3_MINE).replaceFirst("^\\{", "{" + DECRYPTION_OTHER),
        "other");
    assertAccepted("Backup", BACKUP.formatted(S3_MINE));
    assertAccepted("BackupSchedule", SCHEDULE.formatted(S3_MINE));
    assertAccepted("Restore", RESTORE.formatted(S3_MINE));
  }

  @ConcurrentTest
  void aVolumeIsForThoseWhoMayCreatePods() {
    assertRefused("Backup", BACKUP.formatted(VOLUME), "pods");
    assertRefused("BackupSchedule", SCHEDULE.formatted(VOLUME), "pods");
    assertRefused("Restore", RESTORE.formatted(VOLUME), "pods");

    // Given the right
    cluster.bind(namespace, "edit", "jane");
    awaitRight("", "pods");

    // Then
    assertAccepted("Backup", BACKUP.formatted(VOLUME));
  }

  @ConcurrentTest
  void aCopyNeedsTheSameRightsAsTheStorageOfTheBackup() {
    for (var spec : List.of(BACKUP, SCHEDULE)) {
      var kind = spec.equals(BACKUP) ? "Backup" : "BackupSchedule";
      assertRefused(kind, spec.formatted(COPIES.formatted(S3_OTHER)), "copies[1]");
      assertRefused(kind, spec.formatted(COPIES.formatted(S3_OTHER_CA)), "other");
      assertRefused(kind, spec.formatted(COPIES.formatted(VOLUME)), "pods");
      assertRefused(kind, spec.formatted(COPIES.formatted(S3_IDENTITY)), "credentialsSecretRef");
      assertAccepted(kind, spec.formatted(COPIES.formatted(S3_MINE)));
    }
  }

  @ConcurrentTest
  void anImportNeedsTheSameRightsAsTheStorageOfABackup() {
    assertRefused("Backup", IMPORT.formatted(S3_OTHER), "imported.storage");
    assertRefused("Backup", IMPORT.formatted(S3_OTHER_CA), "other");
    assertRefused("Backup", IMPORT.formatted(VOLUME), "pods");
    assertRefused("Backup", IMPORT.formatted(S3_IDENTITY), "credentialsSecretRef");
    assertAccepted("Backup", IMPORT.formatted(S3_MINE));
  }

  @ConcurrentTest
  void theIdentityOfPodsIsForThoseWhoMayCreatePods() {
    assertRefused("Backup", BACKUP.formatted(S3_IDENTITY), "credentialsSecretRef");
    assertRefused("BackupSchedule", SCHEDULE.formatted(S3_IDENTITY), "credentialsSecretRef");
    assertRefused("Restore", RESTORE.formatted(S3_IDENTITY), "credentialsSecretRef");

    // Given the right
    cluster.bind(namespace, "edit", "jane");
    awaitRight("", "pods");

    // Then
    assertAccepted("Backup", BACKUP.formatted(S3_IDENTITY));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{serviceAccountName: powerful}",
        "{image: 'example.com/other'}",
        "{env: [{name: A, value: b}]}",
        "{labels: {a: b}}",
        "{annotations: {a: b}}",
        "{scratch: {sizeLimit: 1Gi, storageClassName: fast}}"
      })
  void aPodOfOnesOwnMakingIsForThoseWhoMayCreatePods(String pod) {
    assertRefused("Backup", BACKUP.formatted(POD.formatted(pod)), "create pods");
    assertRefused("BackupSchedule", SCHEDULE.formatted(POD.formatted(pod)), "create pods");
    assertRefused("Restore", RESTORE_POD.formatted(pod), "create pods");
    assertRefused("PostgresConnection", CONNECTION_POD.formatted(pod), "create pods");

    // Given the right
    cluster.bind(namespace, "edit", "jane");
    awaitRight("", "pods");

    // Then
    assertAccepted("Backup", BACKUP.formatted(POD.formatted(pod)));
    assertAccepted("BackupSchedule", SCHEDULE.formatted(POD.formatted(pod)));
    assertAccepted("Restore", RESTORE_POD.formatted(pod));
    assertAccepted("PostgresConnection", CONNECTION_POD.formatted(pod));
  }

  @ConcurrentTest
  void theImageOfAServerIsForThoseWhoMayCreatePods() {
    var server = S3_MINE + ", verification: {level: Restore, image: 'example.com/postgis'}";
    assertRefused("Backup", BACKUP.formatted(server), "verification.image names an image");
    assertRefused("BackupSchedule", SCHEDULE.formatted(server), "create pods");
    assertAccepted("Backup", BACKUP.formatted(S3_MINE + ", verification: {level: Restore}"));

    // Given the right
    cluster.bind(namespace, "edit", "jane");
    awaitRight("", "pods");

    // Then
    assertAccepted("Backup", BACKUP.formatted(server));
    assertAccepted("BackupSchedule", SCHEDULE.formatted(server));
  }

  @ConcurrentTest
  void whereAPodRunsAndHowMuchItUsesIsForEverybody() {
    var pod =
        "{resources: {limits: {memory: 1Gi}}, nodeSelector: {a: b}, tolerations: [{operator: Exists}],"
            + " affinity: {}, priorityClassName: low, scratch: {sizeLimit: 1Gi},"
            + " imagePullSecrets: [{name: mine}, {name: mine2}]}";
    assertAccepted("Backup", BACKUP.formatted(POD.formatted(pod)));
    assertAccepted("BackupSchedule", SCHEDULE.formatted(POD.formatted(pod)));
    assertAccepted("Restore", RESTORE_POD.formatted(pod));
    assertAccepted("PostgresConnection", CONNECTION_POD.formatted(pod));
  }

  @ConcurrentTest
  void anImageIsPulledWithNoSecretThatTheAuthorMayNotRead() {
    var pod = "{imagePullSecrets: [{name: mine}, {name: other}]}";
    assertRefused("Backup", BACKUP.formatted(POD.formatted(pod)), "other");
    assertRefused("BackupSchedule", SCHEDULE.formatted(POD.formatted(pod)), "other");
    assertRefused("Restore", RESTORE_POD.formatted(pod), "other");
    assertRefused("PostgresConnection", CONNECTION_POD.formatted(pod), "other");
  }

  @ConcurrentTest
  void theStorageThatAConnectionGivesIsAskedOfItsAuthorAndNotOfThoseWhoUseIt() {
    assertRefused("PostgresConnection", CONNECTION.formatted(S3_OTHER), "other");
    assertRefused("PostgresConnection", CONNECTION.formatted(S3_OTHER_CA), "other");
    assertRefused("PostgresConnection", CONNECTION.formatted(VOLUME), "pods");
    assertRefused("PostgresConnection", CONNECTION.formatted(S3_IDENTITY), "credentialsSecretRef");
    assertAccepted("PostgresConnection", CONNECTION.formatted(S3_MINE));
    assertAccepted("Backup", "{connectionRef: {name: a}}");
  }

  @ConcurrentTest
  void whereARestoreSavesItsTargetIsAskedOfItsAuthor() {
    assertRefused("Restore", RESTORE_SAFE.formatted(S3_OTHER), "other");
    assertRefused("Restore", RESTORE_SAFE.formatted(S3_OTHER_CA), "other");
    assertRefused("Restore", RESTORE_SAFE.formatted(VOLUME), "pods");
    assertRefused("Restore", RESTORE_SAFE.formatted(S3_IDENTITY), "credentialsSecretRef");
    assertAccepted("Restore", RESTORE_SAFE.formatted(S3_MINE));
  }

  @ConcurrentTest
  void nobodyIsToldWithASecretThatTheAuthorMayNotRead() {
    var url = "webhook: {urlSecretRef: {name: mine, key: k}";
    for (var other :
        List.of(
            "{webhook: {urlSecretRef: {name: other, key: k}}}",
            "{" + url + ", hmacSecretRef: {name: other, key: k}}}",
            "{" + url + ", caSecretRef: {name: other}}}",
            "{heartbeat: {urlSecretRef: {name: other, key: k}}}",
            "{heartbeat: {urlSecretRef: {name: mine, key: k}, caSecretRef: {name: other}}}")) {
      assertRefused("BackupSchedule", NOTIFYING.formatted(other), "notifications[7]");
    }
    // every Secret that eight receivers can name, within the cost that a policy may have
    assertAccepted(
        "BackupSchedule", NOTIFYING.formatted("{heartbeat: {urlSecretRef: {name: mine, key: k}}}"));
  }

  @ConcurrentTest
  void whatLeavesTheSpecAloneIsNotAsked(Workspace workspace) {
    // Given a Backup of somebody else, with a Secret that Jane may not read
    workspace.backup("theirs", "a", S3_OTHER.replace('\'', '"'), "");
    var theirs = jane.resources(Backup.class).inNamespace(namespace).withName("theirs");

    // Then she may label it, but not have it stopped: that is an edit of the spec
    assertThatCode(
            () ->
                theirs.patch(
                    PatchContext.of(PatchType.JSON_MERGE),
                    "{\"metadata\":{\"labels\":{\"l\":\"1\"}}}"))
        .doesNotThrowAnyException();
    assertThatThrownBy(
            () ->
                theirs.patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"cancel\":true}}"))
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining("other");
    assertThat(theirs.delete()).isNotEmpty();
  }

  private void assertRefused(String kind, String spec, String names) {
    assertThatThrownBy(() -> create(kind, spec))
        .as("%s %s", kind, spec)
        .isInstanceOfSatisfying(
            KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(403))
        .as("refused by the policy, not for want of a role")
        .hasMessageContaining("ValidatingAdmissionPolicy")
        .hasMessageContaining(names);
  }

  private void assertAccepted(String kind, String spec) {
    assertThatCode(() -> create(kind, spec)).as("%s %s", kind, spec).doesNotThrowAnyException();
  }

  private void create(String kind, String spec) {
    jane.resource(
            Serialization.unmarshal(
                """
                apiVersion: pgcask.io/v1alpha1
                kind: %s
                metadata: {generateName: case-, namespace: %s}
                spec: %s
                """
                    .formatted(kind, namespace, spec),
                GenericKubernetesResource.class))
        .create();
  }
}
