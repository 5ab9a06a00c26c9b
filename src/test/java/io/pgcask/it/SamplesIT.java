package io.pgcask.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.Condition;
import io.pgcask.api.v1alpha1.VerificationResult;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The samples do what they promise, applied as they are. */
@OnCluster
class SamplesIT {

  @Test
  void quickstart(Cluster cluster, Workspace workspace) {
    // Given the servers that the sample names, and the passwords that it holds
    var shop =
        TestDatabase.create(cluster.postgres(17), "shop", "shop", "shop-quickstart").withSample();
    var before = shop.contents();
    workspace.service("postgres", shop.server().host(), 5432);
    workspace.service("s3", cluster.s3().host(), 9000);

    // When
    var applied = apply(workspace, "deploy/samples/01-quickstart");
    workspace.completedBackup("shop-to-s3");
    workspace.completedBackup("shop-to-volume");
    workspace.completedRestore("shop-copy");

    // Then
    assertThat(shop.sibling("shop_copy").contents()).containsExactlyEntriesOf(before);
    assertThat(applied.lines()).allMatch(line -> line.endsWith("created"));
    assertThat(apply(workspace, "deploy/samples/01-quickstart").lines())
        // Of stringData kubectl never knows.
        .filteredOn(line -> !line.startsWith("secret/"))
        .allMatch(line -> line.endsWith("unchanged"));

    // When the next sample is applied beside it
    apply(workspace, "deploy/samples/02-schedule");
    var schedules =
        cluster
            .client()
            .resources(BackupSchedule.class)
            .inNamespace(workspace.namespace())
            .list()
            .getItems();

    // Then
    assertThat(schedules)
        .isNotEmpty()
        .allSatisfy(
            schedule ->
                assertThat(
                        workspace
                            .await(
                                BackupSchedule.class,
                                schedule.getMetadata().getName(),
                                found -> found.getStatus().conditions() != null)
                            .getStatus()
                            .nextScheduleTime())
                    .isNotNull());

    // When the one after that is, with keys as its text says
    workspace.secret(
        "backup-keys",
        Map.of("recipients", MainJobIT.RECIPIENT + "\n", "identity", MainJobIT.IDENTITY + "\n"));
    apply(workspace, "deploy/samples/03-encrypted");

    // Then
    var encrypted = workspace.completedBackup("shop-encrypted");
    assertThat(encrypted.getStatus().verification().result()).isEqualTo(VerificationResult.PASSED);
    workspace.completedRestore("shop-decrypted");
    assertThat(shop.sibling("shop_decrypted").contents()).containsAllEntriesOf(before);

    // When a connection says where to and on what pods
    apply(workspace, "deploy/samples/04-defaults");

    // Then a Backup need not
    var byDefault = workspace.completedBackup("shop-by-default").getStatus();
    assertThat(byDefault.location()).startsWith("s3://backups/defaults/");
    assertThat(byDefault.resolved().pod().labels())
        .containsOnly(Map.entry("team", "shop"), Map.entry("purpose", "by-hand"));

    // When several databases are backed up at once
    apply(workspace, "deploy/samples/05-server");

    // Then
    var server = workspace.completedBackup("shop-server").getStatus();
    assertThat(server.databases()).contains("shop", "shop_copy", "shop_decrypted");
    assertThat(server.databaseCount()).isEqualTo(server.databases().size());
    assertThat(cluster.s3().keys("servers/" + server.resolved().path()))
        .anyMatch(key -> key.endsWith("/1/globals.sql"));
    var copies = workspace.completedRestore("shop-server-copies").getStatus();
    assertThat(copies.target()).isEqualTo("shop_second, shop_third");
    assertThat(shop.sibling("shop_second").contents()).containsExactlyEntriesOf(before);
    assertThat(shop.sibling("shop_third").contents()).containsExactlyEntriesOf(before);

    // When a dump from elsewhere lies in the bucket
    cluster.s3().put("uploads/shop.dump", TestDatabase.resource("sql/elsewhere.sql"));
    apply(workspace, "deploy/samples/06-elsewhere");

    // Then
    assertThat(workspace.completedRestore("shop-from-elsewhere").getStatus().source())
        .isEqualTo("s3://backups/uploads/shop.dump");
    assertThat(shop.sibling("shop_from_elsewhere").contents())
        .containsKey("rows of public.brought");

    // When a database is replaced that has been worked in since
    shop.sibling("shop_copy").execute("DROP TABLE purchase CASCADE");
    apply(workspace, "deploy/samples/07-replace");

    // Then it is the backup's, and there are two ways back
    var replaced = workspace.completedRestore("shop-copy-again").getStatus();
    assertThat(shop.sibling("shop_copy").contents()).containsExactlyEntriesOf(before);
    assertThat(shop.sibling(replaced.keptDatabase().name()).contents())
        .isNotEmpty()
        .doesNotContainKey("rows of public.purchase");
    workspace.completedBackup(replaced.safetyBackup().name());

    // When the owner has another name
    shop.executeAsSuperuser("CREATE ROLE shop_app; GRANT shop_app TO shop");
    apply(workspace, "deploy/samples/08-other-roles");

    // Then it owns everything
    workspace.completedRestore("shop-for-another-role");
    var after = new TreeMap<>(before);
    after.replaceAll((what, is) -> what.startsWith("owner of ") ? "shop_app" : is);
    assertThat(shop.sibling("shop_for_another_role").contents()).containsExactlyEntriesOf(after);

    // When a schedule says what is kept
    apply(workspace, "deploy/samples/10-retention");

    // Then it says what it will remove
    workspace.await(
        BackupSchedule.class,
        "shop-hourly",
        found ->
            found.getStatus().retention() != null
                && found.getStatus().retention().nextRemovals() == 0);

    // Then the API server takes also what needs a server of the reader's own
    assertThat(apply(workspace, "deploy/samples/09-certificates").lines())
        .allMatch(line -> line.endsWith("created"));

    // When a schedule tells others
    apply(workspace, "deploy/samples/11-notifications");

    // Then its Secrets can be used
    workspace.await(
        BackupSchedule.class,
        "shop-with-notifications",
        found ->
            found.getStatus().conditions() != null
                && found.getStatus().conditions().stream()
                    .anyMatch(
                        condition ->
                            condition.type().equals(Condition.NOTIFICATIONS_READY)
                                && condition.holds()));
  }

  private static String apply(Workspace workspace, String folder) {
    return workspace
        .cluster()
        .kubectl()
        .run("apply", "--namespace=" + workspace.namespace(), "--filename=" + folder);
  }
}
