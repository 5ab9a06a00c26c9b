package io.pgcask.it;

/** What the operator says of itself, for benches. */
record OperatorFigures(Cluster cluster) {

  long threads() {
    return metric("jvm_threads_live_threads");
  }

  /** What is in use, garbage included. */
  long heapMebibytes() {
    return metric("jvm_memory_used_bytes{area=\"heap\"") >> 20;
  }

  long residentMebibytes() {
    return cluster
            .kubectl()
            .run(
                "exec",
                "--namespace=" + Cluster.SYSTEM_NAMESPACE,
                pod(),
                "--",
                "cat",
                "/proc/1/status")
            .lines()
            .filter(line -> line.startsWith("VmRSS:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
            .sum()
        >> 10;
  }

  /** The sum of a metric over its labels. */
  private long metric(String prefix) {
    return cluster
        .kubectl()
        .run(
            "get",
            "--raw",
            "/api/v1/namespaces/%s/pods/%s:8080/proxy/q/metrics"
                .formatted(Cluster.SYSTEM_NAMESPACE, pod()))
        .lines()
        .filter(line -> line.startsWith(prefix))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  private String pod() {
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
}
