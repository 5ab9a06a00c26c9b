package io.pgcask.runner.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.RestoreStatus;
import io.pgcask.api.v1alpha1.VerificationLevel;
import io.pgcask.api.v1alpha1.VerificationResult;
import io.pgcask.contract.Result;
import io.pgcask.contract.ResultBuilder;
import io.pgcask.contract.Swept;
import io.pgcask.runner.Results;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultFileTest {
  @TempDir Path directory;

  private final Json json = new Json();

  private ResultFile file() {
    return new ResultFile(directory.resolve("message"), new Redactor(List.of("S3CR3T")), json);
  }

  private static Result result(String message, List<String> partial) {
    return new Result(
        false,
        Reason.DUMP_FAILED,
        message,
        true,
        1L,
        2L,
        3L,
        Map.of("rows of tables", "1 2"),
        List.of("shop", "stock"),
        2,
        "ab",
        "17.6",
        "17.6",
        3,
        4,
        new RestoreStatus.Restored(1, Long.MAX_VALUE, 2),
        partial,
        Instant.EPOCH,
        Instant.EPOCH,
        Instant.EPOCH,
        null,
        new Result.Verified(VerificationLevel.HASH, VerificationResult.DAMAGED, message, 5),
        List.of(
            new Result.Copied(true, Long.MAX_VALUE, VerificationResult.INCONCLUSIVE, message),
            new Result.Copied(false, null, null, message)),
        new Result.Kept("n".repeat(63), 4294967295L),
        true);
  }

  @Test
  void writesWhatCanBeReadBack() throws Exception {
    var result = result("a message", List.of("Subscriptions"));
    file().write(result);

    assertThat(json.read(Files.readAllBytes(directory.resolve("message")), Result.class))
        .isEqualTo(result);
  }

  @Test
  void tellsOfAsMuchThatWasFoundAsThereIsRoomFor() throws Exception {
    // Given
    var found =
        IntStream.range(0, Swept.MAX_FOUND)
            .mapToObj(i -> new Swept.Found(0, "n".repeat(127) + (10 + i), true, 1L, Instant.EPOCH))
            .toList();
    var failures = Collections.nCopies(4, "x".repeat(250));
    var swept = new Swept(200, 3, Long.MAX_VALUE, true, found, failures);

    // When
    var bytes =
        file().fit(ResultBuilder.builder(Results.succeeded("looked through")).swept(swept).build());

    // Then
    assertThat(bytes.length).isLessThanOrEqualTo(Result.MAX_BYTES);
    var read = json.read(bytes, Result.class).swept();
    assertThat(read.backups()).isEqualTo(200);
    assertThat(read.failures()).isEqualTo(failures);
    assertThat(read.found()).hasSizeGreaterThan(5).isEqualTo(found.subList(0, read.found().size()));
  }

  @Test
  void shortensToItsBoundWhateverTheCharacters() throws Exception {
    for (var text : List.of("x", "\\", "\u0001", "ä", "😀")) {
      var bytes = file().fit(result(text.repeat(10_000), Collections.nCopies(500, "Something")));
      assertThat(bytes.length).isLessThanOrEqualTo(Result.MAX_BYTES);
      assertThat(json.read(bytes, Result.class).reason()).isEqualTo(Reason.DUMP_FAILED);
    }
  }

  @Test
  void hidesSecrets() throws Exception {
    var shown = json.read(file().fit(result("S3CR3T", null)), Result.class);

    assertThat(shown.message()).isEqualTo("***");
    assertThat(shown.copies()).extracting(Result.Copied::message).containsOnly("***");
  }

  @Test
  void namesAsManyDatabasesAsLeaveRoomForTheRest() throws Exception {
    var names = IntStream.range(0, 500).mapToObj(i -> "ä".repeat(30) + i).toList();
    var result =
        ResultBuilder.builder(result("x".repeat(10_000), List.of()))
            .databases(names)
            .databaseCount(500)
            .build();

    var read = json.read(file().fit(result), Result.class);

    assertThat(read.databases())
        .hasSizeBetween(10, 20)
        .isEqualTo(names.subList(0, read.databases().size()));
    assertThat(read.databaseCount()).isEqualTo(500);
    assertThat(read.message()).hasSizeGreaterThan(60);
  }
}
