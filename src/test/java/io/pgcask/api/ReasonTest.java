package io.pgcask.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReasonTest {

  @ParameterizedTest
  @EnumSource
  void everyReasonIsAWordOfTheSchemaAndFoundByIt(Reason reason) {
    assertThat(reason.word()).matches("[A-Z][A-Za-z0-9]*");
    assertThat(Reason.of(reason.word())).isEqualTo(reason);
    assertThat(reason.meaning()).endsWith(".");
  }

  @Test
  void theDocumentationHasEveryReasonAndNoOther() throws IOException {
    var rows =
        Files.readAllLines(Path.of("docs/troubleshooting.md")).stream()
            .filter(line -> line.startsWith("| `"))
            .map(line -> line.substring(0, line.indexOf('|', 1)))
            .flatMap(cell -> Pattern.compile("`([^`]+)`").matcher(cell).results())
            .map(word -> word.group(1))
            .toList();
    assertThat(rows)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Reason.values()).map(Reason::word).toList());
  }
}
