package io.pgcask.it;

import org.testcontainers.containers.ContainerState;

/** Where a container is on docker's bridge: reachable from this JVM and from the cluster's pods. */
final class BridgeAddress {

  private BridgeAddress() {}

  static String of(ContainerState container) {
    return container.getContainerInfo().getNetworkSettings().getNetworks().values().stream()
        .findFirst()
        .orElseThrow()
        .getIpAddress();
  }

  /** Where pods reach this JVM: the bridge's own address. */
  static String ofThisMachine(ContainerState container) {
    return container.getContainerInfo().getNetworkSettings().getNetworks().values().stream()
        .findFirst()
        .orElseThrow()
        .getGateway();
  }
}
