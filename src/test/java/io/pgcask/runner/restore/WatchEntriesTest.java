package io.pgcask.runner.restore;

import static io.pgcask.runner.restore.Entries.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class WatchEntriesTest {

  @Test
  void oursAreTheSchemaItsFunctionsAndWhatCallsThem() {
    var entries =
        List.of(
            entry(1, "SCHEMA", "", "pgcask", "CREATE SCHEMA pgcask;"),
            entry(2, "SCHEMA", "", "shop", "CREATE SCHEMA shop;"),
            entry(3, "ACL", "", "SCHEMA pgcask", "GRANT USAGE ON SCHEMA pgcask TO x;", 1),
            entry(4, "FUNCTION", "pgcask", "rows_0()", "CREATE FUNCTION pgcask.rows_0()", 1),
            entry(5, "TABLE", "shop", "pgcask", "CREATE TABLE shop.pgcask ();", 2),
            entry(
                6,
                "TRIGGER",
                "shop",
                "orders pgcask_0",
                "CREATE TRIGGER pgcask_0 AFTER INSERT ON shop.orders FOR EACH STATEMENT EXECUTE FUNCTION pgcask.rows_0();"),
            entry(
                7,
                "TRIGGER",
                "shop",
                "orders audit",
                "CREATE TRIGGER audit AFTER INSERT ON shop.orders FOR EACH STATEMENT EXECUTE FUNCTION shop.audit();"),
            entry(
                8,
                "EVENT TRIGGER",
                "",
                "pgcask_0_ddl",
                "CREATE EVENT TRIGGER pgcask_0_ddl ON ddl_command_end\n   EXECUTE FUNCTION pgcask.pgcask_0_ddl();"),
            entry(9, "COMMENT", "shop", "TRIGGER x ON orders", "COMMENT ON TRIGGER x", 6));

    assertThat(WatchEntries.of(entries)).containsExactlyInAnyOrder(1, 3, 4, 6, 8, 9);
  }
}
