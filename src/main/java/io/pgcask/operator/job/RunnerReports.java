package io.pgcask.operator.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.pgcask.api.v1alpha1.PlanRow;
import io.pgcask.api.v1alpha1.Progress;
import io.pgcask.contract.Report;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads what a runner has reported on stdout, through {@code pods/log}. */
@ApplicationScoped
public class RunnerReports {

  /** At most 20 warnings, 20 errors, 64 plan rows; progress and log lines make the rest. */
  private static final int TAIL_LINES = 400;

  private static final int SAMPLES = 20;
  private static final int PLAN_ROWS = 64;
  private static final int LOG_TAIL_CHARACTERS = 4096;

  private final KubernetesClient client;

  /** Made by the container, and by tests with a client of their own. */
  public RunnerReports(KubernetesClient client) {
    this.client = client;
  }

  /**
   * What was reported, in the order and bounds that a status takes.
   *
   * @param progress the newest; empty before the first
   * @param verifying whether the backup is written and being verified
   */
  public record Summary(
      Optional<Progress> progress,
      List<PlanRow> plan,
      boolean verifying,
      List<String> warnings,
      List<String> errors,
      String logTail) {}

  /** Reads the newest lines. A log that cannot be read is no news, not an error. */
  public Summary read(Pod pod) {
    String log;
    try {
      log =
          client
              .pods()
              .inNamespace(pod.getMetadata().getNamespace())
              .withName(pod.getMetadata().getName())
              .tailingLines(TAIL_LINES)
              .getLog();
    } catch (KubernetesClientException e) {
      log = "";
    }
    return summarise(log.lines().flatMap(RunnerReports::parse).toList());
  }

  static Summary summarise(List<Report> reports) {
    Optional<Progress> progress = Optional.empty();
    var plan = new ArrayList<PlanRow>();
    var warnings = new ArrayList<String>();
    var errors = new ArrayList<String>();
    var tail = new StringBuilder();
    boolean verifying = false;
    for (var report : reports) {
      switch (report) {
        case Report.Progressed p -> progress = Optional.of(progress(p));
        case Report.Planned p -> plan.add(p.row());
        case Report.Verifying v -> verifying = true;
        case Report.Warned w -> warnings.add(w.message());
        case Report.Erred e -> errors.add(e.message());
        case Report.Logged l -> tail.append(l.line()).append('\n');
      }
    }
    var cut = Math.max(0, tail.length() - LOG_TAIL_CHARACTERS);
    return new Summary(
        progress,
        first(plan, PLAN_ROWS),
        verifying,
        first(warnings, SAMPLES),
        first(errors, SAMPLES),
        tail.substring(cut == 0 ? 0 : tail.indexOf("\n", cut) + 1));
  }

  private static Progress progress(Report.Progressed reported) {
    return new Progress(
        reported.bytesRead(),
        reported.bytesStored(),
        reported.estimatedBytes(),
        reported.percent(),
        reported.bytesPerSecond(),
        reported.currentObject(),
        reported.bottleneck(),
        reported.entriesDone(),
        reported.entries());
  }

  private static <T> List<T> first(List<T> list, int bound) {
    return List.copyOf(list.subList(0, Math.min(bound, list.size())));
  }

  private static Stream<Report> parse(String line) {
    if (!line.startsWith("{")) {
      return Stream.empty();
    }
    try {
      return Stream.of(Serialization.jsonMapper().readValue(line, Report.class));
    } catch (JsonProcessingException e) {
      return Stream.empty();
    }
  }
}
