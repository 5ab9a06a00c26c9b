package io.pgcask.runner.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.Bottleneck;
import io.pgcask.api.v1alpha1.PlanRow;
import io.pgcask.contract.Report;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReporterTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Json json = new Json();
  private final Reporter reporter =
      new Reporter(
          new PrintStream(out, true, StandardCharsets.UTF_8),
          new Redactor(List.of("S3CR3T", "S3CR3T-longer")),
          json);

  private List<Report> reports() {
    return out.toString(StandardCharsets.UTF_8)
        .lines()
        .map(
            line -> {
              try {
                return json.read(line.getBytes(StandardCharsets.UTF_8), Report.class);
              } catch (IOException e) {
                throw new AssertionError(line, e);
              }
            })
        .toList();
  }

  @Test
  void hidesSecretsAndValues() {
    reporter.warning("table \"t\" has 'S3CR3T' and \"4711\"\nDETAIL: more");
    reporter.error("S3CR3T-longer");
    reporter.log("password=S3CR3T");
    reporter.planned(new PlanRow("x", PlanRow.Result.FAILED, "S3CR3T in \"db\""));

    assertThat(reports())
        .containsExactly(
            new Report.Warned("table \"t\" has \"***\" and \"***\""),
            new Report.Erred("***"),
            new Report.Logged("password=***"),
            new Report.Planned(new PlanRow("x", PlanRow.Result.FAILED, "*** in \"db\"")));
  }

  @Test
  void keepsEveryLineWithinItsBound() {
    for (var text : List.of("x", "\\", "ä", "😀", "\u0001")) {
      reporter.log(text.repeat(5000));
      reporter.warning(text.repeat(5000));
      reporter.planned(new PlanRow("x", PlanRow.Result.PASSED, text.repeat(5000)));
    }
    for (var line : out.toString(StandardCharsets.UTF_8).lines().toList()) {
      assertThat(line.getBytes(StandardCharsets.UTF_8).length)
          .isLessThanOrEqualTo(Report.MAX_BYTES);
    }
    for (var report : reports()) {
      if (report instanceof Report.Planned planned) {
        assertThat(planned.row().message().length()).isLessThanOrEqualTo(512);
      }
    }
  }

  @Test
  void boundsTheNameOfWhatIsBeingDumped() {
    reporter.progress(progress("S3CR3T.t\n"));
    reporter.progress(progress("\\".repeat(5000)));
    reporter.progress(progress("ä".repeat(200)));

    assertThat(reports().getFirst()).isEqualTo(progress("***.t "));
    assertThat(reports())
        .allSatisfy(
            report ->
                assertThat(
                        ((Report.Progressed) report)
                            .currentObject()
                            .getBytes(StandardCharsets.UTF_8))
                    .hasSizeLessThanOrEqualTo(256));
  }

  private static Report.Progressed progress(String object) {
    return new Report.Progressed(
        Long.MAX_VALUE,
        Long.MAX_VALUE,
        Long.MAX_VALUE,
        99,
        1,
        object,
        Bottleneck.COMPRESSION,
        Integer.MAX_VALUE,
        Integer.MAX_VALUE);
  }

  @Test
  void saysTheFirstTwentyAndCountsTheRest() {
    for (int i = 0; i < 50; i++) {
      reporter.warning("w" + i);
      reporter.error("e" + i);
    }

    assertThat(reporter.warningCount()).isEqualTo(50);
    assertThat(reporter.errorCount()).isEqualTo(50);
    assertThat(reports()).hasSize(40);
  }

  @Test
  void saysAgainInTheEndWhatAReaderOfTheNewestLinesWouldMiss() {
    reporter.warning("early");
    for (int i = 0; i < 1000; i++) {
      reporter.progress(i, i, i);
    }
    reporter.warning("late");
    reporter.finish();

    var newest = reports().subList(reports().size() - 400, reports().size());
    assertThat(newest).filteredOn(new Report.Warned("early")::equals).hasSize(1);
    assertThat(newest).filteredOn(new Report.Warned("late")::equals).hasSize(1);
  }
}
