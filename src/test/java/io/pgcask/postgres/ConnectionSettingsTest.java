package io.pgcask.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.TlsMode;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConnectionSettingsTest {
  @Test
  void hidesThePasswordInToString() {
    var settings =
        new ConnectionSettings(
            "h", 1, "d", "u", Optional.of("S3CR3T"), TlsMode.PREFER, Optional.empty(), 1);

    assertThat(settings.toString()).doesNotContain("S3CR3T").contains("password=***");
    assertThat(settings.withDatabase("e").database()).isEqualTo("e");
    assertThat(settings.withDatabase("e").password()).hasValue("S3CR3T");
  }

  @Test
  void knowsWhatAModeAsksFor() {
    for (var mode : TlsMode.values()) {
      var settings =
          new ConnectionSettings("h", 1, "d", "u", Optional.empty(), mode, Optional.empty(), 1);
      assertThat(settings.requiresTls())
          .isEqualTo(mode == TlsMode.REQUIRE || settings.verifiesCertificate());
      assertThat(settings.verifiesCertificate())
          .isEqualTo(mode == TlsMode.VERIFY_CA || mode == TlsMode.VERIFY_FULL);
    }
  }
}
