package io.pgcask.runner.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnknownSettingTest {

  /** In German, over two lines, as a server may write it. */
  private static final String UNKNOWN =
      """
      pg_restore: error: could not execute query: FEHLER:  unbekannter Parameter »transaction_timeout«
      TIP:  noch eine Zeile
      Command was: SET transaction_timeout = 0;
      """;

  private static final String OTHER =
      """
      pg_restore: from TOC entry 3371; 0 0 ACL TABLE t postgres
      pg_restore: error: could not execute query: FEHLER:  Rolle »gone« existiert nicht
      Command was: GRANT SELECT ON TABLE s.t TO gone;
      """;

  private final UnknownSetting setting = new UnknownSetting();

  private List<String> left(String... blocks) {
    var left = new ArrayList<String>();
    for (var block : blocks) {
      block.lines().forEach(line -> left.addAll(setting.next(line)));
    }
    left.addAll(setting.end());
    return left;
  }

  private static String ignored(int errors) {
    return "pg_restore: warning: errors ignored on restore: " + errors;
  }

  @Test
  void takesOutWhatEveryConnectionOfSeveralJobsRaises() {
    var workers = UNKNOWN.repeat(4);

    assertThat(left("pg_restore: while INITIALIZING:", UNKNOWN, workers, UNKNOWN, ignored(2)))
        .containsExactly(ignored(2));
    assertThat(setting.foreseen()).isEqualTo(2);
  }

  @Test
  void leavesEveryOtherError() {
    assertThat(left(UNKNOWN, UNKNOWN, OTHER, UNKNOWN, ignored(4)))
        .containsExactlyElementsOf((OTHER + ignored(4)).lines().toList());
    assertThat(setting.foreseen()).as("not the other one").isEqualTo(2);
  }

  @Test
  void foreseesNoMoreThanItHasSeen() {
    left(UNKNOWN, ignored(2));

    assertThat(setting.foreseen()).isEqualTo(1);
  }

  @Test
  void knowsTheCommandByItselfOnly() {
    var insideData = OTHER.replace("GRANT SELECT", "SELECT 'SET transaction_timeout = 0;'");
    var another = UNKNOWN.replace("= 0;", "= 5;");

    assertThat(left(insideData, another))
        .containsExactlyElementsOf((insideData + another).lines().toList());
  }

  @Test
  void isSentByClientsFrom17OnToServersBefore() {
    assertThat(UnknownSetting.isSent(17, 16)).isTrue();
    assertThat(UnknownSetting.isSent(18, 17)).isFalse();
    assertThat(UnknownSetting.isSent(16, 14)).isFalse();
  }
}
