package io.pgcask.runner.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SuccessionTest {
  private final Succession succession = new Succession();

  @Test
  void aFileHasNoSuccessorUntilAnotherCameLater() {
    succession.observe(List.of("1.dat"));
    assertThat(succession.hasSuccessor("1.dat")).isFalse();
    succession.observe(List.of("1.dat"));
    assertThat(succession.hasSuccessor("1.dat")).isFalse();

    succession.observe(List.of("1.dat", "2.dat"));

    assertThat(succession.hasSuccessor("1.dat")).isTrue();
    assertThat(succession.hasSuccessor("2.dat")).isFalse();
  }

  @Test
  void filesThatCameTogetherWaitForAThird() {
    succession.observe(List.of("1.dat", "2.dat"));
    assertThat(succession.hasSuccessor("1.dat")).isFalse();
    assertThat(succession.hasSuccessor("2.dat")).isFalse();

    succession.observe(List.of("1.dat", "2.dat", "toc.dat"));

    assertThat(succession.hasSuccessor("1.dat")).isTrue();
    assertThat(succession.hasSuccessor("2.dat")).isTrue();
    assertThat(succession.hasSuccessor("toc.dat")).isFalse();
  }

  @Test
  void whatIsGoneMadeASuccessorAllTheSame() {
    succession.observe(List.of("blobs.toc"));
    succession.observe(List.of("blobs.toc", "blob_1.dat"));
    succession.observe(List.of("blobs.toc"));

    assertThat(succession.hasSuccessor("blobs.toc")).isTrue();
    assertThat(succession.hasSuccessor("blob_1.dat")).isFalse();
  }

  @Test
  void aNameThatComesAgainIsAnotherFile() {
    succession.observe(List.of("1.dat"));
    succession.observe(List.of("2.dat"));
    succession.observe(List.of("1.dat", "2.dat"));

    assertThat(succession.hasSuccessor("1.dat")).isFalse();
    assertThat(succession.hasSuccessor("2.dat")).isTrue();
  }
}
