package io.pgcask.operator.connection;

import io.pgcask.api.v1alpha1.Condition;
import io.pgcask.api.v1alpha1.ConnectionFinding;
import io.pgcask.api.v1alpha1.PostgresConnectionStatus;
import io.pgcask.api.v1alpha1.PostgresConnectionStatusBuilder;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.operator.connection.readiness.DumpFinding;
import io.pgcask.operator.connection.readiness.Inspection;
import io.pgcask.operator.job.Trouble;
import io.pgcask.operator.status.Conditions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What a closer look at a database looks like in the status: DumpReady and what belongs to it. */
final class DumpReadiness {

  private static final int GRANTS_MAX = 50;

  /** All lines together, as JSON: names of 63 bytes may consist of quotes. */
  private static final int GRANTS_BYTES = 6 * 1024;

  private static final int DATABASES_BYTES = 5 * 1024;
  private static final int FINDING_MAX = 384;
  private static final int MESSAGE_MAX = 1024;

  private DumpReadiness() {}

  /** After a closer look. */
  static void inspected(
      PostgresConnectionStatusBuilder builder,
      Conditions conditions,
      Inspection inspection,
      boolean databaseExists) {
    var fixes =
        inspection.findings().stream()
            .flatMap(finding -> finding.fixes().stream())
            .distinct()
            .toList();
    builder
        .databases(within(DATABASES_BYTES, inspection.databases().first()))
        .databaseCount(inspection.databases().count())
        .databaseSizeBytes(inspection.databaseSizeBytes().orElse(null))
        .findings(orAbsent(inspection.findings().stream().map(DumpReadiness::shown).toList()))
        .grants(orAbsent(within(GRANTS_BYTES, fixes.stream().limit(GRANTS_MAX).toList())))
        .grantCount(fixes.isEmpty() ? null : fixes.size());
    if (databaseExists) {
      judge(conditions, inspection);
    } else {
      conditions.add(
          Condition.DUMP_READY, "False", Reason.DATABASE_NOT_FOUND, "there is nothing to dump");
    }
  }

  private static void judge(Conditions conditions, Inspection inspection) {
    var blocking = inspection.blocking();
    if (!blocking.isEmpty()) {
      conditions.add(
          Condition.DUMP_READY,
          "False",
          blocking.getFirst().kind().reason(),
          cut(
                  blocking.stream().map(DumpFinding::message).collect(Collectors.joining(". ")),
                  MESSAGE_MAX)
              + ". What helps stands in status.grants");
    } else if (inspection.unchecked().isPresent()) {
      conditions.add(
          Condition.DUMP_READY,
          "Unknown",
          Reason.DUMP_NOT_CHECKED,
          "a question about the database was not answered: " + inspection.unchecked().get());
    } else {
      var warnings = inspection.findings().size();
      conditions.add(
          Condition.DUMP_READY,
          "True",
          Reason.DUMPABLE,
          "nothing is known that would make a dump fail"
              + (warnings == 0 ? "" : "; status.findings has warnings"));
    }
  }

  /** After a probe that was no closer look: what the last one said. */
  static void unchanged(PostgresConnectionStatus before, Conditions conditions) {
    before.conditions().stream()
        .filter(condition -> condition.type().equals(Condition.DUMP_READY))
        .forEach(
            known ->
                conditions.add(
                    known.type(), known.status(), Reason.of(known.reason()), known.message()));
  }

  /** After a probe that failed; what was found before may not hold any more. */
  static void unknown(
      PostgresConnectionStatusBuilder builder, Conditions conditions, Trouble trouble) {
    builder.findings(null).grants(null).grantCount(null);
    conditions.add(
        Condition.DUMP_READY, "Unknown", trouble.reason(), "the server could not be asked");
  }

  private static ConnectionFinding shown(DumpFinding finding) {
    return new ConnectionFinding(
        finding.kind().reason().word(),
        finding.kind().severity(),
        finding.count(),
        cut(finding.message(), FINDING_MAX));
  }

  private static <T> List<T> orAbsent(List<T> list) {
    return list.isEmpty() ? null : list;
  }

  /** The first texts, as many as take so many bytes in JSON. */
  private static List<String> within(int bytes, List<String> texts) {
    var fitting = new ArrayList<String>();
    for (var text : texts) {
      long escaped = text.chars().filter(c -> c == '"' || c == '\\').count();
      bytes -= (int) (text.getBytes(StandardCharsets.UTF_8).length + escaped + 3);
      if (bytes < 0) {
        break;
      }
      fitting.add(text);
    }
    return fitting;
  }

  private static String cut(String message, int max) {
    return message.length() <= max ? message : message.substring(0, max - 1) + "…";
  }
}
