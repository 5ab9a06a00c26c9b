package io.pgcask.it;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What the environment says about where and with what the tests run.
 *
 * <ul>
 *   <li>{@code PGCASK_USE_CURRENT_CLUSTER=1}: the cluster of KUBECONFIG, whose nodes must have the
 *       image; otherwise one is started in a container
 *   <li>{@code PGCASK_NODE_IMAGE}: image of that container, rancher/k3s or its stand-in
 *   <li>{@code PGCASK_IMAGE}: the product, REPOSITORY:TAG
 *   <li>{@code PGCASK_IMAGE_TAR}: the same as an archive of docker save; made if it is missing or
 *       not given and old
 *   <li>{@code PGCASK_HELM}, {@code PGCASK_KUBECTL}: the programs
 * </ul>
 */
record Settings(
    boolean currentCluster,
    String nodeImage,
    String image,
    Optional<Path> givenImageTar,
    String helm,
    String kubectl) {

  static Settings read() {
    return new Settings(
        variable("PGCASK_USE_CURRENT_CLUSTER").filter("1"::equals).isPresent(),
        variable("PGCASK_NODE_IMAGE").orElse("pgcask-node:1.34.2"),
        variable("PGCASK_IMAGE").orElse("pgcask:dev"),
        variable("PGCASK_IMAGE_TAR").map(Path::of),
        variable("PGCASK_HELM").orElse("dev/.cache/bin/helm"),
        variable("PGCASK_KUBECTL").orElse("dev/.cache/bin/kubectl"));
  }

  String imageRepository() {
    return image.substring(0, image.lastIndexOf(':'));
  }

  String imageTag() {
    return image.substring(image.lastIndexOf(':') + 1);
  }

  private static Optional<String> variable(String name) {
    return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isBlank());
  }
}
