package io.pgcask.operator.connection;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;

/**
 * Host names as a pod in the resource's namespace sees them. There {@code postgres} is the Service
 * of that name; in the operator's namespace it is another one, or none.
 */
public final class ServiceNames {

  private ServiceNames() {}

  /**
   * The name that means the same in every namespace: {@code <host>.<namespace>.svc} for a name
   * without a dot, if there is such a Service; otherwise the name as it is.
   */
  public static String qualify(String host, String namespace) {
    if (host.contains(".") || host.contains(":") || host.equals("localhost")) {
      return host;
    }
    var service = "%s.%s.svc".formatted(host, namespace);
    try {
      InetAddress.getByName(service);
      return service;
    } catch (UnknownHostException e) {
      return host;
    }
  }

  /** The same for the host of a URL; a URL that cannot be read is left to who uses it. */
  public static String qualifyUrl(String url, String namespace) {
    try {
      var uri = new URI(url);
      return uri.getHost() == null
          ? url
          : new URI(
                  uri.getScheme(),
                  uri.getUserInfo(),
                  qualify(uri.getHost(), namespace),
                  uri.getPort(),
                  uri.getPath(),
                  null,
                  null)
              .toString();
    } catch (URISyntaxException e) {
      return url;
    }
  }
}
