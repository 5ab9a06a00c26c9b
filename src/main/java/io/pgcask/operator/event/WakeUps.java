package io.pgcask.operator.event;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.ResourceEventAware;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import java.util.function.Consumer;

/**
 * Calls a reconciler when something that ran beside it, on a thread of its own, has ended: a probe,
 * a look, a delivery. And tells those who keep something in memory for a resource that it is gone.
 */
public final class WakeUps<R extends HasMetadata> extends SimpleInboundEventSource<R>
    implements ResourceEventAware<R> {

  private final Consumer<R> gone;

  /**
   * For one reconciler.
   *
   * @param name of the event source, one of its kind in the reconciler
   * @param gone is given every resource that was deleted
   */
  public WakeUps(String name, Consumer<R> gone) {
    super(name);
    this.gone = gone;
  }

  /** There is news for that resource. */
  public void wake(R resource) {
    propagateEvent(ResourceID.fromResource(resource));
  }

  @Override
  public void onResourceDeleted(R resource) {
    gone.accept(resource);
  }
}
