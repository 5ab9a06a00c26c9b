package io.pgcask.operator.backup;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.operator.event.Events;
import io.pgcask.operator.status.StatusWriter;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.HttpURLConnection;
import java.time.Instant;
import java.util.Optional;

/**
 * Takes a Backup away with its resource, for the schedule that made it. Each request names the
 * resourceVersion that was decided upon, so that whatever happened to the Backup meanwhile wins.
 *
 * <p>A Backup with data is only marked here: its own reconciler deletes the data and then, by
 * {@link #delete}, the resource. It goes on with that after a restart, and for as long as storage
 * does not answer.
 */
@ApplicationScoped
public class BackupRetirement {

  private final KubernetesClient client;
  private final BackupWriter writer;

  /** Made by the container, and by tests with parts of their own. */
  public BackupRetirement(KubernetesClient client, StatusWriter writer, Events events) {
    this.client = client;
    this.writer = new BackupWriter(writer, events);
  }

  /** Whether that has begun. */
  public static boolean isUnderWay(Backup backup) {
    return backup.getStatus() != null && RetirementStatusFactory.isRetiring(backup.getStatus());
  }

  /** Since when that has been going on, if it is longer than it should. */
  public static Optional<Instant> lateSince(Backup backup, Instant now) {
    return Optional.of(backup)
        .filter(BackupRetirement::isUnderWay)
        .map(one -> one.getStatus().stopTime())
        .filter(begun -> now.isAfter(begun.plus(BackupData.LIMIT)));
  }

  /** The Backup as the API server has it; empty: it is gone. */
  public Optional<Backup> find(Backup backup) {
    return Optional.ofNullable(
        client
            .resources(Backup.class)
            .inNamespace(backup.getMetadata().getNamespace())
            .withName(backup.getMetadata().getName())
            .get());
  }

  /**
   * Begins with one that holds data. It cannot be taken back.
   *
   * @param why for people
   * @return false if the Backup has changed or is gone
   */
  public boolean begin(Backup backup, String why, Instant now) {
    return unlessChanged(
        () -> writer.write(backup, RetirementStatusFactory.retiring(backup, why, now)));
  }

  /**
   * Deletes the resource. What it knows of data is lost with it.
   *
   * @return false if it has changed or is gone
   */
  public boolean delete(Backup backup) {
    return unlessChanged(() -> client.resource(backup).lockResourceVersion().delete());
  }

  private static boolean unlessChanged(Runnable request) {
    try {
      request.run();
      return true;
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_CONFLICT
          || e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
        return false;
      }
      throw e;
    }
  }
}
