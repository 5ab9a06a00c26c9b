package io.pgcask.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CertificateNamesTest {
  private static CertificateNames names(List<String> dns, List<String> addresses, String common) {
    return new CertificateNames(dns, addresses, Optional.ofNullable(common));
  }

  @Test
  void aStarStandsForOneLabel() {
    var names = names(List.of("*.example.com"), List.of(), null);

    assertThat(names.match("db.example.com")).isTrue();
    assertThat(names.match("DB.Example.COM")).isTrue();
    assertThat(names.match("a.db.example.com")).isFalse();
    assertThat(names.match("example.com")).isFalse();
    assertThat(names.match("dbXexample.com")).isFalse();
    assertThat(names(List.of("d*.example.com"), List.of(), null).match("db.example.com")).isFalse();
  }

  @Test
  void theCommonNameCountsOnlyWithoutAnAlternativeNameOfTheHostsKind() {
    assertThat(names(List.of(), List.of(), "db").match("db")).isTrue();
    assertThat(names(List.of("other"), List.of(), "db").match("db")).isFalse();
    assertThat(names(List.of(), List.of("10.0.0.1"), "db").match("db")).isTrue();
    assertThat(names(List.of("other"), List.of(), "10.0.0.1").match("10.0.0.1")).isTrue();
    assertThat(names(List.of(), List.of("10.0.0.2"), "10.0.0.1").match("10.0.0.1")).isFalse();
    assertThat(names(List.of(), List.of(), null).match("db")).isFalse();
  }

  @Test
  void addressesAreComparedAsAddresses() {
    assertThat(names(List.of(), List.of("2001:db8:0:0:0:0:0:1"), null).match("2001:db8::1"))
        .isTrue();
    assertThat(names(List.of(), List.of("10.0.0.1"), null).match("10.0.0.1")).isTrue();
    assertThat(names(List.of(), List.of("10.0.0.1"), null).match("10.0.0.2")).isFalse();
  }

  @Test
  void saysWhomItIsFor() {
    assertThat(names(List.of("a", "b"), List.of("10.0.0.1"), "c")).hasToString("a, b, 10.0.0.1");
    assertThat(names(List.of(), List.of(), "c")).hasToString("c");
    assertThat(names(List.of(), List.of(), null)).hasToString("no host");
    assertThat(names(List.of("a", "b", "c", "d", "e", "f"), List.of(), null))
        .hasToString("a, b, c, d, e, ...");
  }
}
