package io.pgcask.postgres;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;

/**
 * The hosts that a certificate is for, compared as libpq does (fe-secure-common.c): its alternative
 * names, and the common name only if there is no alternative name of the host's kind. A {@code *.}
 * at the beginning stands for one label.
 *
 * @param dns alternative names of hosts
 * @param addresses alternative addresses
 * @param common the common name of the subject
 */
record CertificateNames(List<String> dns, List<String> addresses, Optional<String> common) {
  private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");
  private static final int DNS = 2;
  private static final int IP = 7;

  static CertificateNames of(X509Certificate certificate) throws ServerTrust.Refused {
    var dns = new ArrayList<String>();
    var addresses = new ArrayList<String>();
    try {
      var names = certificate.getSubjectAlternativeNames();
      for (var name : names == null ? List.<List<?>>of() : names) {
        if (name.get(0).equals(DNS)) {
          dns.add((String) name.get(1));
        } else if (name.get(0).equals(IP)) {
          addresses.add((String) name.get(1));
        }
      }
      var subject = new LdapName(certificate.getSubjectX500Principal().getName());
      var common =
          subject.getRdns().reversed().stream()
              .filter(part -> part.getType().equalsIgnoreCase("CN"))
              .map(part -> part.getValue().toString())
              .findFirst();
      return new CertificateNames(List.copyOf(dns), List.copyOf(addresses), common);
    } catch (CertificateParsingException | InvalidNameException e) {
      throw new ServerTrust.Refused("the names in the server's certificate cannot be read", e);
    }
  }

  /** Whether one of them is that host. */
  boolean match(String host) {
    boolean isAddress = ADDRESS.matcher(host).matches();
    if (dns.stream().anyMatch(name -> matches(name, host))
        || isAddress && addresses.stream().anyMatch(address -> sameAddress(address, host))) {
      return true;
    }
    boolean namesTheKind = !(isAddress ? addresses : dns).isEmpty();
    return !namesTheKind && common.isPresent() && matches(common.get(), host);
  }

  private static boolean matches(String name, String host) {
    if (name.equalsIgnoreCase(host)) {
      return true;
    }
    if (!name.startsWith("*.") || host.length() < name.length()) {
      return false;
    }
    var rest = name.substring(1).toLowerCase(Locale.ROOT);
    var label = host.substring(0, host.length() - rest.length());
    return host.toLowerCase(Locale.ROOT).endsWith(rest) && !label.contains(".");
  }

  private static boolean sameAddress(String address, String host) {
    try {
      // of literals only: no name is looked up
      return InetAddress.getByName(address).equals(InetAddress.getByName(host));
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /** For a message: the first few of them. */
  @Override
  public String toString() {
    var all = new ArrayList<>(dns);
    all.addAll(addresses);
    if (all.isEmpty()) {
      common.ifPresent(all::add);
    }
    var shown = String.join(", ", all.stream().limit(5).toList());
    return all.isEmpty()
        ? "no host"
        : SafeText.shorten(SafeText.firstLine(shown) + (all.size() > 5 ? ", ..." : ""), 200);
  }
}
