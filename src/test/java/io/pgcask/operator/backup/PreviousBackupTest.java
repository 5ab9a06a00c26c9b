package io.pgcask.operator.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupPhase;
import io.pgcask.api.v1alpha1.BackupSpec;
import io.pgcask.api.v1alpha1.BackupSpecBuilder;
import io.pgcask.api.v1alpha1.BackupStatus;
import io.pgcask.api.v1alpha1.BackupStatusBuilder;
import io.pgcask.api.v1alpha1.Compression;
import io.pgcask.api.v1alpha1.Compression.Method;
import io.pgcask.api.v1alpha1.DumpContent;
import io.pgcask.api.v1alpha1.DumpExcludeBuilder;
import io.pgcask.api.v1alpha1.DumpFormat;
import io.pgcask.api.v1alpha1.ResolvedConnection;
import io.pgcask.contract.Task;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PreviousBackupTest {
  private static final BackupSpec SPEC = BackupSpecBuilder.builder().build();
  private static final ResolvedConnection SHOP = new ResolvedConnection("shop", "db", 5432, "shop");
  private static final Backup NEXT = backup(SPEC, status(SHOP).phase(BackupPhase.PENDING));

  private static BackupStatusBuilder status(ResolvedConnection connection) {
    return BackupStatusBuilder.builder()
        .resolved(new BackupStatus.Resolved(connection, null, null, null, null, null, null));
  }

  private static Backup backup(BackupSpec spec, BackupStatusBuilder status) {
    var backup = new Backup();
    backup.setMetadata(new ObjectMetaBuilder().withName("b").withNamespace("n").build());
    backup.setSpec(spec);
    backup.setStatus(status.build());
    return backup;
  }

  private static Backup completed(BackupSpec spec, ResolvedConnection connection, long size) {
    return backup(
        spec,
        status(connection)
            .phase(BackupPhase.COMPLETED)
            .completionTime(Instant.ofEpochSecond(size))
            .sizeBytes(size)
            .databaseSizeBytes(10 * size));
  }

  @Test
  void isTheNewestThatIsCompleted() {
    var failed =
        backup(
            SPEC,
            status(SHOP)
                .phase(BackupPhase.FAILED)
                .completionTime(Instant.ofEpochSecond(9))
                .sizeBytes(9L)
                .databaseSizeBytes(9L));
    var others =
        Stream.of(NEXT, completed(SPEC, SHOP, 5), completed(SPEC, SHOP, 7), failed, new Backup());

    assertThat(PreviousBackup.of(NEXT, others)).contains(new Task.Previous(7, 70));
  }

  @Test
  void isOneOfTheSameDatabaseOnTheSameServer() {
    var others =
        Stream.of(
                new ResolvedConnection("other", "db", 5432, "shop"),
                new ResolvedConnection("shop", "elsewhere", 5432, "shop"),
                new ResolvedConnection("shop", "db", 5432, "other"))
            .map(connection -> completed(SPEC, connection, 5));

    assertThat(PreviousBackup.of(NEXT, others)).isEmpty();
  }

  @Test
  void isOneThatWasDumpedInTheSameWay() {
    var ways =
        List.of(
            BackupSpecBuilder.builder().format(DumpFormat.PLAIN).build(),
            BackupSpecBuilder.builder().compression(new Compression(Method.NONE, null)).build(),
            BackupSpecBuilder.builder().content(DumpContent.SCHEMA_ONLY).build(),
            BackupSpecBuilder.builder()
                .exclude(DumpExcludeBuilder.builder().tables(List.of("t")).build())
                .build());
    assertThat(PreviousBackup.of(NEXT, ways.stream().map(way -> completed(way, SHOP, 5))))
        .isEmpty();

    // what a dump is called and how long it is kept decides nothing, and a default is what it is
    var same =
        BackupSpecBuilder.builder()
            .displayName("x")
            .cancel(false)
            .format(DumpFormat.CUSTOM)
            .build();
    assertThat(PreviousBackup.of(NEXT, Stream.of(completed(same, SHOP, 5)))).isPresent();
  }
}
