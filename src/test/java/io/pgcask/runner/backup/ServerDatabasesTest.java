package io.pgcask.runner.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgcask.runner.TaskFailedException;
import io.pgcask.runner.backup.ServerDatabases.Filter;
import io.pgcask.runner.backup.ServerDatabases.Found;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServerDatabasesTest {
  private final List<String> warnings = new ArrayList<>();

  private static Found usable(String name) {
    return new Found(name, true, false, true);
  }

  private List<String> choose(List<Found> all, List<Filter> includes, List<Filter> excludes)
      throws TaskFailedException {
    return ServerDatabases.choose(all, includes, excludes, warnings::add);
  }

  @Test
  void takesAllButWhatTheProviderKeeps() throws Exception {
    var all = List.of(usable("postgres"), usable("rdsadmin"), usable("shop"));

    assertThat(choose(all, List.of(), List.of())).containsExactly("postgres", "shop");
    assertThat(warnings).isEmpty();
  }

  @Test
  void takesWhatIsIncludedAndNotExcluded() throws Exception {
    var all = List.of(usable("a"), usable("b"), usable("c"));
    var includes = List.of(new Filter("a", List.of("a")), new Filter("[bc]", List.of("b", "c")));
    var excludes = List.of(new Filter("c", List.of("c")));

    assertThat(choose(all, includes, excludes)).containsExactly("a", "b");
  }

  @Test
  void saysWhatNobodyCanDump() throws Exception {
    var all =
        List.of(
            usable("a"),
            new Found("closed", false, false, true),
            new Found("dropped", true, true, true));

    assertThat(choose(all, List.of(), List.of())).containsExactly("a");
    assertThat(warnings)
        .containsExactly(
            "database closed allows no connections and is left out",
            "database dropped was half dropped and is left out");
  }

  @Test
  void refusesToLeaveOutWhatTheRoleMayNotSee() {
    var all = List.of(usable("a"), new Found("secret", true, false, false));

    assertThatThrownBy(() -> choose(all, List.of(), List.of()))
        .isInstanceOf(TaskFailedException.class)
        .hasMessage(
            "the role may not connect to database secret: grant CONNECT, or name it in"
                + " exclude.databases");
  }

  @Test
  void doesNotAskForRightsInWhatIsExcluded() throws Exception {
    var all = List.of(usable("a"), new Found("secret", true, false, false));

    assertThat(choose(all, List.of(), List.of(new Filter("secret", List.of("secret")))))
        .containsExactly("a");
  }

  @Test
  void refusesABackupOfNothing() {
    var all = List.of(usable("a"));

    assertThatThrownBy(() -> choose(all, List.of(), List.of(new Filter("*", List.of("a")))))
        .hasMessage("no database is left to dump; the server has a");
  }
}
