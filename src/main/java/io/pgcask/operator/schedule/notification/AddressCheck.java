package io.pgcask.operator.schedule.notification;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which addresses the operator asks for others. Its pod reaches what an author of a schedule may
 * not: its own ports, and the cloud's metadata with the credentials of the node. Private addresses
 * are let through, since receivers in the cluster have them. Pure.
 *
 * @param allowLinkLocal lets link-local addresses and those of metadata services through
 */
record AddressCheck(boolean allowLinkLocal) {

  /** Metadata and agents of clouds outside of the link-local range. */
  private static final Set<InetAddress> METADATA =
      Set.of(
          literal("100.100.100.200"), // Alibaba Cloud
          literal("192.0.0.192"), // Oracle Cloud
          literal("168.63.129.16"), // Azure
          literal("fd20:ce::254"), // Google Cloud
          literal("fd00:42::42")); // Scaleway

  /** Prefixes behind which an IPv4 address stands at some byte. */
  private static final List<Embedding> EMBEDDINGS =
      List.of(
          new Embedding("000000000000000000000000", 12), // IPv4-compatible
          new Embedding("00000000000000000000ffff", 12), // IPv4-mapped
          new Embedding("0000000000000000ffff0000", 12), // IPv4-translated
          new Embedding("0064ff9b0000000000000000", 12), // NAT64
          new Embedding("0064ff9b0001", 12), // NAT64 with a prefix of one's own
          new Embedding("2002", 2)); // 6to4

  /** Amazon's, for metadata, names, time and the identity of pods; others may come. */
  private static final String AWS = "fd000ec2";

  private record Embedding(String prefix, int at) {}

  /** Why an address is not asked; empty if it is. */
  Optional<String> refusal(InetAddress address) {
    var bytes = address.getAddress();
    if (address.isAnyLocalAddress() || isV4(address) && bytes[0] == 0) {
      return Optional.of("unspecified");
    }
    if (address.isLoopbackAddress()) {
      return Optional.of("loopback");
    }
    if (address.isMulticastAddress() || isV4(address) && (bytes[0] & 0xf0) == 0xf0) {
      return Optional.of("multicast, broadcast or reserved");
    }
    if (!allowLinkLocal && (address.isLinkLocalAddress() || isMetadata(address))) {
      return Optional.of("link-local or of a cloud's metadata");
    }
    return embedded(address).flatMap(this::refusal);
  }

  private static boolean isMetadata(InetAddress address) {
    return METADATA.contains(address)
        || HexFormat.of().formatHex(address.getAddress()).startsWith(AWS);
  }

  private static boolean isV4(InetAddress address) {
    return address instanceof Inet4Address;
  }

  private static Optional<InetAddress> embedded(InetAddress address) {
    var bytes = address.getAddress();
    if (bytes.length != 16) {
      return Optional.empty();
    }
    var hex = HexFormat.of().formatHex(bytes);
    if (hex.startsWith("20010000")) { // Teredo has the client's address inverted
      return Optional.of(v4(~bytes[12], ~bytes[13], ~bytes[14], ~bytes[15]));
    }
    return EMBEDDINGS.stream()
        .filter(embedding -> hex.startsWith(embedding.prefix()))
        .findFirst()
        .map(Embedding::at)
        .or(() -> hex.startsWith("00005efe", 16) ? Optional.of(12) : Optional.empty()) // ISATAP
        .map(at -> v4(bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]));
  }

  private static InetAddress v4(int... bytes) {
    var address = new byte[4];
    for (int i = 0; i < address.length; i++) {
      address[i] = (byte) bytes[i];
    }
    return of(address);
  }

  private static InetAddress of(byte[] address) {
    try {
      return InetAddress.getByAddress(address);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(Arrays.toString(address) + " has a wrong length", e);
    }
  }

  private static InetAddress literal(String address) {
    try {
      return InetAddress.getByName(address);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(address + " is no address", e);
    }
  }
}
