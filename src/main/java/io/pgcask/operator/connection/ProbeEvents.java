package io.pgcask.operator.connection;

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.ResourceEventAware;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import io.pgcask.api.v1alpha1.PostgresConnection;

/** Calls the reconciler when a probe has ended, and the probes when a connection is gone. */
final class ProbeEvents extends SimpleInboundEventSource<PostgresConnection>
    implements ResourceEventAware<PostgresConnection> {

  private final Probes probes;

  ProbeEvents(Probes probes) {
    super("probes");
    this.probes = probes;
  }

  /** A probe of that connection has ended. */
  void ended(PostgresConnection connection) {
    propagateEvent(ResourceID.fromResource(connection));
  }

  @Override
  public void onResourceDeleted(PostgresConnection connection) {
    probes.forget(connection);
  }
}
