package io.pgcask.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupPhase;
import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.BackupSpecBuilder;
import io.pgcask.api.v1alpha1.BackupStatus;
import io.pgcask.api.v1alpha1.BackupStatusBuilder;
import io.pgcask.api.v1alpha1.Condition;
import io.pgcask.api.v1alpha1.LocalObjectRef;
import io.pgcask.api.v1alpha1.ResolvedConnection;
import io.pgcask.api.v1alpha1.Storage;
import io.pgcask.operator.Labels;
import io.pgcask.operator.Names;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a schedule with many Backups costs the operator, as {@code dev/bench retention} prints it.
 * The Backups are records of data that is not there, so that what is measured is not the bucket. No
 * test: nothing is compared with a limit but that what is to go goes.
 */
@OnCluster
@Timeout(900)
class RetentionBench {

  private static final int COUNT = Integer.getInteger("pgcask.bench.backups", 10_000);
  private static final int REMOVED = 100;
  private static final Instant NEWEST = Instant.parse("2026-01-01T00:00:00Z");

  private final BenchFigures figures = new BenchFigures("retention");

  @Test
  void manyBackups(Cluster cluster, Workspace workspace) throws Exception {
    try {
      // Given
      figures.say("backups", COUNT);
      figures.operator(cluster, "before");
      cluster.operator().scale(0);
      var storage = Serialization.yamlMapper().readValue(workspace.s3(), Storage.class);
      var started = System.nanoTime();
      create(workspace, storage);
      figures.say("created_after_s", BenchFigures.seconds(started));
      workspace.apply(
          """
          apiVersion: pgcask.io/v1alpha1
          kind: BackupSchedule
          metadata: {name: hourly}
          spec:
            schedule: "0 3 1 1 *"
            retention: {keepLast: %d}
            template: {spec: {connectionRef: {name: shop}, storage: %s}}
          """
              .formatted(COUNT - REMOVED, workspace.s3()));
      var requests = BenchFigures.requests(cluster);

      // When
      started = System.nanoTime();
      cluster.operator().scale(1);
      figures.say("operator_ready_after_s", BenchFigures.seconds(started));
      await("the first removal", started, () -> removed(workspace), removed -> removed > 0);
      figures.say("first_removal_after_s", BenchFigures.seconds(started));
      var removing = System.nanoTime();
      await("removals", removing, () -> removed(workspace), removed -> removed == REMOVED);
      figures.say("removed", REMOVED);
      figures.say("removals_begun_after_s", BenchFigures.seconds(removing));
      await("the last ones gone", removing, () -> left(workspace), left -> left == 0);
      figures.say("removals_ended_after_s", BenchFigures.seconds(removing));
      figures.operator(cluster, "after");
      figures.say("operator_cpu_s", BenchFigures.processorSeconds(cluster));
      figures.say("operator_gc_s", BenchFigures.metric(cluster, "jvm_gc_pause_seconds_sum"));
      figures.say("operator_restarts", BenchFigures.restarts(cluster));
      figures.requests(cluster, requests, REMOVED, "removal");

      // Then
      workspace.awaitGone(Backup.class, name(COUNT - 1));
      assertThat(workspace.backup(name(COUNT - REMOVED - 1))).isNotNull();
    } finally {
      figures.write();
    }
  }

  /** Polls until it is so, and says every five seconds how far it is. */
  private static void await(
      String what, long since, Supplier<Long> state, Predicate<Long> reached) {
    var said = new AtomicLong();
    Awaitility.await(what)
        .atMost(Duration.ofMinutes(3))
        .pollInterval(Duration.ofMillis(200))
        .until(
            () -> {
              var now = state.get();
              var step = (long) BenchFigures.seconds(since) / 5;
              if (said.getAndSet(step) != step) {
                System.out.printf(
                    "... %s: %d after %.0f s%n", what, now, BenchFigures.seconds(since));
              }
              return reached.test(now);
            });
  }

  private static void create(Workspace workspace, Storage storage) throws Exception {
    var created = new AtomicInteger();
    try (var threads = Executors.newFixedThreadPool(16)) {
      var all =
          threads.invokeAll(
              IntStream.range(0, COUNT)
                  .mapToObj(
                      number ->
                          Executors.callable(
                              () -> {
                                create(workspace, storage, number);
                                var count = created.incrementAndGet();
                                if (count % 1000 == 0) {
                                  System.out.printf("... created: %d of %d%n", count, COUNT);
                                }
                              }))
                  .toList());
      for (var one : all) {
        one.get();
      }
    }
  }

  /** How many of those that are to go are still there, looked for one by one. */
  private static long left(Workspace workspace) {
    return IntStream.range(COUNT - REMOVED, COUNT)
        .filter(number -> workspace.backup(name(number)) != null)
        .count();
  }

  private static long removed(Workspace workspace) {
    return Optional.ofNullable(workspace.get(BackupSchedule.class, "hourly").getStatus())
        .map(status -> status.retention())
        .map(retention -> retention.removed())
        .orElse(0L);
  }

  /** Numbered from the newest on, one an hour. */
  private static String name(int number) {
    return "hourly-%05d".formatted(number);
  }

  private static void create(Workspace workspace, Storage storage, int number) {
    var time = NEWEST.minus(Duration.ofHours(number));
    var backup = new Backup();
    backup.setMetadata(
        new ObjectMetaBuilder()
            .withName(name(number))
            .withNamespace(workspace.namespace())
            .withLabels(Map.of(Labels.SCHEDULE, "hourly"))
            .withAnnotations(
                Map.of(
                    Labels.SCHEDULE,
                    "hourly",
                    Labels.SCHEDULED_FOR,
                    time.toString(),
                    Labels.STARTED_AT,
                    time.toString()))
            .build());
    backup.setSpec(
        BackupSpecBuilder.builder()
            .connectionRef(new LocalObjectRef("shop"))
            .storage(storage)
            .build());
    var client = workspace.cluster().client();
    var created = client.resource(backup).create();
    created.setStatus(status(created, storage, time));
    client.resource(created).updateStatus();
  }

  /** About as large as that of a real one. */
  private static BackupStatus status(Backup backup, Storage storage, Instant time) {
    var path = "ns/shop/" + backup.getMetadata().getName() + "-" + Names.uid8(backup);
    var message = "12.3 GiB in s3://backups/" + path;
    return BackupStatusBuilder.builder()
        .observedGeneration(backup.getMetadata().getGeneration())
        .phase(BackupPhase.COMPLETED)
        .reason("Completed")
        .message(message)
        .conditions(
            Stream.of("Ready", "Reconciling", "Stalled", "Complete", "Failed", "Verified")
                .map(type -> new Condition(type, "True", "Completed", message, 1L, time))
                .toList())
        .resolved(
            new BackupStatus.Resolved(
                new ResolvedConnection("shop", "postgres", 5432, "shop"),
                null,
                storage,
                null,
                path,
                "pgcask:dev",
                null))
        .attempt(1)
        .startTime(time)
        .completionTime(time.plusSeconds(600))
        .snapshotTime(time)
        .durationSeconds(600L)
        .duration("10m00s")
        .jobName(backup.getMetadata().getName() + "-12345678-1")
        .jobUid("00000000-0000-0000-0000-000000000000")
        .podName(backup.getMetadata().getName() + "-12345678-1-abcde")
        .location("s3://backups/" + path)
        .sizeBytes(13_207_024_435L)
        .size("12.3 GiB")
        .databases(List.of("shop"))
        .databaseCount(1)
        .sha256("0".repeat(64))
        .serverVersion("17.6")
        .toolVersion("17.6")
        .logTail("pg_dump: dumping contents of table \"public.purchase\"\n".repeat(20))
        .build();
  }
}
