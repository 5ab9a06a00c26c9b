package io.pgcask.operator.schedule.notification;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.api.v1alpha1.Notification;
import io.pgcask.api.v1alpha1.NotificationEvent;
import io.pgcask.api.v1alpha1.PendingDelivery;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is sent is what docs/notifications.md says. */
class MessagesTest {

  private static final Instant NIGHT = Instant.parse("2026-11-26T02:31:00Z");
  private static final Path PAGE = Path.of("docs/notifications.md");
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final BackupSchedule schedule =
      NightlySchedule.with(
          "[{webhook: {urlSecretRef: {name: a, key: url}}, events: [Failed, Overdue, Recovered,"
              + " Completed]}, {webhook: {urlSecretRef: {name: b, key: url}, format: Slack}, events:"
              + " [Failed, Overdue, Recovered, Completed]}, {heartbeat: {urlSecretRef: {name: c,"
              + " key: url}}}]");
  private final List<Backup> children = new ArrayList<>();

  private static List<String> blocks(String language) throws IOException {
    return Pattern.compile("```%s\n(.*?)```".formatted(language), Pattern.DOTALL)
        .matcher(Files.readString(PAGE))
        .results()
        .map(block -> block.group(1))
        .toList();
  }

  /** A good Backup, and then what the test adds. */
  private List<PendingDelivery> after(Optional<Instant> overdueSince, Backup... backups) {
    children.add(NightlySchedule.completed("nightly-29399671", NIGHT.minus(Duration.ofDays(1))));
    var first =
        Happenings.since(
            schedule, children, NightlySchedule.health(children, Optional.empty(), NIGHT), NIGHT);
    var known =
        NightlySchedule.after(
            schedule, OutboxPlan.of(schedule, first, List.of(), failing -> false));
    children.addAll(List.of(backups));
    return OutboxPlan.of(
            known,
            Happenings.since(
                known, children, NightlySchedule.health(children, overdueSince, NIGHT), NIGHT),
            List.of(),
            failing -> false)
        .pending();
  }

  private Message message(PendingDelivery delivery, Optional<byte[]> key) {
    var receiver = OutboxPlan.receiver(schedule, delivery).orElseThrow();
    return Messages.of(schedule, receiver, delivery, key, NIGHT);
  }

  private JsonNode content(PendingDelivery delivery) throws IOException {
    return MAPPER.readTree(message(delivery, Optional.empty()).content().orElseThrow().bytes());
  }

  private static PendingDelivery find(
      List<PendingDelivery> pending, String receiver, NotificationEvent event) {
    return pending.stream()
        .filter(delivery -> delivery.urlSecretRef().name().equals(receiver))
        .filter(delivery -> delivery.event() == event)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aFailureIsTheExampleOfTheDocumentation() throws IOException {
    var pending = after(Optional.empty(), NightlySchedule.failed("nightly-20261126-0230", NIGHT));
    var delivery = find(pending, "a", NotificationEvent.FAILED);

    var event = (ObjectNode) content(delivery);
    assertThat(event.get("id").asText()).isEqualTo(delivery.id()).matches("[0-9a-f]{32}");
    event.put("id", "ID");
    assertThat(event).isEqualTo(MAPPER.readTree(blocks("json").getFirst()));
    assertThat(message(delivery, Optional.empty()).content().orElseThrow().type())
        .isEqualTo("application/cloudevents+json; charset=UTF-8");

    assertThat(content(find(pending, "b", NotificationEvent.FAILED)))
        .isEqualTo(MAPPER.readTree(blocks("json").get(1)));
  }

  @Test
  void beingOverdueAndBeingGoodAgainSayWhatTheyKnow() throws IOException {
    var overdue = after(Optional.of(NIGHT));
    assertThat((Object) content(find(overdue, "a", NotificationEvent.OVERDUE)))
        .isInstanceOfSatisfying(
            JsonNode.class,
            event -> {
              assertThat(event.get("type").asText()).isEqualTo("io.pgcask.backup.overdue");
              assertThat(event.get("subject").asText()).isEqualTo("nightly");
              assertThat(event.get("data").has("backup")).isFalse();
              assertThat(event.at("/data/lastSuccessfulTime").asText())
                  .isEqualTo("2026-11-25T02:31:00Z");
            });
    assertThat(content(find(overdue, "b", NotificationEvent.OVERDUE)).get("text").asText())
        .contains("overdue", "2026-11-25T02:31:00Z");

    children.clear();
    var good =
        after(
            Optional.empty(),
            NightlySchedule.failed("bad", NIGHT),
            NightlySchedule.completed("good", NIGHT.plusSeconds(60)));
    assertThat((Object) content(find(good, "a", NotificationEvent.RECOVERED)))
        .isInstanceOfSatisfying(
            JsonNode.class,
            event -> {
              assertThat(event.get("type").asText()).isEqualTo("io.pgcask.backup.recovered");
              assertThat(event.at("/data/sizeBytes").asLong()).isEqualTo(1_288_490_188L);
              assertThat(event.at("/data/location").asText()).isEqualTo("s3://backups/shop/good");
              assertThat(event.at("/data/consecutiveFailures").asInt()).isZero();
            });
    assertThat(content(find(good, "b", NotificationEvent.COMPLETED)).get("text").asText())
        .contains("good", "1.2 GiB", "1m12s");
    assertThat(message(find(good, "c", null), Optional.empty()))
        .isEqualTo(new Message(java.util.Map.of(), Optional.empty()));
  }

  @Test
  void theContentIsTheSameForEveryAttempt() {
    var delivery =
        find(
            after(Optional.empty(), NightlySchedule.failed("x", NIGHT)),
            "a",
            NotificationEvent.FAILED);
    assertThat(message(delivery, Optional.empty()).content().orElseThrow().bytes())
        .isEqualTo(message(delivery, Optional.empty()).content().orElseThrow().bytes());
  }

  @Test
  void theLinesOfTheDocumentationCheckASignature(@TempDir Path folder) throws Exception {
    var key = "whsec_" + Base64.getEncoder().encodeToString("0123456789abcdef01234567".getBytes());
    var delivery =
        find(
            after(Optional.empty(), NightlySchedule.failed("x", NIGHT)),
            "a",
            NotificationEvent.FAILED);
    var bytes = Base64.getDecoder().decode(key.substring("whsec_".length()));
    var message = message(delivery, Optional.of(bytes));
    Files.write(folder.resolve("body"), message.content().orElseThrow().bytes());

    var shell = new ProcessBuilder("bash", "-euo", "pipefail", "-c", blocks("sh").getFirst());
    shell.directory(folder.toFile()).redirectErrorStream(true);
    shell.environment().put("id", message.headers().get("webhook-id"));
    shell.environment().put("timestamp", message.headers().get("webhook-timestamp"));
    shell.environment().put("key", key);
    var process = shell.start();
    var printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).as(printed).isZero();
    assertThat(printed.strip())
        .isEqualTo(message.headers().get("webhook-signature"))
        .startsWith("v1,");
    assertThat(message.headers().get("webhook-timestamp"))
        .isEqualTo(Long.toString(NIGHT.getEpochSecond()));
    assertThat(message(delivery, Optional.empty()).headers())
        .doesNotContainKey("webhook-signature");
  }

  /** The example of the specification of Standard Webhooks 1.0. */
  @Test
  void theSignatureIsThatOfStandardWebhooks() {
    var key = Base64.getDecoder().decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    assertThat(
            Signature.of(
                key,
                "msg_p5jXN8AQM9LWM0D4loKWxJek",
                1614265330,
                "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  }

  @Test
  void theWordsAreThoseOfTheSpec() {
    for (var event : NotificationEvent.values()) {
      assertThat(MAPPER.valueToTree(event).asText()).isEqualTo(Messages.word(event));
    }
    assertThat(new Notification(null, null, null).eventsOrDefault())
        .doesNotContain(NotificationEvent.COMPLETED);
  }
}
