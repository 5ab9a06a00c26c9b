package io.pgcask.operator.schedule.notification;

import java.util.Map;
import java.util.Optional;

/**
 * What is sent.
 *
 * @param content empty: a GET
 */
record Message(Map<String, String> headers, Optional<Content> content) {

  /** The content of a POST. */
  record Content(String type, byte[] bytes) {}
}
