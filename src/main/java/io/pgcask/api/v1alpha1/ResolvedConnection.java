package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** Which server a Backup or Restore talked to, fixed before its Job was made. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ResolvedConnection(
    @JsonPropertyDescription("Name of the PostgresConnection.") String name,
    @JsonPropertyDescription("Host of the server.") String host,
    @JsonPropertyDescription("Port of the server.") Integer port,
    @JsonPropertyDescription("The database.") String database) {}
