package io.pgcask.runner.report;

import io.pgcask.contract.Result;
import io.pgcask.contract.ResultBuilder;
import io.pgcask.postgres.SafeText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writes the {@link Result} where the kubelet reads it, shortened to fit. */
public final class ResultFile {
  private static final int SMALLEST_MESSAGE = 64;
  private static final int MAX_NAMES = 20;
  private static final int MAX_NAMES_BYTES = 1000;

  /** JSON may put up to six bytes in place of one. */
  private static final int MAX_VERIFIED = 256;

  private final Path file;
  private final Redactor redactor;
  private final Json json;

  /** Writes to the termination message's path. */
  public ResultFile(Path file, Redactor redactor, Json json) {
    this.file = file;
    this.redactor = redactor;
    this.json = json;
  }

  /**
   * Writes the result.
   *
   * @throws IOException if the file cannot be written; the operator then takes the result for lost
   */
  public void write(Result result) throws IOException {
    Files.write(file, fit(result));
  }

  /** The JSON of the result, at most {@link Result#MAX_BYTES} long. */
  byte[] fit(Result result) {
    if (result.swept() != null) {
      return fitSwept(result);
    }
    var shown = result.message() == null ? null : redactor.withoutSecrets(result.message());
    var some = names(result.databases());
    var fitted = with(result, shown, result.partial(), some, MAX_VERIFIED);
    var bytes = json.line(fitted);
    for (int max = Result.MAX_BYTES / 2; bytes.length > Result.MAX_BYTES; max /= 2) {
      boolean dropPartial = max < SMALLEST_MESSAGE;
      int maxText = Math.max(max, SMALLEST_MESSAGE);
      fitted =
          with(
              result,
              shown == null ? null : SafeText.shorten(shown, maxText),
              dropPartial ? List.of() : result.partial(),
              dropPartial ? null : some,
              Math.min(maxText, MAX_VERIFIED));
      if (dropPartial) {
        // without it the next slot of a schedule runs, which is always right
        fitted = ResultBuilder.builder(fitted).changeEvidence(null).build();
      }
      bytes = json.line(fitted);
      if (dropPartial) {
        break;
      }
    }
    return bytes;
  }

  /** Its text is short; what is too long is the list of what was found. */
  private byte[] fitSwept(Result result) {
    var bytes = json.line(result);
    var swept = result.swept();
    while (bytes.length > Result.MAX_BYTES && !swept.found().isEmpty()) {
      swept = swept.withoutLast();
      bytes = json.line(ResultBuilder.builder(result).swept(swept).build());
    }
    return bytes;
  }

  /** The first ones, as many as leave room for the rest. */
  private List<String> names(List<String> databases) {
    if (databases == null) {
      return null;
    }
    var some = new ArrayList<String>();
    int room = MAX_NAMES_BYTES;
    for (var name : databases) {
      room -= json.line(name).length + 1;
      if (room < 0 || some.size() == MAX_NAMES) {
        break;
      }
      some.add(name);
    }
    return some;
  }

  private Result with(
      Result result,
      String message,
      List<String> partial,
      List<String> databases,
      int maxVerified) {
    return ResultBuilder.builder(result)
        .message(message)
        .partial(partial)
        .databases(databases)
        .verification(shortened(result.verification(), maxVerified))
        .copies(shortened(result.copies(), maxVerified))
        .build();
  }

  private Result.Verified shortened(Result.Verified verified, int max) {
    return verified == null
        ? null
        : new Result.Verified(
            verified.level(),
            verified.result(),
            shortened(verified.message(), max),
            verified.durationSeconds(),
            verified.rowsChecked());
  }

  private List<Result.Copied> shortened(List<Result.Copied> copies, int max) {
    return copies == null
        ? null
        : copies.stream()
            .map(
                copy ->
                    new Result.Copied(
                        copy.complete(),
                        copy.sizeBytes(),
                        copy.verified(),
                        shortened(copy.message(), max)))
            .toList();
  }

  private String shortened(String text, int max) {
    return SafeText.shorten(redactor.withoutSecrets(text), max);
  }
}
