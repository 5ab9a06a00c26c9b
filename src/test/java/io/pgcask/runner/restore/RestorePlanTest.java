package io.pgcask.runner.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgcask.api.v1alpha1.PlanRow;
import io.pgcask.api.v1alpha1.Reason;
import org.junit.jupiter.api.Test;

class RestorePlanTest {
  private final PlanRows rows = new PlanRows();

  @Test
  void ofSeveralDatabasesEachHasAPlanOfItsOwn() throws Exception {
    var shop = rows.plan().of("shop");
    var stock = rows.plan().of("stock");
    shop.passed("server", "it can be reached");
    shop.passed("lock", "it is had");
    shop.warning("owner", "nobody has the name");
    stock.failed("database", Reason.DATABASE_EXISTS, "it exists");
    shop.tellPassed();

    assertThat(rows.all())
        .containsExactly(
            new PlanRow("owner", PlanRow.Result.WARNING, "nobody has the name", "shop"),
            new PlanRow("database", PlanRow.Result.FAILED, "it exists", "stock"),
            new PlanRow("database", PlanRow.Result.PASSED, "2 checks have passed", "shop"));
    assertThatCode(shop::mustHavePassed).doesNotThrowAnyException();
    assertThatCode(rows.plan()::mustHavePassed).doesNotThrowAnyException();
    assertThatThrownBy(stock::mustHavePassed).hasMessage("database stock: it exists");
  }

  @Test
  void ofOneDatabaseEveryCheckIsTold() throws Exception {
    rows.plan().passed("server", "it can be reached");
    rows.plan().tellPassed();

    assertThat(rows.all())
        .containsExactly(new PlanRow("server", PlanRow.Result.PASSED, "it can be reached"));
  }
}
