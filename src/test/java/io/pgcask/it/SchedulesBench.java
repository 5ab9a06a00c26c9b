package io.pgcask.it;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupSchedule;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What many schedules that are due in the same minute cost, as {@code dev/bench schedules} prints
 * it. No test: nothing is compared with a limit but that each makes its Backup.
 */
@OnCluster
@Timeout(1200)
class SchedulesBench {

  private static final int COUNT = Integer.getInteger("pgcask.bench.schedules", 1000);

  private final BenchFigures figures = new BenchFigures("schedules");
  private final Map<String, Instant> created = new ConcurrentHashMap<>();

  @Test
  void manySchedulesOfOneMinute(Cluster cluster, Workspace workspace) throws Exception {
    try {
      figures.say("schedules", COUNT);
      workspace.apply(
          """
          apiVersion: pgcask.io/v1alpha1
          kind: PostgresConnection
          metadata: {name: shop}
          spec: {standard: {host: nowhere.invalid, database: shop, user: shop}}
          """);
      var storage = workspace.s3();
      var started = System.nanoTime();
      var slot =
          Instant.now().truncatedTo(ChronoUnit.MINUTES).plus(Duration.ofMinutes(2 + COUNT / 2000));
      IntStream.range(0, COUNT).parallel().forEach(i -> create(workspace, storage, i, slot));
      await("all are seen")
          .atMost(Duration.between(Instant.now(), slot))
          .until(() -> seen(workspace) == COUNT);
      figures.say("schedules_seen_after_s", BenchFigures.seconds(started));
      figures.operator(cluster, "before");
      var audit = cluster.audit().orElseThrow().size();
      assertThat(Instant.now()).isBefore(slot);

      // When
      try (var watch =
          cluster
              .client()
              .resources(Backup.class)
              .inNamespace(workspace.namespace())
              .watch(new Arrivals())) {
        await("a Backup of each")
            .pollInterval(Duration.ofMillis(200))
            .atMost(Duration.ofMinutes(10))
            .until(() -> created.size() == COUNT);
        var created = cluster.audit().orElseThrow();
        figures.say("api_requests_until_all_are_created", created.size() - audit);
        await("the operator has no more to do with them")
            .pollInterval(Duration.ofSeconds(2))
            .atMost(Duration.ofMinutes(5))
            .until(() -> queued(workspace) == COUNT);
        var all = cluster.audit().orElseThrow();
        figures.say("api_requests_per_tick", (all.size() - audit) / (double) COUNT);
        new TreeMap<>(
                all.subList(audit, all.size()).stream()
                    .collect(groupingBy(request -> request.right().toString(), counting())))
            .forEach((kind, count) -> figures.say("  " + kind, count / (double) COUNT));
      }

      // Then
      var times = created.values().stream().sorted().toList();
      figures.say("tick_first_s", after(slot, times.getFirst()));
      figures.say("tick_half_s", after(slot, times.get(COUNT / 2)));
      figures.say("tick_%d_s".formatted(COUNT), after(slot, times.getLast()));
      figures.operator(cluster, "after");
    } finally {
      figures.write();
    }
  }

  private static double after(Instant slot, Instant time) {
    return Duration.between(slot, time).toMillis() / 1e3;
  }

  private static void create(Workspace workspace, String storage, int i, Instant slot) {
    var time = slot.atZone(ZoneOffset.UTC);
    workspace.apply(
        """
        apiVersion: pgcask.io/v1alpha1
        kind: BackupSchedule
        metadata: {name: s%04d}
        spec:
          schedule: "%d %d * * *"
          template:
            spec:
              connectionRef: {name: shop}
              storage: %s
        """
            .formatted(i, time.getMinute(), time.getHour(), storage));
  }

  private static long seen(Workspace workspace) {
    return workspace
        .cluster()
        .client()
        .resources(BackupSchedule.class)
        .inNamespace(workspace.namespace())
        .list()
        .getItems()
        .stream()
        .filter(schedule -> schedule.getStatus().nextScheduleTime() != null)
        .count();
  }

  private static long queued(Workspace workspace) {
    return workspace
        .cluster()
        .client()
        .resources(Backup.class)
        .inNamespace(workspace.namespace())
        .list()
        .getItems()
        .stream()
        .filter(backup -> backup.getStatus().phase() != null)
        .count();
  }

  private final class Arrivals implements Watcher<Backup> {
    @Override
    public void eventReceived(Action action, Backup backup) {
      created.putIfAbsent(backup.getMetadata().getName(), Instant.now());
    }

    @Override
    public void onClose(WatcherException cause) {}
  }
}
