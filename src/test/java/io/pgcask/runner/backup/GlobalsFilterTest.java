package io.pgcask.runner.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgcask.api.v1alpha1.Provider;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class GlobalsFilterTest {
  private static final String BEGIN =
      """
      --
      -- PostgreSQL database cluster dump
      --

      \\restrict key

      SET default_transaction_read_only = off;

      SET client_encoding = 'UTF8';
      """;

  private static final String END =
      """

      \\unrestrict key

      --
      -- PostgreSQL database cluster dump complete
      --

      """;

  private record Outcome(byte[] bytes, boolean complete, int dropped) {
    String text() {
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  private static Outcome filter(byte[] input) throws IOException {
    return filter(input, Provider.GENERIC);
  }

  private static Outcome filter(byte[] input, Provider provider) throws IOException {
    var out = new ByteArrayOutputStream();
    var filter = new GlobalsFilter(out, provider);
    filter.copy(new ByteArrayInputStream(input));
    return new Outcome(out.toByteArray(), filter.isComplete(), filter.dropped());
  }

  private static Outcome filter(String input) throws IOException {
    return filter(input.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void ofAProviderItsRolesAreKnownByHowTheyBegin() throws Exception {
    var text = BEGIN + "CREATE ROLE rds_superuser_of_my_own;\nCREATE ROLE rdsomething;\n" + END;

    var outcome = filter(text.getBytes(StandardCharsets.UTF_8), Provider.RDS);

    assertThat(outcome.text())
        .isEqualTo(text.replace("CREATE ROLE rds_superuser_of_my_own;\n", "\n"));
    assertThat(filter(text.getBytes(StandardCharsets.UTF_8), Provider.AZURE).dropped()).isZero();
  }

  @Test
  void passesOnWhatIsNobodysButTheUsers() throws Exception {
    var text =
        BEGIN
            + """
              CREATE ROLE "odd ""rdsadmin"" ä;";
              ALTER ROLE "odd ""rdsadmin"" ä;" WITH NOSUPERUSER INHERIT VALID UNTIL 'infinity';
              COMMENT ON ROLE app IS 'it''s; CREATE ROLE rdsadmin; -- no comment';
              COMMENT ON ROLE app IS E'a\\\\''; b';
              CREATE ROLE rds_superuser_of_my_own;
              GRANT app TO "odd ""rdsadmin"" ä;" WITH INHERIT TRUE GRANTED BY postgres;
              """
            + END;

    var outcome = filter(text);

    assertThat(outcome.text()).isEqualTo(text);
    assertThat(outcome.complete()).isTrue();
    assertThat(outcome.dropped()).isZero();
  }

  @Test
  void leavesOutTheProvidersRoles() throws Exception {
    var outcome =
        filter(
            BEGIN
                + """
                  --
                  -- Roles
                  --

                  CREATE ROLE app;
                  ALTER ROLE app WITH LOGIN;
                  CREATE ROLE rdsadmin;
                  ALTER ROLE rdsadmin WITH SUPERUSER;
                  ALTER ROLE "cloudsqladmin" SET x TO 'a;b';
                  COMMENT ON ROLE azuresu IS 'two
                  lines; of text';
                  GRANT rds_superuser TO app GRANTED BY rdsadmin;
                  GRANT app TO rdsadmin;
                  GRANT readers TO app WITH ADMIN OPTION GRANTED BY rdsadmin;
                  """
                + END);

    assertThat(outcome.text())
        .contains("CREATE ROLE app;\nALTER ROLE app WITH LOGIN;\n")
        .contains("GRANT readers TO app WITH ADMIN OPTION;\n")
        .doesNotContain("rdsadmin", "rds_superuser", "cloudsqladmin", "azuresu", "lines; of text");
    assertThat(outcome.dropped()).isEqualTo(6);
    assertThat(outcome.complete()).isTrue();
  }

  @Test
  void aQuoteThatDoublesItselfDoesNotEndTheEscapes() throws Exception {
    var outcome =
        filter(
            BEGIN
                + "COMMENT ON ROLE app IS E'it''s \\'; CREATE ROLE rdsadmin;';\n"
                + "CREATE ROLE cloudsqladmin;\n"
                + END);

    assertThat(outcome.text()).contains("CREATE ROLE rdsadmin;").doesNotContain("cloudsqladmin");
    assertThat(outcome.dropped()).isEqualTo(1);
  }

  @Test
  void noticesThatTheEndIsMissing() throws Exception {
    assertThat(filter(BEGIN + "CREATE ROLE app;\n").complete()).isFalse();
    assertThat(
            filter(
                    BEGIN
                        + "COMMENT ON ROLE app IS 'x\n-- PostgreSQL database cluster dump complete")
                .complete())
        .isFalse();
    assertThat(filter("").complete()).isFalse();
  }

  @Test
  void doesNotTakeEndlessTextIntoMemory() {
    var endless = "CREATE ROLE " + "x".repeat(5 << 20);

    assertThatThrownBy(() -> filter(endless)).isInstanceOf(IOException.class);
  }

  @Property(tries = 500)
  void passesOnAnyBytes(@ForAll byte[] bytes) throws Exception {
    assertThat(filter(bytes).bytes()).isEqualTo(bytes);
  }
}
