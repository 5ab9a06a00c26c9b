package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;

/**
 * One receiver: a webhook that is told of events, or a heartbeat that is called after each success.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value = "has(self.webhook) != has(self.heartbeat)",
    message = "a notification is exactly one of webhook and heartbeat")
@ValidationRule(
    value = "!has(self.heartbeat) || !has(self.events)",
    message = "a heartbeat is called after each good Backup: events is for webhooks")
@RecordBuilder
public record Notification(
    @JsonPropertyDescription("An HTTP request with what happened.") Webhook webhook,
    @JsonPropertyDescription(
            "An HTTP GET without content after each good Backup, for a monitor that raises an alarm"
                + " when it stays away.")
        Heartbeat heartbeat,
    @Size(min = 1, max = 4)
        @JsonPropertyDescription(
            "What a webhook is told of: Failed, Overdue, Recovered, Completed. Default: Failed, Overdue,"
                + " Recovered.")
        List<NotificationEvent> events) {

  /** What a webhook is told of, if it does not say. */
  private static final List<NotificationEvent> DEFAULT_EVENTS =
      List.of(NotificationEvent.FAILED, NotificationEvent.OVERDUE, NotificationEvent.RECOVERED);

  /** What a webhook is told of, with the default. */
  public List<NotificationEvent> eventsOrDefault() {
    return events == null ? DEFAULT_EVENTS : events;
  }

  /** The Secret with the URL. It is what tells one receiver of a schedule from the others. */
  public SecretKeyRef urlSecretRef() {
    return webhook == null ? heartbeat.urlSecretRef() : webhook.urlSecretRef();
  }

  /** An HTTP request with what happened. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Webhook(
      @Required
          @JsonPropertyDescription(
              "Secret with the URL, since many carry a token: https://... or http://... .")
          SecretKeyRef urlSecretRef,
      @JsonPropertyDescription(
              "Secret with a key of 24 bytes or more: the request then carries a signature of its ID, time and"
                  + " content as Standard Webhooks defines it. Default: none.")
          SecretKeyRef hmacSecretRef,
      @JsonPropertyDescription(
              "Secret with the only CA that may have signed the receiver's certificate. Default: the well-known ones.")
          CaSecretRef caSecretRef,
      @JsonPropertyDescription(
              "CloudEvents: CloudEvents 1.0 as JSON (application/cloudevents+json). Slack: a message for an"
                  + " incoming webhook of Slack and what understands the same. Default: CloudEvents.")
          Format format) {}

  /** An HTTP GET without content. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Heartbeat(
      @Required @JsonPropertyDescription("Secret with the URL: https://... or http://... .")
          SecretKeyRef urlSecretRef,
      @JsonPropertyDescription(
              "Secret with the only CA that may have signed the receiver's certificate. Default: the well-known ones.")
          CaSecretRef caSecretRef) {}

  /** How a webhook is told. */
  public enum Format {
    /** CloudEvents 1.0 in structured mode. */
    @JsonProperty("CloudEvents")
    CLOUD_EVENTS,
    /** The text of an incoming webhook of Slack. */
    @JsonProperty("Slack")
    SLACK
  }
}
