package io.pgcask.operator.schedule.notification;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class AddressCheckPropertyTest {

  /** Any, and often one of those that matter. */
  @Provide
  Arbitrary<byte[]> v4() {
    return Arbitraries.oneOf(
        Arbitraries.bytes().array(byte[].class).ofSize(4),
        Arbitraries.of("a9fea9fe", "7f000001", "646464c8", "a83f8110", "0a600001", "e0000001")
            .map(HexFormat.of()::parseHex));
  }

  @Property
  void anAddressIsJudgedTheSameInEveryFormOfIpV6(
      @ForAll("v4") byte[] v4, @ForAll boolean allowLinkLocal) throws UnknownHostException {
    var check = new AddressCheck(allowLinkLocal);
    var hex = HexFormat.of().formatHex(v4);
    var refused = check.refusal(InetAddress.getByAddress(v4)).isPresent();

    for (var form :
        new String[] {
          "00000000000000000000ffff" + hex,
          "0000000000000000ffff0000" + hex,
          "0064ff9b0000000000000000" + hex,
          "2002" + hex + "0000".repeat(5),
          "20010db80000000000005efe" + hex
        }) {
      var address = InetAddress.getByAddress(HexFormat.of().parseHex(form));
      assertThat(check.refusal(address).isPresent()).as(address.toString()).isEqualTo(refused);
    }
  }
}
