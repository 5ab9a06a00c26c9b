package io.pgcask.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

class MountedSqlTest {
  private static final String TEXT = "SELECT '😀';\nSELECT ä;\nSELEKT 1;\n";

  @ParameterizedTest
  @CsvSource({"1, 1", "12, 1", "13, 2", "22, 2", "23, 3", "1000, 4"})
  void findsTheLineOfAPositionThatCountsCharacters(int position, long line) {
    assertThat(MountedSql.line(TEXT, position)).isEqualTo(line);
  }

  @Test
  void saysWhatTheServerSaysAndWhereWithoutValues() {
    var answer =
        "SERROR\0VERROR\0C22P02\0Minvalid input syntax for type integer: \"S3CR3T\"\0P23\0"
            + "DSome detail with S3CR3T\0";

    assertThat(MountedSql.explain(new PSQLException(new ServerErrorMessage(answer)), TEXT))
        .isEqualTo("ERROR: invalid input syntax for type integer: \"***\" (line 3)");
    assertThat(MountedSql.explain(new SQLException("the connection broke"), TEXT))
        .isEqualTo("the connection broke");
  }
}
