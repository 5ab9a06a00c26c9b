package io.pgcask.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.TlsMode;
import java.util.Optional;
import java.util.OptionalInt;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What is written as a connection string is read back as it was, whatever the names hold. */
class ConnectionStringPropertyTest {
  @Property(tries = 2000)
  void theUriFormComesBack(@ForAll("connections") ConnectionString connection) throws Exception {
    assertThat(ConnectionString.parse(connection.toUri())).isEqualTo(connection);
  }

  @Property(tries = 2000)
  void theKeywordFormComesBack(@ForAll("connections") ConnectionString connection)
      throws Exception {
    assertThat(ConnectionString.parse(connection.toKeywords())).isEqualTo(connection);
  }

  @Provide
  Arbitrary<ConnectionString> connections() {
    return Combinators.combine(
            hosts(),
            Arbitraries.integers().between(1, 65535).optional(),
            names().optional(),
            names().optional(),
            names().optional(),
            Arbitraries.of(TlsMode.class).optional(),
            Arbitraries.integers().between(1, 300).optional())
        .as(
            (host, port, database, user, password, mode, timeout) ->
                new ConnectionString(
                    host, number(port), database, user, password, mode, number(timeout)));
  }

  private static OptionalInt number(Optional<Integer> number) {
    return number.map(OptionalInt::of).orElseGet(OptionalInt::empty);
  }

  /** Any text without NUL, and often what strings trip over. */
  private static Arbitrary<String> names() {
    return Arbitraries.frequencyOf(
        net.jqwik.api.Tuple.of(
            3,
            Arbitraries.strings()
                .withChars("'\\ %@:/?#&=[],+\t\n\"$aä€")
                .ofMinLength(1)
                .ofMaxLength(12)),
        net.jqwik.api.Tuple.of(
            1,
            Arbitraries.strings()
                .excludeChars('\0')
                .ofMinLength(1)
                .ofMaxLength(20)
                // half a surrogate pair is no text, and has no form in UTF-8
                .filter(text -> text.chars().noneMatch(c -> Character.isSurrogate((char) c)))));
  }

  private static Arbitrary<String> hosts() {
    return Arbitraries.oneOf(
        Arbitraries.of("db", "db.example.com", "10.0.0.1", "::1", "2001:db8::1", "fe80::1%eth0"),
        Arbitraries.strings().withChars("ab-._~%'\\[]:?#&=ä").ofMinLength(1).ofMaxLength(10));
  }
}
