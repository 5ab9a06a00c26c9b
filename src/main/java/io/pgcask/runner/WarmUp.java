package io.pgcask.runner;

import io.pgcask.api.v1alpha1.LocalObjectRef;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.Storage;
import io.pgcask.api.v1alpha1.TlsMode;
import io.pgcask.contract.Manifest;
import io.pgcask.contract.Task;
import io.pgcask.postgres.ClientTools;
import io.pgcask.postgres.ConnectionSettings;
import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.Sessions;
import io.pgcask.runner.age.AgeEncryption;
import io.pgcask.runner.age.InvalidKeysException;
import io.pgcask.runner.age.Recipients;
import io.pgcask.runner.report.Json;
import io.pgcask.runner.report.Redactor;
import io.pgcask.runner.report.Reporter;
import io.pgcask.storage.Hashes;
import io.pgcask.storage.ObjectStores;
import io.pgcask.storage.StorageCredentials;
import io.pgcask.storage.StorageException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Touches the classes that every run needs before its tool starts, while the image's class cache is
 * made. There is no PostgreSQL server then: what is called fails, and that is enough.
 */
final class WarmUp {
  private static final int NOBODY_LISTENS = 1;

  /** The recipient of age's own manual. */
  private static final String NOBODY_RECEIVES =
      "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";

  void run() throws IOException {
    try (var store = new WarmUpStore()) {
      run(store.endpoint());
    }
  }

  private static void run(String endpoint) throws IOException {
    var json = new Json();
    var storage =
        new Storage(
            new Storage.S3("warm-up", null, null, endpoint, true, new LocalObjectRef("none"), null),
            null);
    var task =
        (Task.Delete)
            json.read(
                json.line(new Task.Delete("warm-up", storage, List.of(), "warm-up")), Task.class);
    json.line(Results.failed(Reason.INTERNAL, "warm-up"));
    var reporter =
        new Reporter(
            new PrintStream(OutputStream.nullOutputStream()), new Redactor(List.of()), json);
    reporter.progress(0, 0, 0);
    reporter.warning("table \"x\" and \"value\"");
    Hashes.sha256(new byte[1 << 16]);
    touchEncryption();
    ClientTools.under(ClientTools.DEFAULT_ROOT).majors();
    touchStorage(task.storage());
    touchServer();
    try {
      json.read("{}".getBytes(StandardCharsets.UTF_8), Manifest.class);
    } catch (IOException e) {
      System.out.println("warm-up: " + e.getMessage());
    }
  }

  private static void touchStorage(Storage storage) {
    var credentials = new StorageCredentials("id", "secret", Optional.empty());
    try (var store =
        ObjectStores.open(storage, Optional.of(credentials), List.of(), Path.of("/nowhere"))) {
      store.check();
      store.putIfAbsent("warm-up/object", new byte[1]);
      store.size("warm-up/object");
      store.read("warm-up/object");
      store.list("warm-up");
      store.unfinished("warm-up");
    } catch (StorageException e) {
      System.out.println("warm-up: " + e.getMessage());
    }
  }

  private static void touchEncryption() throws IOException {
    try {
      var nobody = Recipients.parse("warm-up", NOBODY_RECEIVES);
      AgeEncryption.to(OutputStream.nullOutputStream(), nobody).close();
    } catch (InvalidKeysException e) {
      System.out.println("warm-up: " + e.getMessage());
    }
  }

  private static void touchServer() {
    var settings =
        new ConnectionSettings(
            "127.0.0.1",
            NOBODY_LISTENS,
            "none",
            "none",
            Optional.of("none"),
            TlsMode.REQUIRE,
            Optional.empty(),
            2);
    try {
      Sessions.open(settings, "pgcask/warm-up");
    } catch (PostgresException e) {
      System.out.println("warm-up: " + e.getMessage());
    }
  }
}
