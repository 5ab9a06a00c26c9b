package io.pgcask.runner.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgcask.api.v1alpha1.BackupSpec;
import io.pgcask.api.v1alpha1.BackupSpecBuilder;
import io.pgcask.api.v1alpha1.Compression;
import io.pgcask.api.v1alpha1.Compression.Method;
import io.pgcask.api.v1alpha1.DumpExcludeBuilder;
import io.pgcask.api.v1alpha1.DumpFormat;
import io.pgcask.api.v1alpha1.DumpIncludeBuilder;
import io.pgcask.api.v1alpha1.DumpOptionsBuilder;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.postgres.ClientTools;
import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.ServerFacts;
import io.pgcask.runner.TaskFailedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DumpPlanTest {
  private static final BackupSpec ANY = BackupSpecBuilder.builder().build();

  @TempDir Path root;

  private ClientTools tools;

  @BeforeEach
  void install() throws Exception {
    for (var major : new String[] {"15", "17"}) {
      var program = Files.createDirectories(root.resolve(major).resolve("bin")).resolve("pg_dump");
      assertThat(Files.createFile(program).toFile().setExecutable(true)).isTrue();
    }
    tools = ClientTools.under(root);
  }

  private static ServerFacts server(int versionNum) {
    return new ServerFacts(versionNum / 10000 + ".1", versionNum, false, true, false);
  }

  private int client(BackupSpec spec, int versionNum) throws Exception {
    return DumpPlan.of(spec, server(versionNum), tools).client().major();
  }

  private void assertRefused(BackupSpec spec, int versionNum, Reason reason, String... says) {
    assertThatThrownBy(() -> client(spec, versionNum))
        .isInstanceOfSatisfying(
            TaskFailedException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(reason);
              assertThat(e.getMessage()).contains(says);
            });
  }

  @Test
  void takesTheServersClientElseTheNextNewerOne() throws Exception {
    assertThat(client(ANY, 140001)).isEqualTo(15);
    assertThat(client(ANY, 150001)).isEqualTo(15);
    assertThat(client(ANY, 160001)).isEqualTo(17);
  }

  @Test
  void takesTheClientThatIsAskedForIfItIsThereAndNotOlder() throws Exception {
    assertThat(client(withClient(17), 150001)).isEqualTo(17);
    assertRefused(withClient(15), 170001, Reason.INVALID_OPTIONS, "clientMajor 15 is older");
    assertRefused(withClient(16), 150001, Reason.VERSION_UNSUPPORTED, "16", "[15, 17]");
  }

  @Test
  void refusesAServerThatIsNewerThanEveryClientAndOneThatIsTooOld() {
    assertThatThrownBy(() -> client(ANY, 180001))
        .isInstanceOfSatisfying(
            PostgresException.class,
            e -> assertThat(e.reason()).isEqualTo(Reason.VERSION_UNSUPPORTED));
    assertRefused(ANY, 130001, Reason.UNSUPPORTED_VERSION, "14 and newer");
  }

  @Test
  void refusesMethodsThatTheClientDoesNotKnow() throws Exception {
    for (var method : new Method[] {Method.ZSTD, Method.LZ4}) {
      var spec = BackupSpecBuilder.builder().compression(new Compression(method, null)).build();
      assertRefused(spec, 150001, Reason.INVALID_OPTIONS, "needs pg_dump 16 or newer", "[15, 17]");
      assertThat(client(spec, 160001)).isEqualTo(17);
    }
    var gzip = BackupSpecBuilder.builder().compression(new Compression(Method.GZIP, 9)).build();
    assertThat(client(gzip, 150001)).isEqualTo(15);
  }

  @Test
  void namesEveryOptionThatTheClientLacks() throws Exception {
    var spec =
        BackupSpecBuilder.builder()
            .exclude(DumpExcludeBuilder.builder().extensions(List.of("x")).build())
            .options(DumpOptionsBuilder.builder().noPolicies(true).statistics(true).build())
            .build();

    assertRefused(
        spec,
        150001,
        Reason.INVALID_OPTIONS,
        "exclude.extensions needs pg_dump 17 or newer",
        "options.noPolicies needs pg_dump 18 or newer",
        "options.statistics needs pg_dump 18 or newer",
        "a server 15 is dumped with pg_dump 15, unless clientMajor names a newer one");
  }

  @Test
  void childrenOfTablesNeedNoNewClient() throws Exception {
    var spec =
        BackupSpecBuilder.builder()
            .includeChildren(true)
            .include(DumpIncludeBuilder.builder().tables(List.of("t")).build())
            .build();

    assertThat(client(spec, 150001)).isEqualTo(15);
  }

  @Test
  void fillsInTheCompression() throws Exception {
    assertThat(DumpPlan.of(ANY, server(170001), tools).compression())
        .isEqualTo(new Compression(Method.ZSTD, 1));
    assertThat(DumpPlan.of(ANY, server(150001), tools).compression())
        .isEqualTo(new Compression(Method.GZIP, 1));
    var tar = BackupSpecBuilder.builder().format(DumpFormat.TAR).build();
    assertThat(DumpPlan.of(tar, server(170001), tools).compression().method())
        .isEqualTo(Method.NONE);
  }

  @Test
  void aStandbyCannotWaitForASerializableMoment() {
    var spec =
        BackupSpecBuilder.builder()
            .options(DumpOptionsBuilder.builder().serializableDeferrable(true).build())
            .build();
    var standby = new ServerFacts("17.1", 170001, true, true, false);

    assertThatThrownBy(() -> DumpPlan.of(spec, standby, tools))
        .hasMessageContaining("not possible on a standby");
  }

  private static BackupSpec withClient(int major) {
    return BackupSpecBuilder.builder().clientMajor(major).build();
  }
}
