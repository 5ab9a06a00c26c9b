package io.pgcask.operator.schedule.notification;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.function.Function;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Resolves a name once and gives the client the addresses that were checked, which it connects to:
 * a name that is another address at the second look cannot slip through. One bad address refuses
 * all.
 */
final class CheckedResolver implements DnsResolver {

  private final DnsResolver names;
  private final Function<InetAddress, Optional<String>> check;

  CheckedResolver(DnsResolver names, Function<InetAddress, Optional<String>> check) {
    this.names = names;
    this.check = check;
  }

  /** The address is one that is never asked. */
  static final class RefusedException extends UnknownHostException {
    RefusedException(String message) {
      super(message);
    }
  }

  @Override
  public InetAddress[] resolve(String host) throws UnknownHostException {
    var addresses = names.resolve(host);
    for (var address : addresses) {
      var refusal = check.apply(address);
      if (refusal.isPresent()) {
        throw new RefusedException(
            "%s is %s, which is %s".formatted(host, address.getHostAddress(), refusal.get()));
      }
    }
    return addresses;
  }

  @Override
  public String resolveCanonicalHostname(String host) throws UnknownHostException {
    return names.resolveCanonicalHostname(host);
  }
}
