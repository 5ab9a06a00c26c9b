package io.pgcask.operator.schedule;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.operator.Refusals;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.HttpURLConnection;
import java.util.Map;
import java.util.Optional;

/** Creates and cancels the Backups of schedules. */
@ApplicationScoped
public class ChildBackups {

  private final KubernetesClient client;

  /** Made by the container, and by tests with a client of their own. */
  public ChildBackups(KubernetesClient client) {
    this.client = client;
  }

  /** What became of an attempt to create one. */
  sealed interface Creation {
    /** It is there, by this attempt. */
    record Made(Backup backup) implements Creation {}

    /** It is there, by an earlier attempt. */
    record There(Backup backup) implements Creation {}

    /** There is one of that name which the schedule has not made. */
    record NameTaken() implements Creation {}

    /** The API server does not take it: quota, admission, or a template that is not valid. */
    record Refused(String why) implements Creation {}

    /** The API server could not say, such as for want of a webhook: it may take it later. */
    record Unanswered(String why) implements Creation {}
  }

  /** Creates it, unless that was done before. */
  Creation create(BackupSchedule schedule, Run run) {
    try {
      return new Creation.Made(
          client.resource(ScheduledBackupFactory.backup(schedule, run)).create());
    } catch (KubernetesClientException e) {
      return switch (e.getCode()) {
        case HttpURLConnection.HTTP_CONFLICT ->
            find(schedule, run.name()).orElseThrow(() -> e) instanceof Backup found
                    && ScheduledBackupFactory.isOf(schedule, found)
                ? new Creation.There(found)
                : new Creation.NameTaken();
        case HttpURLConnection.HTTP_FORBIDDEN,
            HttpURLConnection.HTTP_BAD_REQUEST,
            Refusals.UNPROCESSABLE ->
            new Creation.Refused(Refusals.words(e));
        default -> {
          if (!Refusals.isAnswer(e)) {
            throw e;
          }
          yield new Creation.Unanswered(Refusals.words(e));
        }
      };
    }
  }

  /**
   * Asks a Backup to end, as a person would.
   *
   * @return why the API server does not let it; empty: it is asked
   * @throws KubernetesClientException with code 409 if it has changed since it was read: it may
   *     have ended
   */
  Optional<String> cancel(Backup backup) {
    try {
      patch(backup);
      return Optional.empty();
    } catch (KubernetesClientException e) {
      if (!Refusals.isAnswer(e)) {
        throw e;
      }
      return Optional.of(Refusals.words(e));
    }
  }

  private void patch(Backup backup) {
    client
        .resource(backup)
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            client
                .getKubernetesSerialization()
                .asJson(
                    Map.of(
                        "metadata",
                        Map.of("resourceVersion", backup.getMetadata().getResourceVersion()),
                        "spec",
                        Map.of("cancel", true))));
  }

  private Optional<Backup> find(BackupSchedule schedule, String name) {
    return Optional.ofNullable(
        client
            .resources(Backup.class)
            .inNamespace(schedule.getMetadata().getNamespace())
            .withName(name)
            .get());
  }
}
