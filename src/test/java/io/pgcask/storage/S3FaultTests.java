package io.pgcask.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgcask.api.v1alpha1.LocalObjectRef;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.Storage;
import io.pgcask.storage.FaultProxy.Fault;
import io.pgcask.storage.FaultProxy.Request;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Real S3 servers behind a network that loses things: nothing is lost, and nothing is left. */
@Tag("host")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class S3FaultTests {
  private static final int MIB = 1 << 20;
  private static final Fault NONE = new Fault.None();

  private final S3TestServer.Kind kind;

  private S3TestServer server;

  /** Which server; the tests are the same for all. */
  S3FaultTests(S3TestServer.Kind kind) {
    this.kind = kind;
  }

  @BeforeAll
  void start() throws Exception {
    server = S3TestServer.start(kind);
  }

  @AfterAll
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  private static byte[] random(int length) {
    var bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  /** Parts of 5 MiB. */
  private static Storage.S3 storage(String url, int maxParts, Storage.Checksum checksum) {
    return new Storage.S3(
        S3TestServer.BUCKET,
        "faults",
        null,
        url,
        true,
        new LocalObjectRef("secret"),
        null,
        null,
        null,
        null,
        maxParts,
        5,
        checksum,
        null);
  }

  private static List<Upload.Stored> write(ObjectStore store, String key, byte[] bytes)
      throws StorageException {
    try (var upload = store.begin(key, 0)) {
      for (int i = 0; i < bytes.length; i += 100_000) {
        upload.write(bytes, i, Math.min(100_000, bytes.length - i));
      }
      return upload.complete();
    }
  }

  /** Reads the objects back, each with its hash. */
  private void assertHolds(List<Upload.Stored> stored, byte[] bytes) throws Exception {
    var joined = new ByteArrayOutputStream();
    try (var store = S3TestServer.open(storage(server.url(), 3, null))) {
      for (var object : stored) {
        assertThat(store.size(object.key())).hasValue(object.sizeBytes());
        try (var in = store.open(object.key())) {
          var content = in.readAllBytes();
          assertThat(Hashes.sha256(content)).isEqualTo(object.sha256());
          joined.writeBytes(content);
        }
      }
    }
    assertThat(Hashes.sha256(joined.toByteArray())).isEqualTo(Hashes.sha256(bytes));
  }

  /** A fault for the first request of a kind, or for the first few. */
  private static Function<Request, Fault> first(int count, Predicate<Request> kind, Fault fault) {
    var left = new AtomicInteger(count);
    return request -> kind.test(request) && left.getAndDecrement() > 0 ? fault : NONE;
  }

  private void survives(String key, Function<Request, Fault> faults, int length) throws Exception {
    survives(key, faults, length, null);
  }

  private void survives(
      String key, Function<Request, Fault> faults, int length, Storage.Checksum checksum)
      throws Exception {
    var bytes = random(length);
    List<Upload.Stored> stored;
    try (var proxy = new FaultProxy(server.port(), faults);
        var store = S3TestServer.open(storage(proxy.url(), 3, checksum))) {
      stored = write(store, key, bytes);
    }
    assertHolds(stored, bytes);
    assertThat(server.uploadsLeft()).isEmpty();
  }

  @Test
  void rollsOverToFurtherObjects() throws Exception {
    try (var store = S3TestServer.open(storage(server.url(), 3, null))) {
      var bytes = random(33 * MIB + 7);
      var stored = write(store, "rolled/x", bytes);

      assertThat(stored)
          .extracting(Upload.Stored::key)
          .containsExactly("rolled/x", "rolled/x.0002", "rolled/x.0003");
      assertThat(stored)
          .extracting(Upload.Stored::sizeBytes)
          .containsExactly(15L * MIB, 15L * MIB, 3L * MIB + 7);
      assertHolds(stored, bytes);
      assertThat(server.uploadsLeft()).isEmpty();
    }
  }

  @Test
  void anAbortRemovesEveryObjectOfIt() throws Exception {
    try (var store = S3TestServer.open(storage(server.url(), 1, null))) {
      var upload = store.begin("rolled-back/x", 0);
      upload.write(random(17 * MIB), 0, 17 * MIB);
      upload.abort();

      assertThat(store.list("rolled-back")).isEmpty();
      assertThat(server.uploadsLeft()).isEmpty();
    }
  }

  @Test
  void aServerThatTakesAThousandPartsIsNeverGivenMore() throws Exception {
    // Given a server that takes 4 where others take 10,000, as some take 1000
    Function<Request, Fault> few =
        request ->
            request.isPart() && request.partNumber() > 4
                ? new Fault.Answer(400, "InvalidArgument", Map.of())
                : NONE;
    try (var proxy = new FaultProxy(server.port(), few)) {
      var bytes = random(47 * MIB);

      // When maxParts says so, then nothing fails
      try (var store = S3TestServer.open(storage(proxy.url(), 4, null))) {
        assertHolds(write(store, "few/x", bytes), bytes);
      }

      // When it does not
      try (var store = S3TestServer.open(storage(proxy.url(), 10_000, null))) {
        assertThatThrownBy(() -> write(store, "few/y", bytes))
            .isInstanceOfSatisfying(
                StorageException.class,
                e -> assertThat(e.reason()).isEqualTo(Reason.STORAGE_DENIED));
        assertThat(store.list("few")).containsExactly("few/x", "few/x.0002", "few/x.0003");
      }
      assertThat(server.uploadsLeft()).isEmpty();
    }
  }

  @Test
  void survivesConnectionsThatBreakInTheMiddleOfAPart() throws Exception {
    survives("reset/x", first(3, Request::isPart, new Fault.ResetInBody()), 22 * MIB);
    survives("reset/y", first(1, Request::isWhole, new Fault.ResetInBody()), 3 * MIB);
  }

  @Test
  void survivesAServerThatAsksToSlowDown() throws Exception {
    var slow = new Fault.Answer(503, "SlowDown", Map.of("Retry-After", "1"));
    survives("slow/x", first(4, request -> true, slow), 22 * MIB);
    survives("slow/y", first(2, Request::isPart, slow), 22 * MIB);
    survives("slow/z", first(2, Request::isCompletion, slow), 22 * MIB);
  }

  @Test
  void survivesDelays() throws Exception {
    var random = new Random(1);
    survives(
        "late/x", request -> new Fault.Delay(Duration.ofMillis(random.nextInt(300))), 22 * MIB);
  }

  @Test
  void survivesTheLossOfAnswers() throws Exception {
    survives("lost/x", first(2, Request::isPart, new Fault.DropAnswer()), 22 * MIB);
    survives("lost/y", first(1, Request::isCompletion, new Fault.DropAnswer()), 22 * MIB);
    survives("lost/z", first(1, Request::isWhole, new Fault.DropAnswer()), 3 * MIB);
  }

  @Test
  void survivesAllOfItTogether() throws Exception {
    var random = new Random(2);
    var hit = ConcurrentHashMap.<String>newKeySet();
    Function<Request, Fault> faults =
        request ->
            request.isCreation() || !hit.add(request.method() + request.path())
                ? NONE
                : switch (random.nextInt(4)) {
                  case 0 -> new Fault.ResetInBody();
                  case 1 -> new Fault.Answer(503, "SlowDown", Map.of());
                  case 2 -> new Fault.DropAnswer();
                  default -> new Fault.Delay(Duration.ofMillis(200));
                };
    survives("all/x", faults, 62 * MIB);
    hit.clear();
    survives("all/y", faults, 62 * MIB, Storage.Checksum.ALWAYS);
  }

  @Test
  void theLossOfTheAnswerToTheManifestIsNoLoss() throws Exception {
    var manifest = random(1000);
    try (var proxy =
            new FaultProxy(
                server.port(),
                first(
                    1,
                    request -> request.header("if-none-match").isPresent(),
                    new Fault.DropAnswer()));
        var store = S3TestServer.open(storage(proxy.url(), 3, null))) {
      store.putIfAbsent("manifest/manifest.json", manifest);

      assertThat(store.read("manifest/manifest.json")).isEqualTo(manifest);
      assertThatThrownBy(() -> store.putIfAbsent("manifest/manifest.json", random(1001)))
          .isInstanceOf(ObjectExistsException.class);
    }
  }

  @Test
  void theLossOfTheAnswerToACreationLeavesAnUploadThatTheSweepRemoves() throws Exception {
    try (var proxy =
            new FaultProxy(server.port(), first(1, Request::isCreation, new Fault.DropAnswer()));
        var store = S3TestServer.open(storage(proxy.url(), 3, null))) {
      var bytes = random(7 * MIB);
      assertHolds(write(store, "created/1/x", bytes), bytes);

      var left = store.unfinished("created");
      assertThat(left).extracting(Unfinished::key).containsExactly("created/1/x");
      assertThat(store.abortUnfinished("created", Instant.now().minusSeconds(3600))).isEmpty();
      assertThat(store.abortUnfinished("created", Instant.now().plusSeconds(60))).isEqualTo(left);
      assertThat(server.uploadsLeft()).isEmpty();
    }
  }

  @Test
  void whatCannotBeMadeInTheEndIsRemovedFromTheBeginning() throws Exception {
    var refused = new AtomicBoolean();
    Function<Request, Fault> second =
        request -> {
          if (request.isCompletion() && request.path().contains("x.0002")) {
            refused.set(true);
            return new Fault.Answer(403, "AccessDenied", Map.of());
          }
          return NONE;
        };
    try (var proxy = new FaultProxy(server.port(), second);
        var store = S3TestServer.open(storage(proxy.url(), 3, null))) {
      assertThatThrownBy(() -> write(store, "half/x", random(33 * MIB)))
          .isInstanceOf(StorageException.class);

      assertThat(refused).isTrue();
      assertThat(store.list("half")).isEmpty();
      assertThat(server.uploadsLeft()).isEmpty();
    }
  }
}
