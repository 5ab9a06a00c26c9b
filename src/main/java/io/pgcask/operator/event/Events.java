package io.pgcask.operator.event;

import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.pgcask.api.v1alpha1.Reason;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import org.jboss.logging.Logger;

/** Records Kubernetes Events, so that {@code kubectl describe} tells the story of a resource. */
@ApplicationScoped
public class Events {

  /** Kubernetes allows 1024. */
  private static final int MESSAGE_MAX = 1024;

  private static final Logger LOG = Logger.getLogger(Events.class);

  private final KubernetesClient client;
  private final Clock clock;

  /** Made by the container, and by tests with a client of their own. */
  public Events(KubernetesClient client, Clock clock) {
    this.client = client;
    this.clock = clock;
  }

  /** Something that went as it should. */
  public void normal(HasMetadata about, Reason reason, String message) {
    record(about, "Normal", reason.word(), message);
  }

  /** Something that a person should look at. */
  public void warning(HasMetadata about, Reason reason, String message) {
    record(about, "Warning", reason.word(), message);
  }

  /** An Event is a courtesy: that it cannot be written never stops the work it tells of. */
  private void record(HasMetadata about, String type, String reason, String message) {
    var now = clock.instant();
    LOG.infof(
        "%s kind=%s namespace=%s name=%s message=%s",
        reason,
        about.getKind(),
        about.getMetadata().getNamespace(),
        about.getMetadata().getName(),
        message);
    try {
      client.resource(event(about, type, reason, message, now)).create();
    } catch (KubernetesClientException e) {
      LOG.debugf("event not recorded reason=%s code=%d", reason, e.getCode());
    }
  }

  private static io.fabric8.kubernetes.api.model.Event event(
      HasMetadata about, String type, String reason, String message, Instant now) {
    var meta = about.getMetadata();
    return new EventBuilder()
        .withNewMetadata()
        .withGenerateName(meta.getName() + ".")
        .withNamespace(meta.getNamespace())
        .endMetadata()
        .withInvolvedObject(
            new ObjectReferenceBuilder()
                .withApiVersion(about.getApiVersion())
                .withKind(about.getKind())
                .withNamespace(meta.getNamespace())
                .withName(meta.getName())
                .withUid(meta.getUid())
                .build())
        .withType(type)
        .withReason(reason)
        .withMessage(
            message.length() <= MESSAGE_MAX ? message : message.substring(0, MESSAGE_MAX - 1) + "…")
        .withNewSource()
        .withComponent("pgcask")
        .endSource()
        .withFirstTimestamp(now.toString())
        .withLastTimestamp(now.toString())
        .withCount(1)
        .build();
  }
}
