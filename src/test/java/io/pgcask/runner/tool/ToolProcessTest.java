package io.pgcask.runner.tool;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.runner.tool.ToolProcess.Stdin;
import io.pgcask.runner.tool.ToolProcess.Stdout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class ToolProcessTest {
  @TempDir Path home;

  private ToolLog log;

  @BeforeEach
  void open() throws Exception {
    log = new ToolLog(home.resolve("log"), warning -> {}, error -> {});
  }

  @AfterEach
  void close() throws Exception {
    log.close();
  }

  private ToolProcess shell(String script) throws Exception {
    return ToolProcess.start(
        Path.of("/bin/sh"), List.of("-c", script), home, Stdin.NONE, Stdout.READ, log);
  }

  @Test
  void inheritsNothingOfOurs() throws Exception {
    try (var tool = shell("env; pwd")) {
      var output = new String(tool.stdout().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(tool.await().succeeded()).isTrue();
      assertThat(output.lines().filter(line -> !line.startsWith("PWD=") && !line.startsWith("_=")))
          .containsExactlyInAnyOrder(
              "PATH=/usr/bin:/bin",
              "LC_ALL=C.UTF-8",
              "HOME=" + home,
              "TMPDIR=" + home,
              home.toString());
    }
  }

  @Test
  void drainsStderrBeforeItTellsTheEnd() throws Exception {
    try (var tool = shell("for i in $(seq 1000); do echo sh: error: $i >&2; done; exit 3")) {
      assertThat(tool.await().code()).isEqualTo(3);
      assertThat(log.errorCount()).isEqualTo(1000);
    }
  }

  @Test
  void killsAStoppedProcessAndItsChildren() throws Exception {
    try (var tool = shell("sleep 1000 & echo started; kill -STOP $$; wait")) {
      assertThat(tool.stdout().read()).isEqualTo('s');
      tool.kill();
      var exit = tool.await();

      assertThat(exit.killed()).isTrue();
      assertThat(exit.signal()).isEqualTo(9);
      // the reader meets the end, not a stream that was closed under it
      tool.stdout().readAllBytes();
      assertThat(tool.isAlive()).isFalse();
    }
  }

  @Test
  void tellsASignalOfSomebodyElse() throws Exception {
    try (var tool = shell("kill -TERM $$")) {
      var exit = tool.await();
      assertThat(exit.killed()).isTrue();
      assertThat(exit.signal()).isEqualTo(15);
    }
  }
}
