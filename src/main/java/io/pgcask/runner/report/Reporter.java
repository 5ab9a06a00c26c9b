package io.pgcask.runner.report;

import io.pgcask.api.v1alpha1.PlanRow;
import io.pgcask.contract.Report;
import io.pgcask.contract.ReportProgressedBuilder;
import io.pgcask.postgres.SafeText;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes {@link Report} lines. Nothing longer than {@link Report#MAX_BYTES}, no secret and no
 * quoted value gets through. May be used by several threads.
 */
public final class Reporter {
  /** How many warnings and how many errors are reported; the rest is counted. */
  public static final int SAMPLES = 20;

  /** In bytes; JSON may put a backslash before each, and adds its own words. */
  private static final int MAX_TEXT = 1000;

  private static final int MAX_PLAN_TEXT = 500;
  private static final int MAX_OBJECT = 256;

  /**
   * The operator reads the newest 400 lines. What is further up than this is said again in the end,
   * so that it is read once, whatever the length of the run.
   */
  private static final int REPEAT_AFTER_LINES = 390;

  private final PrintStream out;
  private final Redactor redactor;
  private final Json json;
  private final List<Said> kept = new ArrayList<>();

  private int lines;
  private int warnings;
  private int errors;

  /** Writes to a stream. */
  public Reporter(PrintStream out, Redactor redactor, Json json) {
    this.out = out;
    this.redactor = redactor;
    this.json = json;
  }

  /** Says how far it is. */
  public void progress(long bytesRead, long bytesStored, long bytesPerSecond) {
    say(new Report.Progressed(bytesRead, bytesStored, bytesPerSecond));
  }

  /** Says how far it is, with all that is known. */
  public void progress(Report.Progressed progress) {
    var object = progress.currentObject();
    say(
        object == null
            ? progress
            : ReportProgressedBuilder.builder(progress)
                .currentObject(
                    SafeText.shorten(printable(redactor.withoutSecrets(object)), MAX_OBJECT))
                .build());
  }

  /** Says that the backup is written and is being verified. */
  public synchronized void verifying() {
    keep(new Report.Verifying());
  }

  /** Says what a check of the plan found. */
  public synchronized void planned(PlanRow row) {
    var message =
        SafeText.shorten(printable(redactor.withoutSecrets(row.message())), MAX_PLAN_TEXT);
    keep(new Report.Planned(new PlanRow(row.check(), row.result(), message, row.database())));
  }

  /** Counts a warning and says it, if it is one of the first. */
  public synchronized void warning(String message) {
    if (++warnings <= SAMPLES) {
      keep(new Report.Warned(text(message)));
    }
  }

  /** Counts an error of a tool and says it, if it is one of the first. */
  public synchronized void error(String message) {
    if (++errors <= SAMPLES) {
      keep(new Report.Erred(text(message)));
    }
  }

  /** Says a line of a tool's log. */
  public void log(String line) {
    say(new Report.Logged(text(line)));
  }

  /** How many warnings there were. */
  public synchronized int warningCount() {
    return warnings;
  }

  /** How many errors of a tool there were. */
  public synchronized int errorCount() {
    return errors;
  }

  /** Says again what a reader of the newest lines would miss. */
  public synchronized void finish() {
    int now = lines;
    for (var said : List.copyOf(kept)) {
      if (now - said.line() > REPEAT_AFTER_LINES - kept.size()) {
        say(said.report());
      }
    }
  }

  private void keep(Report report) {
    kept.add(new Said(lines, report));
    say(report);
  }

  private synchronized void say(Report report) {
    lines++;
    out.println(new String(json.line(report), StandardCharsets.UTF_8));
    out.flush();
  }

  private String text(String message) {
    var line = printable(SafeText.firstLine(message));
    return SafeText.shorten(redactor.withoutValues(line), MAX_TEXT);
  }

  /** Control characters, which JSON would write as six bytes each, are of no use to anybody. */
  private static String printable(String text) {
    return text.replaceAll("\\p{Cntrl}", " ");
  }

  private record Said(int line, Report report) {}
}
