package io.pgcask.postgres;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class PemTest {

  private static final String CERTIFICATE = Pem.block("CERTIFICATE", "of one".getBytes(UTF_8));

  @Test
  void whatStandsBetweenBlocksIsAComment() throws InvalidSecretException {
    var text =
        "a -- b\n"
            + CERTIFICATE
            + "-----BEGIN X-----\n"
            + CERTIFICATE
            + "-----END CERTIFICATE-----";

    assertThat(Pem.read("it", text.getBytes(US_ASCII)))
        .extracting(Pem.Block::label, block -> new String(block.der(), UTF_8))
        .containsExactly(tuple("CERTIFICATE", "of one"), tuple("CERTIFICATE", "of one"));
    assertThatThrownBy(() -> Pem.read("it", CERTIFICATE.replace("b25l", "---").getBytes(US_ASCII)))
        .isInstanceOf(InvalidSecretException.class)
        .hasMessage("it is damaged: the block CERTIFICATE is no Base64");
  }

  /** A Secret holds what somebody has written. */
  @Test
  @Timeout(10)
  void manyDashesTakeNeitherTimeNorTheStack() throws InvalidSecretException {
    for (var piece : new String[] {"- ", "-----BEGIN X-----\n", "-----BEGIN X-----\n- ", "-----"}) {
      var text = piece.repeat(1_000_000 / piece.length()) + "\n" + CERTIFICATE;
      assertThat(Pem.read("it", text.getBytes(US_ASCII))).hasSize(1);
    }
  }
}
