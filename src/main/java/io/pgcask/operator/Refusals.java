package io.pgcask.operator;

import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Optional;

/** What the API server answers to a write that it does not carry out. Pure. */
public final class Refusals {

  /** To an object that its schema allows and its rules do not. */
  public static final int UNPROCESSABLE = 422;

  private Refusals() {}

  /**
   * Whether it is an answer that the same write may get for ever: a quota, an admission policy, a
   * webhook that denies or does not answer. Not one is a conflict, nor that something is gone,
   * since who reads again may do better; nor a connection that was lost.
   */
  public static boolean isAnswer(KubernetesClientException e) {
    return switch (e.getCode()) {
      case HttpURLConnection.HTTP_CONFLICT, HttpURLConnection.HTTP_NOT_FOUND -> false;
      default -> e.getCode() >= HttpURLConnection.HTTP_BAD_REQUEST;
    };
  }

  /** The API server's own words, without the client's around them. */
  public static String words(KubernetesClientException e) {
    return Optional.ofNullable(e.getStatus()).map(Status::getMessage).orElseGet(e::getMessage);
  }
}
