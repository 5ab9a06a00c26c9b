package io.pgcask.operator.schedule.notification;

import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.PendingDelivery;
import io.pgcask.operator.Quantities;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;

/** A message as Slack's incoming webhooks take it, and what imitates them. */
final class SlackText {

  private SlackText() {}

  static String of(BackupSchedule schedule, PendingDelivery delivery) {
    var name =
        "*%s/%s*"
            .formatted(schedule.getMetadata().getNamespace(), schedule.getMetadata().getName());
    return switch (delivery.event()) {
      case FAILED ->
          ":red_circle: %s: Backup %s failed\n%s".formatted(name, delivery.backup(), why(delivery));
      case OVERDUE -> ":red_circle: %s: backups are overdue\n%s".formatted(name, why(delivery));
      case RECOVERED ->
          ":large_green_circle: %s: backups work again, %s"
              .formatted(
                  name,
                  delivery.backup() == null
                      ? escape(delivery.message())
                      : "Backup %s is good%s".formatted(delivery.backup(), figures(delivery)));
      case COMPLETED ->
          ":large_green_circle: %s: Backup %s is Completed%s"
              .formatted(name, delivery.backup(), figures(delivery));
    };
  }

  private static String why(PendingDelivery delivery) {
    return escape(delivery.reason() + ": " + delivery.message());
  }

  private static String figures(PendingDelivery delivery) {
    var figures = new ArrayList<String>();
    Optional.ofNullable(delivery.sizeBytes())
        .ifPresent(bytes -> figures.add(Quantities.formatBytes(bytes)));
    Optional.ofNullable(delivery.durationSeconds())
        .ifPresent(seconds -> figures.add(Quantities.format(Duration.ofSeconds(seconds))));
    return figures.isEmpty() ? "" : " (" + String.join(", ", figures) + ")";
  }

  /** The three characters that Slack wants escaped: a message cannot make links or mentions. */
  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
