package io.pgcask.runner.restore;

import static io.pgcask.runner.restore.Entries.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.ExtensionChoice;
import io.pgcask.api.v1alpha1.PlanRow;
import io.pgcask.api.v1alpha1.RestoreOptionsBuilder;
import io.pgcask.archive.ArchiveEntry;
import io.pgcask.contract.RestoreChoiceBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ExtensionPlanTest {
  private static final List<ArchiveEntry> ENTRIES =
      List.of(
          entry(1, "SCHEMA", "", "tools", "CREATE SCHEMA tools;"),
          entry(2, "EXTENSION", "", "cube", extension("cube", "tools"), 1),
          entry(3, "EXTENSION", "", "earthdistance", extension("earthdistance", "tools"), 1, 2),
          entry(4, "EXTENSION", "", "hstore", extension("hstore", "public")),
          entry(5, "TABLE", "public", "t", "CREATE TABLE public.t (h public.hstore);", 4),
          entry(6, "EXTENSION", "", "pgcrypto", extension("pgcrypto", "public")),
          entry(7, "TABLE", "public", "u", "CREATE TABLE public.u (t public.t);", 6));

  private final PlanRows rows = new PlanRows();

  private static String extension(String name, String schema) {
    return "CREATE EXTENSION IF NOT EXISTS %s WITH SCHEMA %s;".formatted(name, schema);
  }

  private static ExtensionChoice in(String schema) {
    return new ExtensionChoice(null, schema, null);
  }

  private static ExtensionChoice version(String version) {
    return new ExtensionChoice(null, null, version);
  }

  private ExtensionPlan.Work check(Map<String, ExtensionChoice> map) throws Exception {
    var options = RestoreOptionsBuilder.builder().extensionMap(map).build();
    var choice = RestoreChoiceBuilder.builder().options(options).build();
    return new ExtensionPlan(rows.plan(), choice).check(ENTRIES, ENTRIES, new Offered());
  }

  /** Of each extension the versions 1.0 and 1.1; one is there already, and one is bound. */
  private static final class Offered implements ExtensionPlan.Server {
    @Override
    public List<String> versions(String extension) {
      return List.of("1.0", "1.1");
    }

    @Override
    public Optional<String> fixedSchema(String extension) {
      return extension.equals("pgcrypto") ? Optional.of("public") : Optional.empty();
    }

    @Override
    public Optional<ExtensionPlan.Installed> installed(String extension) {
      return extension.equals("cube")
          ? Optional.of(new ExtensionPlan.Installed("1.0", "tools"))
          : Optional.empty();
    }
  }

  @Test
  void createsAnExtensionWithWhatItNeeds() throws Exception {
    var work = check(Map.of("earthdistance", version("1.1")));

    assertThat(work.entries()).containsExactlyInAnyOrder(1, 2, 3);
    assertThat(work.statements())
        .containsExactly(
            "CREATE SCHEMA IF NOT EXISTS \"tools\"",
            "CREATE EXTENSION IF NOT EXISTS \"cube\" SCHEMA \"tools\"",
            "CREATE EXTENSION IF NOT EXISTS \"earthdistance\" SCHEMA \"tools\" VERSION '1.1'",
            "ALTER SCHEMA \"tools\" OWNER TO \"old\"");
    assertThat(rows.messages(PlanRow.Result.FAILED)).isEmpty();
  }

  @Test
  void refusesWhatTheServerDoesNotOffer() throws Exception {
    check(Map.of("hstore", version("9"), "cube", version("1.1"), "pgcrypto", in("tools")));

    assertThat(rows.messages(PlanRow.Result.FAILED))
        .containsExactlyInAnyOrder(
            "the target's server does not offer extension hstore in version 9, but in 1.0, 1.1",
            "the target has extension cube in version 1.0, not 1.1: alter it there, or leave the version"
                + " out",
            "extension pgcrypto lies in schema public and in no other: leave its schema out");
  }

  @Test
  void refusesAnotherSchemaWhereTheOldOneIsNamed() throws Exception {
    check(Map.of("hstore", in("tools"), "no", version("1")));

    assertThat(rows.messages(PlanRow.Result.FAILED))
        .containsExactly(
            "extension hstore cannot lie in schema tools: TABLE public.t names it as public.hstore; leave"
                + " out its schema in options.extensionMap");
    assertThat(rows.messages(PlanRow.Result.WARNING))
        .containsExactly("options.extensionMap: extension no is not in the archive");
  }

  @Test
  void asksNothingWithoutAMap() throws Exception {
    assertThat(
            new ExtensionPlan(rows.plan(), RestoreChoiceBuilder.builder().build())
                .check(ENTRIES, ENTRIES, new Offered()))
        .isEqualTo(ExtensionPlan.Work.NONE);
  }
}
