package io.pgcask.runner.restore;

import io.pgcask.api.v1alpha1.PlanRow;
import io.pgcask.contract.Report;
import io.pgcask.runner.report.Json;
import io.pgcask.runner.report.Redactor;
import io.pgcask.runner.report.Reporter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A plan, and what it has reported. */
final class PlanRows {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Json json = new Json();
  private final RestorePlan plan =
      new RestorePlan(
          new Reporter(
              new PrintStream(out, true, StandardCharsets.UTF_8), new Redactor(List.of()), json));

  RestorePlan plan() {
    return plan;
  }

  List<String> messages(PlanRow.Result result) throws IOException {
    return all().stream().filter(row -> row.result() == result).map(PlanRow::message).toList();
  }

  List<PlanRow> all() throws IOException {
    var rows = new ArrayList<PlanRow>();
    for (var line : out.toString(StandardCharsets.UTF_8).lines().toList()) {
      if (json.read(line.getBytes(StandardCharsets.UTF_8), Report.class)
          instanceof Report.Planned planned) {
        rows.add(planned.row());
      }
    }
    return rows;
  }
}
