package io.pgcask.it;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.Map;

/**
 * One request in the API server's audit log.
 *
 * @param objectRef null for requests that are not about a resource
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record AuditedRequest(
    String verb, String requestURI, ObjectRef objectRef, Map<String, String> annotations) {

  /** What it was about. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record ObjectRef(String apiGroup, String resource, String subresource, String namespace) {}

  /** The right that it needs. */
  Right right() {
    return new Right(
        verb,
        objectRef.apiGroup() == null ? "" : objectRef.apiGroup(),
        objectRef.subresource() == null
            ? objectRef.resource()
            : objectRef.resource() + "/" + objectRef.subresource());
  }

  /**
   * Whether a right was missing. An answer of 403 is not enough: a namespace that is being deleted
   * gives it too.
   */
  boolean forbidden() {
    return annotations != null && "forbid".equals(annotations.get("authorization.k8s.io/decision"));
  }
}
