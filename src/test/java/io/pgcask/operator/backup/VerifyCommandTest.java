package io.pgcask.operator.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupStatusBuilder;
import io.pgcask.api.v1alpha1.LastHandled;
import io.pgcask.api.v1alpha1.VerificationLevel;
import io.pgcask.operator.Labels;
import org.junit.jupiter.api.Test;

class VerifyCommandTest {
  @Test
  void isALevelAndWhatTellsItFromTheOneBefore() {
    assertThat(VerifyCommand.of(backup("Parse/2026-11-24", "Parse")))
        .hasValueSatisfying(
            command -> {
              assertThat(command.value()).isEqualTo("Parse/2026-11-24");
              assertThat(command.level()).contains(VerificationLevel.PARSE);
            });
    assertThat(VerifyCommand.of(backup("Hash", null)).orElseThrow().level())
        .contains(VerificationLevel.HASH);
  }

  @Test
  void isAnsweredOnce() {
    assertThat(VerifyCommand.of(backup("Parse", "Parse"))).isEmpty();
    assertThat(VerifyCommand.of(backup(null, "Parse"))).isEmpty();
    var endless = "Hash/" + "x".repeat(1000);
    assertThat(VerifyCommand.of(backup(endless, endless.substring(0, 253)))).isEmpty();
  }

  @Test
  void whatIsNoLevelIsSaidToBeNone() {
    var command = VerifyCommand.of(backup("Glance", null)).orElseThrow();

    assertThat(command.level()).isEmpty();
    assertThat(command.notUnderstood().message())
        .contains("Glance is no level; write Hash, Parse or Restore");
  }

  private static Backup backup(String annotation, String handled) {
    var backup = new Backup();
    var metadata = new ObjectMetaBuilder().withName("b");
    if (annotation != null) {
      metadata.addToAnnotations(Labels.VERIFY, annotation);
    }
    backup.setMetadata(metadata.build());
    backup.setStatus(
        BackupStatusBuilder.builder()
            .lastHandled(handled == null ? null : new LastHandled(handled))
            .build());
    return backup;
  }
}
