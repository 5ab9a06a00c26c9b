package io.pgcask.operator.schedule.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgcask.api.v1alpha1.CaSecretRef;
import io.pgcask.api.v1alpha1.Notification;
import io.pgcask.api.v1alpha1.NotificationBuilder;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.SecretKeyRef;
import io.pgcask.operator.job.TroubleException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndpointsTest {

  private static final String KEY = "a key of more than 24 bytes";
  private static final Notification SIGNED =
      NotificationBuilder.builder()
          .webhook(
              new Notification.Webhook(
                  new SecretKeyRef("hook", "url"),
                  new SecretKeyRef("hook", "hmac"),
                  new CaSecretRef("hook", null),
                  null))
          .build();
  private static final Notification PLAIN =
      NotificationBuilder.builder()
          .webhook(new Notification.Webhook(new SecretKeyRef("hook", "url"), null, null, null))
          .build();

  private final Map<String, String> values = new HashMap<>();
  private final TestSecrets secrets = new TestSecrets(name -> Optional.of(values));
  private final Endpoints endpoints = new Endpoints(secrets.reader());

  @AfterEach
  void stop() {
    secrets.close();
  }

  private Endpoint read(Notification notification) throws TroubleException {
    return endpoints.of("shop", notification);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hooks.example/tOkEn           | https://",
        "ftp://hooks.example/tOkEn     | https://",
        "file:///tOkEn                 | https://",
        "https:tOkEn                   | host",
        "https:///tOkEn                | host",
        "https://hooks.example:0/tOkEn | host and port",
        "https://hooks.example:99999/tOkEn | host and port",
        "https://münchen.example/tOkEn | punycode",
        "https://me:tOkEn@hooks.example/ | a user before its host",
        "https://tOkEn@hooks.example/  | a user before its host",
        "https://hooks.example/a tOkEn | percent-encoded",
        "https://hooks.example/#tOkEn  | fragment"
      })
  void aUrlThatCannotBeUsedIsExplainedWithoutBeingShown(String url, String explanation) {
    values.put("url", url);
    assertThatThrownBy(() -> read(PLAIN))
        .isInstanceOfSatisfying(
            TroubleException.class,
            e -> assertThat(e.trouble().reason()).isEqualTo(Reason.INVALID_RECEIVER))
        .hasMessageContaining("key url of Secret hook")
        .hasMessageContaining(explanation)
        .hasMessageNotContaining("tOkEn");
  }

  @Test
  void aKeyIsTakenAsItIsOrInTheFormOfStandardWebhooks() throws Exception {
    values.put("url", "https://hooks.example/");
    values.put("hmac", KEY);
    values.put("ca.crt", "x");
    assertThatThrownBy(() -> read(SIGNED))
        .isInstanceOfSatisfying(
            TroubleException.class,
            e -> assertThat(e.trouble().reason()).isEqualTo(Reason.INVALID_RECEIVER))
        .hasMessageContaining("key ca.crt of Secret hook holds no certificate in PEM");

    var unsigned =
        NotificationBuilder.builder(SIGNED)
            .webhook(
                new Notification.Webhook(
                    SIGNED.webhook().urlSecretRef(), SIGNED.webhook().hmacSecretRef(), null, null))
            .build();
    assertThat(read(unsigned).key())
        .hasValueSatisfying(key -> assertThat(key).asString().isEqualTo(KEY));
    values.put("hmac", "whsec_YSBrZXkgb2YgbW9yZSB0aGFuIDI0IGJ5dGVz");
    assertThat(read(unsigned).key())
        .hasValueSatisfying(key -> assertThat(key).asString().isEqualTo(KEY));

    for (var bad : new String[] {"whsec_a!b", "short", "whsec_YQ=="}) {
      values.put("hmac", bad);
      assertThatThrownBy(() -> read(unsigned))
          .hasMessageContaining("key hmac of Secret hook")
          .hasMessageNotContaining(bad);
    }
  }

  @Test
  void whatIsMissingIsSaid() {
    assertThatThrownBy(() -> read(PLAIN))
        .isInstanceOfSatisfying(
            TroubleException.class,
            e -> assertThat(e.trouble().reason()).isEqualTo(Reason.SECRET_KEY_MISSING));
  }
}
