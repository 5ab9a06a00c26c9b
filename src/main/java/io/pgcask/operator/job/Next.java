package io.pgcask.operator.job;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.function.Function;

/**
 * What follows a step of a state machine. A step makes at most one write; the loop in {@link
 * #reconcile} takes the next step from what that write returned, so that a resource moves through
 * several phases at once and an operator that dies between two steps leaves a state that the next
 * one understands.
 */
public sealed interface Next<R extends HasMetadata> {

  /** Take the next step, from this state of the resource. */
  record Continue<R extends HasMetadata>(R resource) implements Next<R> {}

  /** Nothing to do before an event, or before this time has passed. */
  record Wait<R extends HasMetadata>(Duration atMost) implements Next<R> {}

  /** Nothing to do before an event. */
  record Done<R extends HasMetadata>() implements Next<R> {}

  /** More steps than any resource takes at once; beyond it, others get their turn. */
  int MAX_STEPS = 16;

  /** How soon to look again after somebody else wrote first. */
  Duration AFTER_CONFLICT = Duration.ofMillis(300);

  /** Takes steps until one waits or is done. A conflict means that the cache was stale: again. */
  static <R extends HasMetadata> UpdateControl<R> reconcile(R resource, Function<R, Next<R>> step) {
    try {
      var current = resource;
      for (int i = 0; i < MAX_STEPS; i++) {
        switch (step.apply(current)) {
          case Continue<R> next -> current = next.resource();
          case Wait<R> wait -> {
            return UpdateControl.<R>noUpdate()
                .rescheduleAfter(Math.max(1, wait.atMost().toMillis()));
          }
          case Done<R> done -> {
            return UpdateControl.noUpdate();
          }
        }
      }
      return UpdateControl.<R>noUpdate().rescheduleAfter(1);
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
        return UpdateControl.<R>noUpdate().rescheduleAfter(AFTER_CONFLICT.toMillis());
      }
      if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND && resource.isMarkedForDeletion()) {
        return UpdateControl.noUpdate();
      }
      throw e;
    }
  }
}
