package io.pgcask.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgcask.api.v1alpha1.LocalObjectRef;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.s3.model.ObjectLockMode;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** What holds with every real S3 server, in a container. */
@Tag("host")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class S3ObjectStoreTests {
  private static final StorageCredentials ROOT = S3TestServer.ROOT;

  private final S3TestServer.Kind kind;

  private S3TestServer server;

  /** Which server; the tests are the same for all. */
  S3ObjectStoreTests(S3TestServer.Kind kind) {
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

  private ObjectStore open(String bucket, String prefix, StorageCredentials credentials)
      throws StorageException {
    return open(server.url(), bucket, prefix, credentials);
  }

  private static ObjectStore open(
      String endpoint, String bucket, String prefix, StorageCredentials credentials)
      throws StorageException {
    return S3TestServer.open(
        new Storage.S3(bucket, prefix, null, endpoint, true, new LocalObjectRef("secret"), null),
        credentials);
  }

  private static byte[] random(int length) {
    var bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  @Test
  void writesSmallObjectsWhole() throws Exception {
    try (var store = open(S3TestServer.BUCKET, "p/q", ROOT);
        var upload = store.begin("small/x", 0)) {
      upload.write(random(1000), 0, 1000);
      assertThat(store.size("small/x")).isEmpty();
      upload.complete();

      assertThat(upload.storedBytes()).isEqualTo(1000);
      assertThat(store.read("small/x")).isEqualTo(random(1000));
      assertThat(store.list("small")).containsExactly("small/x");
      assertThat(store.place("small/x")).isEqualTo("s3://backups/p/q/small/x");
    }
  }

  @Test
  void writesLargeObjectsInParts() throws Exception {
    int length = (16 << 20) * 3 + 12345;
    var bytes = random(length);
    try (var store = open(S3TestServer.BUCKET, null, ROOT);
        var upload = store.begin("large/x", 0)) {
      for (int i = 0; i < length; i += 100_000) {
        upload.write(bytes, i, Math.min(100_000, length - i));
      }
      upload.complete();

      assertThat(store.size("large/x")).hasValue(length);
      try (var in = store.open("large/x")) {
        assertThat(Arrays.equals(in.readAllBytes(), bytes)).isTrue();
      }
    }
    assertThat(server.uploadsLeft()).isEmpty();
  }

  @Test
  void leavesNoPartAfterAnAbort() throws Exception {
    try (var store = open(S3TestServer.BUCKET, null, ROOT)) {
      var upload = store.begin("aborted/x", 0);
      upload.write(random(40 << 20), 0, 40 << 20);
      upload.abort();

      assertThat(store.size("aborted/x")).isEmpty();
      assertThat(server.uploadsLeft()).isEmpty();
      assertThatThrownBy(() -> upload.write(random(1), 0, 1)).isInstanceOf(StorageException.class);
    }
  }

  @Test
  void removesUploadsThatADeadWriterLeft() throws Exception {
    begin("dead/1/x");
    begin("deadly/x");
    try (var store = open(S3TestServer.BUCKET, null, ROOT)) {
      store.put("dead/manifest.json", random(10));
      store.deleteAll("dead");

      assertThat(store.list("dead")).isEmpty();
      assertThat(server.uploadsLeft()).containsExactly("deadly/x");
      store.deleteAll("deadly");
    }
    assertThat(server.uploadsLeft()).isEmpty();
  }

  @Test
  void sweepsWhatIsOldBelowADirectoryAndNothingElse() throws Exception {
    begin("p/ns/conn/one/1/x");
    begin("p/ns/conn/two/1/x");
    begin("p/ns/connection/1/x");
    try (var store = open(S3TestServer.BUCKET, "p", ROOT)) {
      // the servers' clock has seconds
      var soon = Instant.now().plusSeconds(60);
      assertThat(store.unfinished("ns"))
          .extracting(Unfinished::key)
          .containsExactlyInAnyOrder("ns/conn/one/1/x", "ns/conn/two/1/x", "ns/connection/1/x");
      assertThat(store.abortUnfinished("ns", Instant.now().minusSeconds(600))).isEmpty();

      assertThat(store.abortUnfinished("ns/conn/one", soon))
          .extracting(Unfinished::key)
          .containsExactly("ns/conn/one/1/x");
      assertThat(store.abortUnfinished("ns/conn", soon)).hasSize(1);
      assertThat(server.uploadsLeft()).containsExactly("p/ns/connection/1/x");
      assertThat(store.abortUnfinished("ns", soon)).hasSize(1);
    }
    assertThat(server.uploadsLeft()).isEmpty();
  }

  @Test
  void tellsTheDirectoriesAndWhatTheyHold() throws Exception {
    // Given
    begin("q/ns/conn/uploads-only/1/x");
    try (var store = open(S3TestServer.BUCKET, "q", ROOT)) {
      store.put("ns/conn/one/manifest.json", random(11));
      store.put("ns/conn/one/1/a", random(5));
      store.put("ns/conn/two/1/x", random(3));
      store.put("ns/connection/three/1/x", random(3));
      store.put("ns/conn/an-object", random(3));

      // Then
      assertThat(store.directories("ns/conn", 10))
          .containsExactlyInAnyOrder("one", "two", "uploads-only");
      assertThat(store.directories("ns/conn", 2)).hasSize(2);
      assertThat(store.directories("ns/none", 10)).isEmpty();
      var day = Duration.ofDays(1);
      var one = store.contents("ns/conn/one");
      assertThat(one.sizeBytes()).isEqualTo(16);
      assertThat(one.lastModified().orElseThrow())
          .isBetween(Instant.now().minus(day), Instant.now().plus(day));
      assertThat(store.contents("ns/conn/uploads-only").lastModified()).isPresent();
      assertThat(store.contents("ns/none")).isEqualTo(Contents.NONE);

      // When one becomes empty, then nothing is left to be told of
      store.deleteAll("ns/conn/two");
      assertThat(store.contents("ns/conn/two")).isEqualTo(Contents.NONE);
      store.deleteAll("ns");
    }
  }

  private void begin(String key) {
    server.direct().createMultipartUpload(r -> r.bucket(S3TestServer.BUCKET).key(key));
  }

  /** Of every kind of write: one in one piece, one in parts, one conditional. */
  private static void writeAll(ObjectStore store, String directory) throws StorageException {
    store.put(directory + "/RESTORE.md", random(10));
    store.putIfAbsent(directory + "/manifest.json", random(11));
    try (var upload = store.begin(directory + "/1/x", 0)) {
      upload.write(random(6 << 20), 0, 6 << 20);
      upload.complete();
    }
  }

  private static Storage.S3 withEverything(
      String endpoint,
      String bucket,
      Storage.ServerSideEncryption encryption,
      Storage.Checksum checksum,
      Storage.ObjectLock lock) {
    return new Storage.S3(
        bucket,
        "all",
        null,
        endpoint,
        true,
        new LocalObjectRef("secret"),
        null,
        "STANDARD",
        encryption,
        Map.of("team", "shop", "cost center", "a+b@c/1:2"),
        null,
        5,
        checksum,
        lock);
  }

  @ParameterizedTest
  @EnumSource(Storage.Checksum.class)
  void sendsWithEachObjectWhatTheStorageAsksFor(Storage.Checksum checksum) throws Exception {
    // Given
    var encryption = new Storage.ServerSideEncryption(Storage.EncryptionType.AES256, null);
    try (var proxy = new FaultProxy(server.port(), request -> new FaultProxy.Fault.None());
        var store =
            S3TestServer.open(
                withEverything(proxy.url(), S3TestServer.BUCKET, encryption, checksum, null))) {

      // When
      writeAll(store, "headers-" + checksum);

      // Then
      var beginning = proxy.requests().stream().filter(r -> r.isWhole() || r.isCreation()).toList();
      assertThat(beginning).hasSize(3);
      assertThat(beginning)
          .allSatisfy(
              request -> {
                assertThat(request.header("x-amz-storage-class")).contains("STANDARD");
                assertThat(request.header("x-amz-server-side-encryption")).contains("AES256");
                assertThat(request.header("x-amz-tagging").orElseThrow().split("&"))
                    .containsExactlyInAnyOrder("team=shop", "cost%20center=a%2Bb%40c%2F1%3A2");
              });
      assertThat(proxy.requests().stream().filter(r -> r.isWhole() || r.isPart()))
          .hasSize(4)
          .allMatch(
              r ->
                  r.header("x-amz-checksum-crc32").isPresent()
                      || r.header("x-amz-trailer").isPresent()
                          == (checksum == Storage.Checksum.ALWAYS));
      assertThat(store.read("headers-" + checksum + "/manifest.json")).isEqualTo(random(11));
      assertThat(
              server
                  .direct()
                  .getObjectTagging(
                      r -> r.bucket(S3TestServer.BUCKET).key("all/headers-" + checksum + "/1/x"))
                  .tagSet())
          .hasSize(2);
    }
  }

  @ParameterizedTest
  @EnumSource(Storage.Checksum.class)
  void locksEachObjectAndSaysUntilWhenItCannotBeDeleted(Storage.Checksum checksum)
      throws Exception {
    // Given
    var directory = "locked-" + checksum;
    var lock = new Storage.ObjectLock(Storage.LockMode.GOVERNANCE, 2);
    var storage = withEverything(server.url(), S3TestServer.LOCKED_BUCKET, null, checksum, lock);
    try (var store = S3TestServer.open(storage)) {

      // When
      writeAll(store, directory);

      // Then
      for (var name : List.of("/RESTORE.md", "/manifest.json", "/1/x")) {
        var head =
            server
                .direct()
                .headObject(
                    r -> r.bucket(S3TestServer.LOCKED_BUCKET).key("all/" + directory + name));
        assertThat(head.objectLockMode()).isEqualTo(ObjectLockMode.GOVERNANCE);
        assertThat(head.objectLockRetainUntilDate())
            .isBetween(
                Instant.now().plus(Duration.ofHours(47)), Instant.now().plus(Duration.ofHours(49)));
        assertThatThrownBy(
                () ->
                    server
                        .direct()
                        .deleteObject(
                            r ->
                                r.bucket(S3TestServer.LOCKED_BUCKET)
                                    .key("all/" + directory + name)
                                    .versionId(head.versionId())))
            .isInstanceOf(S3Exception.class);
      }

      // And deleting, which makes delete markers where there are versions, is no error
      store.deleteAll(directory);
      assertThat(store.list(directory)).isEmpty();
      assertThat(
              server
                  .direct()
                  .listObjectVersions(
                      r -> r.bucket(S3TestServer.LOCKED_BUCKET).prefix("all/" + directory))
                  .versions())
          .hasSize(3);
    }
  }

  @ParameterizedTest
  @EnumSource(Storage.Checksum.class)
  void aProbeIsNeverLocked(Storage.Checksum checksum) throws Exception {
    // Given
    var lock = new Storage.ObjectLock(Storage.LockMode.GOVERNANCE, 2);
    var storage = withEverything(server.url(), S3TestServer.LOCKED_BUCKET, null, checksum, lock);
    var key = StorageProbe.key("demo/shop", "uid-" + checksum);
    try (var store = S3TestServer.open(storage)) {

      // When
      StorageProbe.run(store, key);

      // Then no version of it is protected
      var versions =
          server
              .direct()
              .listObjectVersions(r -> r.bucket(S3TestServer.LOCKED_BUCKET).prefix("all/" + key))
              .versions();
      assertThat(versions).hasSize(1);
      server
          .direct()
          .deleteObject(
              r ->
                  r.bucket(S3TestServer.LOCKED_BUCKET)
                      .key("all/" + key)
                      .versionId(versions.getFirst().versionId()));
      assertThat(store.list("demo/shop")).isEmpty();
      assertThat(store.directories("demo/shop", 10)).isEmpty();
    }
  }

  @Test
  void understandsARefusalByObjectLock() throws Exception {
    // Given a server without versions, which refuses to delete what is locked
    var lock = new Storage.ObjectLock(Storage.LockMode.GOVERNANCE, 1);
    Function<FaultProxy.Request, FaultProxy.Fault> refusal =
        request ->
            request.method().equals("DELETE") && !request.path().contains("uploadId")
                ? new FaultProxy.Fault.Answer(403, "AccessDenied", Map.of())
                : new FaultProxy.Fault.None();
    try (var proxy = new FaultProxy(server.port(), refusal);
        var store =
            S3TestServer.open(
                withEverything(proxy.url(), S3TestServer.LOCKED_BUCKET, null, null, lock))) {
      store.put("refused/x", random(10));

      // When, then
      assertThatThrownBy(() -> store.deleteAll("refused"))
          .isInstanceOfSatisfying(
              StorageException.class, e -> assertThat(e.reason()).isEqualTo(Reason.OBJECT_LOCKED))
          .hasMessageContaining(
              "s3://locked/all/refused/x is protected by object lock (GOVERNANCE) until 20");
      assertThat(proxy.requests()).filteredOn(r -> r.method().equals("DELETE")).hasSize(1);
    }
  }

  @Test
  void understandsALegalHold() throws Exception {
    try (var proxy =
            new FaultProxy(
                server.port(),
                request ->
                    request.method().equals("DELETE")
                        ? new FaultProxy.Fault.Answer(400, "InvalidRequest", Map.of())
                        : new FaultProxy.Fault.None());
        var store =
            S3TestServer.open(
                withEverything(proxy.url(), S3TestServer.LOCKED_BUCKET, null, null, null))) {
      store.put("held/x", random(10));
      server
          .direct()
          .putObjectLegalHold(
              r ->
                  r.bucket(S3TestServer.LOCKED_BUCKET)
                      .key("all/held/x")
                      .legalHold(hold -> hold.status("ON")));

      assertThatThrownBy(() -> store.delete("held/x"))
          .isInstanceOfSatisfying(
              StorageException.class, e -> assertThat(e.reason()).isEqualTo(Reason.OBJECT_LOCKED))
          .hasMessageContaining("legal hold");
    }
  }

  @Test
  void letsOneOfManyWritersWin() throws Exception {
    try (var store = open(S3TestServer.BUCKET, null, ROOT);
        var pool = Executors.newFixedThreadPool(8)) {
      var results = new ArrayList<Future<Boolean>>();
      for (int i = 0; i < 8; i++) {
        var bytes = ("writer " + i).getBytes(StandardCharsets.UTF_8);
        Callable<Boolean> writer =
            () -> {
              try {
                store.putIfAbsent("race/manifest.json", bytes);
                return true;
              } catch (ObjectExistsException e) {
                return false;
              }
            };
        results.add(pool.submit(writer));
      }
      int winners = 0;
      for (var result : results) {
        winners += result.get() ? 1 : 0;
      }
      assertThat(winners).isEqualTo(1);
      var winner = store.read("race/manifest.json");
      store.putIfAbsent("race/manifest.json", winner);
    }
  }

  @Test
  void goesOnReadingWhereAConnectionBroke() throws Exception {
    int length = 20 << 20;
    try (var store = open(S3TestServer.BUCKET, null, ROOT)) {
      try (var upload = store.begin("broken/x", 0)) {
        upload.write(random(length), 0, length);
        upload.complete();
      }
      try (var proxy = new BreakingProxy(server.port(), 6 << 20);
          var broken = open("http://127.0.0.1:" + proxy.port(), S3TestServer.BUCKET, null, ROOT);
          var in = broken.open("broken/x")) {
        assertThat(Arrays.equals(in.readAllBytes(), random(length))).isTrue();
        assertThat(proxy.connections).isGreaterThan(2);
      }
    }
  }

  @Test
  void saysWhatIsWrong() throws Exception {
    assertFails(open("nosuchbucket", null, ROOT), Reason.STORAGE_NOT_FOUND, "bucket nosuchbucket");
    assertFails(
        open(S3TestServer.BUCKET, null, new StorageCredentials("root", "wrong", Optional.empty())),
        Reason.STORAGE_DENIED,
        "s3.credentialsSecretRef");
    assertFails(
        open(
            S3TestServer.BUCKET, null, new StorageCredentials("nobody", "wrong", Optional.empty())),
        Reason.STORAGE_DENIED,
        "refuses");
    assertCheckFails(
        open("http://127.0.0.1:1", S3TestServer.BUCKET, null, ROOT),
        Reason.STORAGE_UNREACHABLE,
        "http://127.0.0.1:1 cannot be reached");
    assertCheckFails(
        open("http://no.such.host.invalid", S3TestServer.BUCKET, null, ROOT),
        Reason.STORAGE_UNREACHABLE,
        "its name cannot be resolved");
    try (var store = open(S3TestServer.BUCKET, null, ROOT)) {
      assertThatThrownBy(() -> store.open("no/such"))
          .isInstanceOfSatisfying(
              StorageException.class,
              e -> assertThat(e.reason()).isEqualTo(Reason.STORAGE_NOT_FOUND))
          .hasMessage("s3://backups/no/such does not exist");
    }
  }

  private static void assertCheckFails(ObjectStore store, Reason reason, String message) {
    try (store) {
      assertThatThrownBy(store::check)
          .isInstanceOfSatisfying(
              StorageException.class, e -> assertThat(e.reason()).isEqualTo(reason))
          .hasMessageContaining(message);
    }
  }

  private static void assertFails(ObjectStore store, Reason reason, String message) {
    try (store) {
      assertThatThrownBy(store::check)
          .isInstanceOfSatisfying(
              StorageException.class, e -> assertThat(e.reason()).isEqualTo(reason))
          .hasMessageContaining(message);
      assertThatThrownBy(
              () -> {
                var upload = store.begin("x", 0);
                upload.write(random(20 << 20), 0, 20 << 20);
                upload.complete();
              })
          .isInstanceOfSatisfying(
              StorageException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }
  }

  /** Passes connections on to the server and breaks each after a number of bytes. */
  private static final class BreakingProxy implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    private final int target;
    private final int limit;
    private volatile int connections;

    BreakingProxy(int target, int limit) throws IOException {
      this.target = target;
      this.limit = limit;
      Thread.ofVirtual().start(this::accept);
    }

    int port() {
      return listener.getLocalPort();
    }

    private void accept() {
      try {
        while (true) {
          var client = listener.accept();
          connections++;
          var server = new Socket(InetAddress.getLoopbackAddress(), target);
          Thread.ofVirtual().start(() -> pump(client, server, Integer.MAX_VALUE));
          Thread.ofVirtual().start(() -> pump(server, client, limit));
        }
      } catch (IOException e) {
        // closed
      }
    }

    private static void pump(Socket from, Socket to, int limit) {
      try (from;
          to) {
        InputStream in = from.getInputStream();
        var buffer = new byte[8192];
        int total = 0;
        for (int n = in.read(buffer); n > 0 && total < limit; n = in.read(buffer)) {
          to.getOutputStream().write(buffer, 0, n);
          total += n;
        }
      } catch (IOException e) {
        // the other side went away: that is its purpose
      }
    }

    @Override
    public void close() throws IOException {
      listener.close();
    }
  }
}
