package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;

/** A notification that has not been delivered yet. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@RecordBuilder
public record PendingDelivery(
    @JsonPropertyDescription(
            "What makes this event one: a receiver that sees it twice drops the second.")
        String id,
    @JsonPropertyDescription("Which entry of spec.notifications it is for, from 0.")
        Integer notification,
    @JsonPropertyDescription("What happened.") NotificationEvent event,
    @JsonPropertyDescription("When it happened.") Instant time,
    @JsonPropertyDescription("The Backup that it is about, if it is about one.") String backup,
    @Size(max = 1024) @JsonPropertyDescription("What happened, for people.") String message,
    @JsonPropertyDescription("How often it was tried.") Integer attempts,
    @JsonPropertyDescription("When it is tried next.") Instant nextAttempt,
    @Size(max = 512) @JsonPropertyDescription("Why the last attempt failed.") String lastError) {}
