package io.pgcask.operator.schedule.notification;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.jackson.JsonFormat;
import io.pgcask.api.v1alpha1.Api;
import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.Notification;
import io.pgcask.api.v1alpha1.Notification.Format;
import io.pgcask.api.v1alpha1.NotificationEvent;
import io.pgcask.api.v1alpha1.PendingDelivery;
import io.pgcask.operator.schedule.notification.Message.Content;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** What a receiver is sent for a delivery. Pure. */
final class Messages {

  private static final String CLOUD_EVENTS = JsonFormat.CONTENT_TYPE + "; charset=UTF-8";
  private static final String JSON = "application/json";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Messages() {}

  /**
   * The request.
   *
   * @param now of the attempt, which is signed; the content is the same for every attempt
   */
  static Message of(
      BackupSchedule schedule,
      Notification receiver,
      PendingDelivery delivery,
      Optional<byte[]> key,
      Instant now) {
    if (receiver.heartbeat() != null) {
      return new Message(Map.of(), Optional.empty());
    }
    var content =
        receiver.webhook().format() == Format.SLACK
            ? new Content(JSON, json(Map.of("text", SlackText.of(schedule, delivery))))
            : new Content(CLOUD_EVENTS, cloudEvent(schedule, delivery));
    var headers = new LinkedHashMap<String, String>();
    headers.put("webhook-id", delivery.id());
    headers.put("webhook-timestamp", Long.toString(now.getEpochSecond()));
    key.ifPresent(
        bytes ->
            headers.put(
                "webhook-signature",
                Signature.of(bytes, delivery.id(), now.getEpochSecond(), content.bytes())));
    return new Message(headers, Optional.of(content));
  }

  private static byte[] cloudEvent(BackupSchedule schedule, PendingDelivery delivery) {
    var meta = schedule.getMetadata();
    var event =
        CloudEventBuilder.v1()
            .withId(delivery.id())
            .withSource(
                URI.create(
                    "/apis/%s/%s/namespaces/%s/backupschedules/%s"
                        .formatted(Api.GROUP, Api.VERSION, meta.getNamespace(), meta.getName())))
            .withType("io.pgcask.backup." + word(delivery.event()).toLowerCase(Locale.ROOT))
            .withSubject(Optional.ofNullable(delivery.backup()).orElse(meta.getName()))
            .withTime(delivery.time().atOffset(ZoneOffset.UTC))
            .withData(JSON, json(data(schedule, delivery)))
            .build();
    return new JsonFormat().serialize(event);
  }

  private static Map<String, Object> data(BackupSchedule schedule, PendingDelivery delivery) {
    var data = new LinkedHashMap<String, Object>();
    data.put("namespace", schedule.getMetadata().getNamespace());
    data.put("schedule", schedule.getMetadata().getName());
    data.put("event", word(delivery.event()));
    data.put("backup", delivery.backup());
    data.put("connection", delivery.connection());
    data.put("phase", delivery.phase());
    data.put("reason", delivery.reason());
    data.put("message", delivery.message());
    data.put("location", delivery.location());
    data.put("sizeBytes", delivery.sizeBytes());
    data.put("durationSeconds", delivery.durationSeconds());
    data.put("consecutiveFailures", delivery.consecutiveFailures());
    data.put(
        "lastSuccessfulTime",
        Optional.ofNullable(delivery.lastSuccessfulTime()).map(Instant::toString).orElse(null));
    data.values().removeIf(Objects::isNull);
    return data;
  }

  /** As it is written in the spec. */
  static String word(NotificationEvent event) {
    return switch (event) {
      case FAILED -> "Failed";
      case OVERDUE -> "Overdue";
      case RECOVERED -> "Recovered";
      case COMPLETED -> "Completed";
    };
  }

  private static byte[] json(Object value) {
    try {
      return MAPPER.writeValueAsString(value).getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a map of texts and numbers is JSON", e);
    }
  }
}
