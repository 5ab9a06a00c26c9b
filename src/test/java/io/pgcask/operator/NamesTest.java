package io.pgcask.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.pgcask.api.v1alpha1.Backup;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {

  private static final String UID = "0a1b2c3d-4e5f-6789-abcd-ef0123456789";

  @Test
  void aJobIsNamedAfterItsOwnerAndItsUid() {
    assertThat(Names.job(backup("nightly"), "1")).isEqualTo("nightly-0a1b2c3d-1");
  }

  @ParameterizedTest
  @ValueSource(ints = {40, 50, 54, 55, 63, 100, 253})
  void aJobNameIsAValidLabelValueHoweverLongTheOwnersNameIs(int length) {
    // Given a name with a dot at each place where it may be cut
    var name = "a.".repeat(127).substring(0, length - 1) + "z";

    // When
    var job = Names.job(backup(name), "1-settle");

    // Then
    assertThat(job).hasSizeLessThanOrEqualTo(63).matches("[a-z0-9]([-a-z0-9]*[a-z0-9])?");
  }

  @Test
  void longNamesThatBeginAlikeStayApart() {
    var one = Names.job(backup("x".repeat(252) + "1"), "1");
    var other = Names.job(backup("x".repeat(252) + "2"), "1");
    assertThat(one).isNotEqualTo(other);
  }

  @Test
  void aScheduledBackupIsNamedAfterItsSlot() {
    assertThat(Names.scheduledBackup("nightly", Instant.parse("2026-03-01T02:30:00Z")))
        .isEqualTo("nightly-20260301-0230");
    assertThat(Names.scheduledBackup("n".repeat(253), Instant.parse("2026-03-01T02:30:00Z")))
        .hasSizeLessThanOrEqualTo(253)
        .endsWith("-20260301-0230");
    assertThat(Names.repeatedBackup("n".repeat(253), Instant.parse("2026-03-01T02:30:00Z")))
        .hasSizeLessThanOrEqualTo(253)
        .endsWith("-20260301-0230-2");
  }

  @Test
  void aSafetyBackupIsNamedAfterItsRestoreAndItsUid() {
    assertThat(Names.safetyBackup(backup("shop"))).isEqualTo("shop-safety-0a1b2c3d");
    assertThat(Names.safetyBackup(backup("s".repeat(253))))
        .hasSizeLessThanOrEqualTo(253)
        .endsWith("-safety-0a1b2c3d");
  }

  private static Backup backup(String name) {
    var backup = new Backup();
    backup.setMetadata(new ObjectMetaBuilder().withName(name).withUid(UID).build());
    return backup;
  }
}
