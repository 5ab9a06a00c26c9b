package io.pgcask.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.TlsMode;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConninfoTest {
  private static ConnectionSettings settings(String database, TlsMode mode) {
    return new ConnectionSettings(
        "db.example.com",
        5432,
        database,
        "o'hara \\ \"x\"",
        Optional.of("S3CR3T"),
        mode,
        Optional.of(Path.of("/ca dir/ca.crt")),
        10);
  }

  @Test
  void quotesEveryValueSoThatLibpqReadsItBack() throws Exception {
    var punctuation = new StringBuilder();
    for (char c = ' '; c < 0x7f; c++) {
      punctuation.append(c);
    }
    var name = punctuation + "äß😀";
    var text =
        new Conninfo(settings(name, TlsMode.REQUIRE), "pgcask/x y", Optional.empty()).forReading();

    var read = ConnectionKeywords.parse(text);
    assertThat(read)
        .containsEntry("dbname", name)
        .containsEntry("user", "o'hara \\ \"x\"")
        .containsEntry("application_name", "pgcask/x y");
  }

  @Test
  void beginsSessionsThatWriteWithTheirSettings() throws Exception {
    var conninfo = new Conninfo(settings("d", TlsMode.REQUIRE), "a", Optional.empty());

    assertThat(
            ConnectionKeywords.parse(
                conninfo.forWriting(Map.of("session_replication_role", "replica"))))
        .containsEntry("options", "-c session_replication_role=replica");
    assertThat(conninfo.forWriting(Map.of())).doesNotContain("options");
  }

  @Test
  void neverHoldsThePassword() {
    var text =
        new Conninfo(settings("d", TlsMode.REQUIRE), "a", Optional.of(Path.of("/tmp/pgpass")))
            .forReading();

    assertThat(text).doesNotContain("S3CR3T").contains("passfile='/tmp/pgpass'");
  }

  @Test
  void namesTheCaOnlyWhereItIsChecked() {
    assertThat(new Conninfo(settings("d", TlsMode.REQUIRE), "a", Optional.empty()).forReading())
        .contains("sslmode='require'")
        .doesNotContain("sslrootcert");
    assertThat(new Conninfo(settings("d", TlsMode.VERIFY_CA), "a", Optional.empty()).forReading())
        .contains("sslmode='verify-ca' sslrootcert='/ca dir/ca.crt'");
  }

  @Test
  void boundsSilenceWhileReadingAndNotAFullWindowWhileWriting() {
    var conninfo = new Conninfo(settings("d", TlsMode.REQUIRE), "a", Optional.empty());

    assertThat(conninfo.forReading())
        .contains("tcp_user_timeout='90000'", "keepalives_idle='30'", "connect_timeout='10'");
    assertThat(conninfo.forWriting(Map.of()))
        .contains("keepalives_idle='30'")
        .doesNotContain("tcp_user_timeout");
  }
}
