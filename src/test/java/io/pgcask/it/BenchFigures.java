package io.pgcask.it;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** The figures of a bench on the cluster, printed and kept for {@code dev/bench}. */
final class BenchFigures {

  private final Path file;
  private final List<String> figures = new ArrayList<>();

  BenchFigures(String name) {
    this.file = Path.of("target/bench-%s.txt".formatted(name));
  }

  void say(String name, Object value) {
    var line =
        value instanceof Double number
            ? "%s: %.1f".formatted(name, number)
            : "%s: %s".formatted(name, value);
    System.out.println(line);
    figures.add(line);
  }

  void write() throws IOException {
    Files.write(file, figures);
  }

  /** What the operator takes at this moment. */
  void operator(Cluster cluster, String when) {
    say("threads_" + when, metric(cluster, "jvm_threads_live_threads"));
    say("heap_mib_" + when, metric(cluster, "jvm_memory_used_bytes{area=\"heap\"") >> 20);
    say("resident_mib_" + when, residentKibibytes(cluster) >> 10);
  }

  /** The sum of a metric over its labels. */
  static long metric(Cluster cluster, String prefix) {
    return cluster
        .kubectl()
        .run(
            "get",
            "--raw",
            "/api/v1/namespaces/%s/pods/%s:8080/proxy/q/metrics"
                .formatted(Cluster.SYSTEM_NAMESPACE, pod(cluster)))
        .lines()
        .filter(line -> line.startsWith(prefix))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  /** What was asked of the API server since it had had so many requests, for each of some. */
  void requests(Cluster cluster, int before, int count, String each) {
    var all = cluster.audit().orElse(List.of());
    var since = all.subList(before, all.size());
    say("api_requests_per_" + each, since.size() / (double) count);
    new TreeMap<>(
            since.stream()
                .filter(request -> request.objectRef() != null)
                .collect(groupingBy(request -> request.right().toString(), counting())))
        .forEach((kind, number) -> say("  " + kind, number / (double) count));
  }

  /** What the operator has taken of the processors since it started. */
  static double processorSeconds(Cluster cluster) {
    var fields = operatorFile(cluster, "/proc/1/stat").replaceAll(".*\\) ", "").split(" ");
    // user and system time, in hundredths of a second
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / 100.0;
  }

  /** How often the operator's container has ended by itself. */
  static long restarts(Cluster cluster) {
    return Long.parseLong(
        cluster
            .kubectl()
            .run(
                "get",
                "pod",
                "--namespace=" + Cluster.SYSTEM_NAMESPACE,
                pod(cluster),
                "-o=jsonpath={.status.containerStatuses[0].restartCount}")
            .strip());
  }

  private static String operatorFile(Cluster cluster, String path) {
    return cluster
        .kubectl()
        .run("exec", "--namespace=" + Cluster.SYSTEM_NAMESPACE, pod(cluster), "--", "cat", path);
  }

  private static long residentKibibytes(Cluster cluster) {
    return operatorFile(cluster, "/proc/1/status")
        .lines()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .sum();
  }

  private static String pod(Cluster cluster) {
    return cluster
        .client()
        .pods()
        .inNamespace(Cluster.SYSTEM_NAMESPACE)
        .withLabel("app.kubernetes.io/name", "pgcask")
        .list()
        .getItems()
        .getFirst()
        .getMetadata()
        .getName();
  }

  /** How many requests the API server has had. */
  static int requests(Cluster cluster) {
    return cluster.audit().map(List::size).orElse(0);
  }

  /** Seconds since a {@link System#nanoTime}. */
  static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }
}
