package io.pgcask.operator.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.BackupSpecBuilder;
import io.pgcask.api.v1alpha1.DumpExcludeBuilder;
import io.pgcask.api.v1alpha1.Reason;
import java.util.Collections;
import org.junit.jupiter.api.Test;

class BackupPlannerTest {
  @Test
  void refusesWhatDoesNotFitIntoAJob() {
    var patterns = Collections.nCopies(256, "ü".repeat(256));
    var exclude = DumpExcludeBuilder.builder().tables(patterns).build();

    assertThat(BackupPlanner.tooLarge(BackupSpecBuilder.builder().exclude(exclude).build()))
        .hasValueSatisfying(
            trouble -> {
              assertThat(trouble.reason()).isEqualTo(Reason.INVALID_OPTIONS);
              assertThat(trouble.message()).contains("fewer or shorter patterns");
            });
    assertThat(BackupPlanner.tooLarge(BackupSpecBuilder.builder().build())).isEmpty();
  }
}
