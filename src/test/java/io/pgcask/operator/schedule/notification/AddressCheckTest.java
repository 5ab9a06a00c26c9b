package io.pgcask.operator.schedule.notification;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressCheckTest {

  private static InetAddress address(String text) throws UnknownHostException {
    return InetAddress.getByName(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "169.254.169.254",
        "169.254.0.1",
        "169.254.170.2",
        "fe80::1",
        "febf::1",
        "fd00:ec2::254",
        "fd00:ec2::23",
        "fd20:ce::254",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.0.192",
        "::ffff:169.254.169.254",
        "::169.254.169.254",
        "64:ff9b::169.254.169.254",
        "64:ff9b:1::169.254.169.254",
        "2002:a9fe:a9fe::1",
        "2001:0:1:2:3:4:5601:5601",
        "fd00::5efe:169.254.169.254"
      })
  void metadataAndLinkLocalAddressesAreRefusedInEveryFormUnlessAllowed(String text)
      throws UnknownHostException {
    assertThat(new AddressCheck(false).refusal(address(text))).isPresent();
    assertThat(new AddressCheck(true).refusal(address(text))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.8.8.8",
        "2130706433",
        "::1",
        "0.0.0.0",
        "0.1.2.3",
        "::",
        "224.0.0.1",
        "ff02::1",
        "255.255.255.255",
        "240.0.0.1",
        "::ffff:127.0.0.1",
        "64:ff9b::127.0.0.1",
        "2002:7f00:1::1",
        "::127.0.0.1"
      })
  void itsOwnPortsAndManyAtOnceAreAlwaysRefused(String text) throws UnknownHostException {
    assertThat(new AddressCheck(true).refusal(address(text))).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.96.0.1",
        "172.17.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "93.184.216.34",
        "fd12:3456::1",
        "2a00:1450:4001::1",
        "64:ff9b::93.184.216.34"
      })
  void receiversInTheClusterAndElsewhereAreNot(String text) throws UnknownHostException {
    assertThat(new AddressCheck(false).refusal(address(text))).isEmpty();
  }
}
