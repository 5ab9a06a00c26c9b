package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** What a Backup holds besides the databases: what belongs to the whole server. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Globals(
    @JsonPropertyDescription(
            "For scope Server Roles: the roles, their memberships and settings; All: tablespaces as well. For scope"
                + " Database ReferencedRoles: the names of the roles that own something in the database or"
                + " have a privilege there, as roles without password and login. None: nothing. Default:"
                + " Roles for scope Server, ReferencedRoles for scope Database.")
        Content include,
    @JsonPropertyDescription(
            "true: with the roles' passwords, hashed as the server keeps them. Needs scope Server, spec.encryption, and a"
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
    /** The roles that one database refers to. */
    @JsonProperty("ReferencedRoles")
    REFERENCED_ROLES,
    /** None. */
    @JsonProperty("None")
    NONE
  }
}
