package io.pgcask.runner.tool;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.runner.tool.Backend.Doing;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackendTest {
  @ParameterizedTest
  @CsvSource({
    "active, , , WORKS",
    "active, IO, DataFileRead, WORKS",
    "active, Lock, relation, WORKS",
    "active, LWLock, BufferMapping, WORKS",
    "active, Client, ClientWrite, WAITS_FOR_TOOL",
    "active, Client, ClientRead, IDLE",
    "idle in transaction, Client, ClientRead, IDLE",
    "idle, Client, ClientRead, IDLE",
    ", , , IDLE",
  })
  void whatItDoesFollowsFromItsWaitEvent(String state, String type, String event, Doing doing) {
    assertThat(Backend.doing(state, type, event)).isEqualTo(doing);
  }
}
