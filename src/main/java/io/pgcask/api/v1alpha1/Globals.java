package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/**
 * What a Backup with scope Server holds besides the databases: what belongs to the whole server.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Globals(
    @JsonPropertyDescription(
            "Roles: the roles, their memberships and settings. All: tablespaces as well. None: nothing."
                + " Default: Roles.")
        Content include,
    @JsonPropertyDescription(
            "true: with the roles' passwords, hashed as the server keeps them. Needs spec.encryption, and a"
                + " role that may read pg_authid: mostly a superuser. Default: false.")
        Boolean rolePasswords) {

  /** Which objects. */
  public enum Content {
    /** Roles, their memberships and settings. */
    @JsonProperty("Roles")
    ROLES,
    /** Roles and tablespaces. */
    @JsonProperty("All")
    ALL,
    /** None. */
    @JsonProperty("None")
    NONE
  }
}
