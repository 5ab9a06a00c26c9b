package io.pgcask.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgcask.api.v1alpha1.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientToolsTest {
  @TempDir Path root;

  private void install(String major, String version) throws IOException {
    var program = root.resolve(major).resolve("bin").resolve("pg_dump");
    Files.createDirectories(program.getParent());
    Files.writeString(program, "#!/bin/sh\necho 'pg_dump (PostgreSQL) " + version + "'\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
  }

  @Test
  void choosesTheServersMajorElseTheNearestNewerOne() throws Exception {
    install("15", "15.18 (Debian 15.18-1)");
    install("17", "17.6");
    install("18", "18.1");
    Files.createDirectories(root.resolve("16").resolve("bin"));
    var tools = ClientTools.under(root);

    assertThat(tools.majors()).containsExactly(15, 17, 18);
    assertThat(tools.choose(14).major()).isEqualTo(15);
    assertThat(tools.choose(15).major()).isEqualTo(15);
    assertThat(tools.choose(16).major()).isEqualTo(17);
    assertThat(tools.choose(18).major()).isEqualTo(18);
    assertThat(tools.newest().major()).isEqualTo(18);
    assertThat(tools.choose(15).version("pg_dump")).isEqualTo("15.18");
    assertThat(tools.choose(17).program("psql")).isEqualTo(root.resolve("17/bin/psql"));
  }

  @Test
  void refusesAServerThatIsNewerThanEveryClient() throws Exception {
    install("15", "15.18");
    install("17", "17.6");

    assertThatThrownBy(() -> ClientTools.under(root).choose(18))
        .hasMessage(
            "PostgreSQL 18 needs a client of major version 18 or newer; the image has 15, 17")
        .extracting(e -> ((PostgresException) e).reason())
        .isEqualTo(Reason.VERSION_UNSUPPORTED);
  }

  @Test
  void refusesEverythingWhereNothingIsInstalled() {
    var tools = ClientTools.under(root.resolve("absent"));

    assertThat(tools.majors()).isEmpty();
    assertThatThrownBy(tools::newest).isInstanceOf(PostgresException.class);
  }
}
