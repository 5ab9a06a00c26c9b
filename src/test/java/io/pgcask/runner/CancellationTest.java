package io.pgcask.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CancellationTest {
  private final Cancellation cancellation = new Cancellation();
  private final List<String> ran = new ArrayList<>();

  @Test
  void runsWhatIsRegisteredOnce() throws Exception {
    cancellation.check();
    cancellation.onCancel(() -> ran.add("a"));
    try (var closed = cancellation.onCancel(() -> ran.add("closed"))) {
      assertThat(cancellation.cancelled()).isFalse();
    }
    cancellation.cancel();
    cancellation.cancel();

    assertThat(ran).containsExactly("a");
    assertThat(cancellation.cancelled()).isTrue();
    assertThatThrownBy(cancellation::check).isInstanceOf(TaskFailedException.class);
  }

  @Test
  void runsAtOnceWhatComesLate() {
    cancellation.cancel();
    cancellation.onCancel(() -> ran.add("late"));

    assertThat(ran).containsExactly("late");
  }
}
