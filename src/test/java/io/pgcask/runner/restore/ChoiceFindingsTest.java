package io.pgcask.runner.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgcask.api.v1alpha1.PlanRow;
import io.pgcask.api.v1alpha1.RestoreNames;
import io.pgcask.api.v1alpha1.RestoreNamesBuilder;
import io.pgcask.archive.Archives;
import io.pgcask.contract.RestoreChoice;
import io.pgcask.contract.RestoreChoiceBuilder;
import io.pgcask.runner.TaskFailedException;
import io.pgcask.runner.restore.selection.EntrySelector;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ChoiceFindingsTest {
  private final PlanRows rows = new PlanRows();

  private void check(RestoreChoice choice) throws Exception {
    var selection = EntrySelector.select(Archives.rich(18), ChoiceFields.filter(choice));
    new ChoiceFindings(choice, "copy", rows.plan()).check(selection, Optional.empty());
  }

  private static RestoreNames tables(String... patterns) {
    return RestoreNamesBuilder.builder().tables(List.of(patterns)).build();
  }

  @Test
  void whatIsNeededIsRefusedAndAForeignKeyIsAWarning() throws Exception {
    check(RestoreChoiceBuilder.builder().include(tables("app.orders")).build());

    assertThat(rows.messages(PlanRow.Result.FAILED))
        .hasSize(4)
        .contains(
            "DOMAIN app.positive is needed by TABLE app.orders and is not selected, and database copy does"
                + " not have it; set includeDependencies: true, or include it");
    assertThat(rows.messages(PlanRow.Result.WARNING))
        .singleElement()
        .asString()
        .startsWith("FK CONSTRAINT app.orders orders_customer_fkey is left out");
    assertThatThrownBy(() -> rows.plan().mustHavePassed()).isInstanceOf(TaskFailedException.class);
  }

  @Test
  void whatWasExcludedIsNotCalledForByItsDependents() throws Exception {
    var names = RestoreNamesBuilder.builder().functions(List.of("touch")).build();
    check(
        RestoreChoiceBuilder.builder()
            .include(tables("app.orders"))
            .exclude(names)
            .includeDependencies(true)
            .build());

    assertThat(rows.messages(PlanRow.Result.FAILED))
        .containsExactly(
            "FUNCTION app.touch() is needed by TRIGGER app.orders touch and is not selected, and database"
                + " copy does not have it; do not leave it out, or exclude what needs it, too");
  }

  @Test
  void aPatternThatFitsNothingIsRefusedOnlyWhereItIncludes() throws Exception {
    check(
        RestoreChoiceBuilder.builder()
            .include(tables("a", "nowhere"))
            .exclude(tables("nothing"))
            .includeDependencies(true)
            .build());

    assertThat(rows.messages(PlanRow.Result.FAILED))
        .containsExactly(
            "include.tables: nowhere matches nothing in the archive; correct the pattern");
    assertThat(rows.messages(PlanRow.Result.WARNING))
        .contains("exclude.tables: nothing matches nothing in the archive");
  }

  @Test
  void manyOfAKindBecomeAFewRows() throws Exception {
    var patterns = IntStream.range(0, 100).mapToObj(i -> "no_" + i).toArray(String[]::new);
    check(RestoreChoiceBuilder.builder().exclude(tables(patterns)).build());

    assertThat(rows.messages(PlanRow.Result.WARNING))
        .hasSize(6)
        .contains("exclude.tables: no_5 matches nothing in the archive (and 94 more)");
    assertThatCode(() -> rows.plan().mustHavePassed()).doesNotThrowAnyException();
  }
}
