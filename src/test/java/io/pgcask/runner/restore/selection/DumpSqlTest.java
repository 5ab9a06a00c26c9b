package io.pgcask.runner.restore.selection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DumpSqlTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "ALTER TABLE ONLY s.t ADD CONSTRAINT c;TABLE;s;t",
        "ALTER FOREIGN TABLE ONLY s.t ALTER COLUMN x;TABLE;s;t",
        "ALTER TABLE \"S.x\".\"T \"\"y\"\"\" ADD;TABLE;S.x;T \"y\"",
        "CREATE UNIQUE INDEX \"ON\" ON ONLY s.\"ONLY\" USING btree (x);ON;s;ONLY",
        "DROP TRIGGER \"a ON b.c\" ON s.t;ON;s;t",
        "DROP RULE \"on\" ON s.t;ON;s;t",
        "CREATE TABLE s.ä$_1 (;TABLE;s;ä$_1",
        "x 'ON a.b' ON s.t;ON;s;t",
        "x E'it\\'s ON a.b' ON s.t;ON;s;t",
        "x 'it''s ON a.b' ON s.t;ON;s;t",
      })
  void findsTheNameBehindAKeyword(String sql, String keyword, String schema, String name) {
    assertThat(DumpSql.of(sql).nameAfter(keyword)).contains(new QualifiedName(schema, name));
  }

  @Test
  void findsTheNameBehindTheLastOfAKeyword() {
    assertThat(
            DumpSql.of("CREATE STATISTICS s.x ON (EXTRACT(year FROM a.b)) FROM s.t;")
                .nameAfterLast("FROM"))
        .contains(new QualifiedName("s", "t"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "ALTER TABLE;TABLE",
        "ALTER TABLE s.;TABLE",
        "ALTER TABLE t ADD;TABLE",
        "x \"ON s.t;ON",
        "'';ON"
      })
  void findsNothingWhereNothingIs(String sql, String keyword) {
    assertThat(DumpSql.of(sql).nameAfter(keyword)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x -- ON a.b\n ON s.t",
        "x -- ON a.b\r ON s.t",
        "x /* ON a.b /* */ ON a.b */ ON s.t",
        "x $$ ON a.b $$ ON s.t",
        "x e'\\' ON a.b' ON s.t",
        "x E'a'\n'\\' ON a.b' ON s.t",
        "x ON\u2003a.b ON s.t",
        "x 1ON s.t",
        "x ON U&\"\\0073\".t",
      })
  void takesApartAsPostgresqlDoes(String sql) {
    assertThat(DumpSql.of(sql).nameAfter("ON")).contains(new QualifiedName("s", "t"));
  }

  @Test
  void findsNamesAlsoInBodies() {
    assertThat(
            DumpSql.of("CREATE FUNCTION s.f() AS $_$ SELECT 'a.b', x.y(1.5) $_$ LANGUAGE sql;")
                .names())
        .containsExactlyInAnyOrder(new QualifiedName("s", "f"), new QualifiedName("x", "y"));
  }
}
