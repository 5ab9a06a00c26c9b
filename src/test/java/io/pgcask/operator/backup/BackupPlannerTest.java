package io.pgcask.operator.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupSpecBuilder;
import io.pgcask.api.v1alpha1.DumpExcludeBuilder;
import io.pgcask.api.v1alpha1.DumpOptionsBuilder;
import io.pgcask.api.v1alpha1.Globals;
import io.pgcask.api.v1alpha1.PodSettingsBuilder;
import io.pgcask.api.v1alpha1.PostgresConnection;
import io.pgcask.api.v1alpha1.PostgresConnectionSpecBuilder;
import io.pgcask.api.v1alpha1.Provider;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.Storage;
import io.pgcask.operator.Labels;
import io.pgcask.operator.TestConfig;
import io.pgcask.operator.job.JobFactory;
import io.pgcask.operator.job.Trouble;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BackupPlannerTest {
  @Test
  void refusesWhatDoesNotFitIntoAJob() {
    var patterns = Collections.nCopies(256, "ü".repeat(256));
    var exclude = DumpExcludeBuilder.builder().tables(patterns).build();

    assertThat(BackupPlanner.tooLarge(BackupSpecBuilder.builder().exclude(exclude).build()))
        .hasValueSatisfying(
            trouble -> {
              assertThat(trouble.reason()).isEqualTo(Reason.INVALID_OPTIONS);
              assertThat(trouble.message()).contains("fewer or shorter patterns");
            });
    assertThat(BackupPlanner.tooLarge(BackupSpecBuilder.builder().build())).isEmpty();
  }

  private static final Storage BUCKET = s3("backups");

  private static final BackupPlanner PLANNER =
      new BackupPlanner(null, null, new JobFactory(new TestConfig(1)));

  @Test
  void noProviderShowsPasswordsOfRoles() {
    var backup = new Backup();
    backup.setMetadata(new ObjectMetaBuilder().withName("nightly").build());
    backup.setSpec(
        BackupSpecBuilder.builder()
            .storage(BUCKET)
            .globals(new Globals(Globals.Content.ROLES, true))
            .build());
    var connection = new PostgresConnection();
    connection.setMetadata(new ObjectMetaBuilder().withName("shop").build());
    connection.setSpec(PostgresConnectionSpecBuilder.builder().provider(Provider.RDS).build());

    assertThat(PLANNER.unusable(backup, connection))
        .hasValueSatisfying(
            trouble -> {
              assertThat(trouble.reason()).isEqualTo(Reason.INVALID_OPTIONS);
              assertThat(trouble.message())
                  .contains("globals.rolePasswords: provider RDS of PostgresConnection shop");
            });

    connection.setSpec(PostgresConnectionSpecBuilder.builder().build());
    assertThat(PLANNER.unusable(backup, connection)).isEmpty();
  }

  @Test
  void aStandbyHasNoSerializableTransactions() {
    var backup = new Backup();
    backup.setMetadata(new ObjectMetaBuilder().withName("nightly").build());
    backup.setSpec(
        BackupSpecBuilder.builder()
            .storage(BUCKET)
            .options(DumpOptionsBuilder.builder().serializableDeferrable(true).build())
            .build());
    var connection = new PostgresConnection();
    connection.setMetadata(new ObjectMetaBuilder().withName("shop").build());
    connection.setSpec(PostgresConnectionSpecBuilder.builder().readHost("standby").build());

    assertThat(PLANNER.unusable(backup, connection))
        .hasValueSatisfying(
            trouble -> {
              assertThat(trouble.reason()).isEqualTo(Reason.INVALID_OPTIONS);
              assertThat(trouble.message())
                  .contains("PostgresConnection shop reads from its readHost");
            });

    // what a Restore saves of its target is read where it will write
    backup.getMetadata().setAnnotations(Map.of(Labels.RESTORE, "shop-again"));
    assertThat(PLANNER.unusable(backup, connection)).isEmpty();
  }

  @Test
  void whatTheRunnerIsNotToldTakesNoRoomInAJob() {
    var annotations = Map.of("a", "x".repeat(60_000));
    var pod = PodSettingsBuilder.builder().annotations(annotations).build();

    assertThat(BackupPlanner.tooLarge(BackupSpecBuilder.builder().pod(pod).build())).isEmpty();
  }

  @Test
  void aBackupNeedsAStorageOfItsOwnOrOfItsConnection() {
    assertThat(unusable(BUCKET, null)).isEmpty();
    assertThat(unusable(null, BUCKET)).isEmpty();
    assertThat(unusable(null, null))
        .hasValueSatisfying(
            trouble -> {
              assertThat(trouble.reason()).isEqualTo(Reason.NO_STORAGE);
              assertThat(trouble.message())
                  .contains("spec.storage", "defaultStorage of PostgresConnection shop");
            });
  }

  @Test
  void aCopyMustNotLieInTheConnectionsStorage() {
    assertThat(unusable(null, BUCKET, s3("elsewhere"))).isEmpty();
    assertThat(unusable(s3("mine"), BUCKET, BUCKET)).isEmpty();
    assertThat(unusable(null, BUCKET, s3("elsewhere"), BUCKET))
        .hasValueSatisfying(
            trouble -> {
              assertThat(trouble.reason()).isEqualTo(Reason.INVALID_OPTIONS);
              assertThat(trouble.message()).contains("defaultStorage of PostgresConnection shop");
            });
  }

  private static Optional<Trouble> unusable(
      Storage own, Storage connectionsDefault, Storage... copies) {
    var backup = new Backup();
    backup.setSpec(
        BackupSpecBuilder.builder()
            .storage(own)
            .copies(copies.length == 0 ? null : List.of(copies))
            .build());
    var connection = new PostgresConnection();
    connection.setMetadata(new ObjectMetaBuilder().withName("shop").build());
    connection.setSpec(
        PostgresConnectionSpecBuilder.builder().defaultStorage(connectionsDefault).build());
    return PLANNER.unusable(backup, connection);
  }

  private static Storage s3(String bucket) {
    return new Storage(new Storage.S3(bucket, null, null, null, null, null, null), null);
  }
}
