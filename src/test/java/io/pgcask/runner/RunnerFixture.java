package io.pgcask.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pgcask.api.v1alpha1.BackupSpec;
import io.pgcask.api.v1alpha1.BackupSpecBuilder;
import io.pgcask.api.v1alpha1.Compression;
import io.pgcask.api.v1alpha1.DumpFormat;
import io.pgcask.api.v1alpha1.LocalObjectRef;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.RestoreMode;
import io.pgcask.api.v1alpha1.Storage;
import io.pgcask.api.v1alpha1.TlsMode;
import io.pgcask.contract.Manifest;
import io.pgcask.contract.Mounts;
import io.pgcask.contract.RestoreChoice;
import io.pgcask.contract.Result;
import io.pgcask.contract.Task;
import io.pgcask.contract.TaskRestoreBuilder;
import io.pgcask.postgres.ConnectionSettings;
import io.pgcask.postgres.Sessions;
import io.pgcask.runner.report.Json;
import io.pgcask.storage.ObjectStore;
import io.pgcask.storage.ObjectStores;
import io.pgcask.storage.StorageCredentials;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Real servers, a real S3 server, and the product image as a Job would start it. Images come from
 * {@code dev/images}; the product's can be chosen by the system property {@code pgcask.it.image}.
 */
final class RunnerFixture implements AutoCloseable {
  static final String IMAGE = System.getProperty("pgcask.it.image", "pgcask:dev");

  /**
   * Of a test's few rows the last tier of the compiler makes more work than it saves: 0.65 instead
   * of 1.2 s of processor time for each run.
   */
  private static final String FAST_START = "-e=JAVA_OPTS=-XX:TieredStopAtLevel=1";

  static final String ADMIN_PASSWORD = "postgres-password";

  /** Every ASCII punctuation character, a blank, and some beyond ASCII. */
  static final String ODD_PASSWORD = " !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ äß€😀";

  private final DockerCli docker = new DockerCli();
  private final Json json = new Json();
  private final Map<Integer, String> servers = new HashMap<>();
  private final Path volumes;
  private final Path tasks;
  private Optional<WarmRunner> warm = Optional.empty();
  private Optional<S3Client> s3Client = Optional.empty();
  private String s3 = "";
  private String caretaker = "";

  RunnerFixture(Path scratch) throws IOException {
    this.tasks = open(Files.createDirectories(scratch.resolve("tasks")));
    this.volumes = open(Files.createDirectories(scratch.resolve("volume")));
  }

  DockerCli docker() {
    return docker;
  }

  Json json() {
    return json;
  }

  /** Starts a server of a major, once; it is called {@code pg<major>} in the network. */
  synchronized void server(int major, String... options) {
    if (servers.containsKey(major)) {
      return;
    }
    var arguments = new ArrayList<String>();
    arguments.addAll(List.of("-p", "127.0.0.1::5432", "-e", "POSTGRES_PASSWORD=" + ADMIN_PASSWORD));
    arguments.addAll(List.of("pgcask-dev-servers", Integer.toString(major)));
    arguments.addAll(List.of(options));
    var id = docker.start("pg" + major, arguments);
    docker.awaitLog(id, "database system is ready to accept connections");
    servers.put(major, id);
  }

  /** Starts the S3 server, once; it is called {@code s3} in the network. */
  synchronized void s3() throws Exception {
    if (!s3.isEmpty()) {
      return;
    }
    s3 =
        docker.start(
            "s3",
            List.of(
                "-p",
                "127.0.0.1::9000",
                "-e",
                "ROOT_ACCESS_KEY=root",
                "-e",
                "ROOT_SECRET_KEY=rootsecret",
                "pgcask-dev-s3"));
    try (var store = hostStore(s3Storage())) {
      for (int i = 0; ; i++) {
        try {
          store.check();
          return;
        } catch (IOException e) {
          if (i == 50) {
            throw e;
          }
          Thread.sleep(200);
        }
      }
    }
  }

  /** Where a server is for the test's own process: a port of 127.0.0.1. */
  int serverPort(int major) {
    return docker.port(servers.get(major), 5432);
  }

  String serverContainer(int major) {
    return servers.get(major);
  }

  String s3Container() {
    return s3;
  }

  static Storage s3Storage() {
    return new Storage(
        new Storage.S3(
            "backups",
            "it",
            null,
            "http://s3:9000",
            true,
            new LocalObjectRef("s3-credentials"),
            null),
        null);
  }

  static Storage volumeStorage() {
    return new Storage(null, new Storage.PersistentVolumeClaim("claim", "top"));
  }

  /** The same storage as seen from the test's own process. */
  ObjectStore hostStore(Storage storage) throws IOException {
    if (storage.s3() == null) {
      shareVolume();
      return ObjectStores.open(storage, Optional.empty(), List.of(), volumes);
    }
    var there = storage.s3();
    var here =
        new Storage.S3(
            there.bucket(),
            there.prefix(),
            null,
            s3Endpoint(),
            true,
            there.credentialsSecretRef(),
            null);
    return ObjectStores.open(
        new Storage(here, null),
        Optional.of(new StorageCredentials("root", "rootsecret", Optional.empty())),
        List.of(),
        volumes);
  }

  /** Lets the runner's user and the test's read and write what the other has written. */
  void shareVolume() {
    var command = new ArrayList<String>();
    if (!System.getProperty("user.name").equals("root")) {
      command.addAll(List.of("docker", "exec", caretaker()));
    }
    command.addAll(List.of("chmod", "-R", "a+rwX", volumes.toString()));
    // A file of another test may vanish meanwhile; then the rest is done once more.
    await().until(() -> DockerCli.execute(command).code() == 0);
  }

  /** A container in whose place the test may do what its own user may not. */
  private synchronized String caretaker() {
    if (caretaker.isEmpty()) {
      var volume = "-v=" + volumes + ":" + volumes;
      caretaker =
          docker.start(
              "caretaker", List.of("--user=0", volume, "--entrypoint=sleep", IMAGE, "86400"));
    }
    return caretaker;
  }

  private String s3Endpoint() {
    return "http://127.0.0.1:" + docker.port(s3, 9000);
  }

  /** How many multipart uploads are unfinished in the bucket. */
  int unfinishedUploads() {
    return s3Client().listMultipartUploads(request -> request.bucket("backups")).uploads().size();
  }

  private synchronized S3Client s3Client() {
    if (s3Client.isEmpty()) {
      s3Client =
          Optional.of(
              S3Client.builder()
                  .endpointOverride(URI.create(s3Endpoint()))
                  .forcePathStyle(true)
                  .region(Region.US_EAST_1)
                  .httpClient(UrlConnectionHttpClient.create())
                  .credentialsProvider(
                      StaticCredentialsProvider.create(
                          AwsBasicCredentials.create("root", "rootsecret")))
                  .build());
    }
    return s3Client.orElseThrow();
  }

  /** A session from the test's own process. */
  Connection session(int major, String database, String user, String password) throws Exception {
    var settings =
        new ConnectionSettings(
            "127.0.0.1",
            serverPort(major),
            database,
            user,
            Optional.of(password),
            TlsMode.PREFER,
            Optional.empty(),
            10);
    return Sessions.open(settings, "pgcask-it");
  }

  /** Runs statements as superuser. */
  void sql(int major, String database, String... statements) throws Exception {
    try (var session = session(major, database, "postgres", ADMIN_PASSWORD);
        var statement = session.createStatement()) {
      for (var sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /**
   * Keeps dumps of a database from ending, until it is closed: large objects come last, and pg_dump
   * does not lock their table in advance.
   */
  Connection holdLargeObjects(int major, String database) throws Exception {
    var session = session(major, database, "postgres", ADMIN_PASSWORD);
    session.setAutoCommit(false);
    try (var statement = session.createStatement()) {
      statement.execute("LOCK TABLE pg_catalog.pg_largeobject IN ACCESS EXCLUSIVE MODE");
    }
    return session;
  }

  /** A server as a task names it, with TLS. */
  static Task.Server at(int major, String database, String user) {
    return new Task.Server("pg" + major, 5432, database, null, user, TlsMode.REQUIRE, 10);
  }

  static Task.Backup backup(
      Task.Server server, DumpFormat format, Compression compression, Storage storage) {
    return backup(
        server,
        BackupSpecBuilder.builder().format(format).compression(compression).build(),
        storage);
  }

  static Task.Backup backup(Task.Server server, BackupSpec spec, Storage storage) {
    return new Task.Backup(
        UUID.randomUUID().toString(),
        "ns",
        "backup",
        "connection",
        1,
        server,
        spec,
        storage,
        Optional.ofNullable(spec.copies()).orElse(List.of()),
        "ns/connection/backup-" + UUID.randomUUID().toString().substring(0, 8),
        60,
        null,
        false);
  }

  static Task.Restore restore(Task.Server server, RestoreMode mode, Storage storage, String path) {
    return restore(server, mode, Task.Bounds.NONE, storage, path);
  }

  static Task.Restore restore(
      Task.Server server, RestoreMode mode, Task.Bounds bounds, Storage storage, String path) {
    return new Task.Restore(
        UUID.randomUUID().toString(),
        "ns",
        "restore",
        server,
        mode,
        bounds,
        null,
        storage,
        path,
        60,
        RestoreChoice.EVERYTHING,
        Task.Steps.NONE);
  }

  /**
   * Of a dump without a manifest.
   *
   * @param sha256 null if nobody knows it
   */
  static Task.Restore restoreBare(
      Task.Server server,
      RestoreMode mode,
      Task.Bounds bounds,
      Storage storage,
      String path,
      RestoreChoice choice,
      String sha256) {
    return TaskRestoreBuilder.builder(restore(server, mode, bounds, storage, path))
        .choice(choice)
        .bare(new Task.Bare(sha256))
        .build();
  }

  /**
   * Runs a task to its end, with the password of the database, in a JVM that does other tasks, too.
   */
  Run run(Task task, String password) throws Exception {
    return run(task, password, Map.of());
  }

  /**
   * The same with other secrets.
   *
   * @param secrets as for {@link #start(Task, String, Map)}
   */
  Run run(Task task, String password, Map<String, String> secrets) throws Exception {
    if (task.copies().stream().anyMatch(copy -> copy.s3() == null)) {
      return start(task, password, secrets).end(); // a mount of its own
    }
    var directory = directory(task, password, secrets);
    var answer = warm().run(directory.getFileName().toString(), json.line(task));
    return run(answer.code(), directory.resolve("message"), answer.log());
  }

  private synchronized WarmRunner warm() {
    if (warm.isEmpty()) {
      warm = Optional.of(WarmRunner.start(docker, tasks, "-v=" + volumes + ":" + Mounts.VOLUME));
    }
    return warm.orElseThrow();
  }

  private Run run(int code, Path message, String log) throws IOException {
    var text = Files.readString(message);
    assertThat(text).as(log).isNotEmpty();
    assertThat(text.getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(Result.MAX_BYTES);
    var result = json.read(text.getBytes(StandardCharsets.UTF_8), Result.class);
    assertThat(code)
        .as(log)
        .isEqualTo(result.succeeded() ? Result.EXIT_SUCCEEDED : Result.EXIT_FAILED);
    return new Run(result, log);
  }

  /** Starts a task as a Job would: no capabilities, read-only root, secrets as files. */
  Started start(Task task, String password) throws Exception {
    return start(task, password, Map.of());
  }

  /**
   * The same with other secrets.
   *
   * @param secrets by path relative to the directory of mounts, e.g. {@code
   *     storage/secretAccessKey}
   */
  Started start(Task task, String password, Map<String, String> secrets) throws Exception {
    return start(task, password, secrets, "-v=" + volumes + ":" + Mounts.VOLUME);
  }

  /**
   * The same with another volume.
   *
   * @param volume option of {@code docker run}
   */
  Started start(Task task, String password, Map<String, String> secrets, String volume)
      throws Exception {
    return start(task, password, secrets, volume, "-v=" + volumes + ":%s");
  }

  /**
   * The same with other volumes for the copies.
   *
   * @param copyVolume option of {@code docker run}, with {@code %s} for the mount point
   */
  Started start(
      Task task, String password, Map<String, String> secrets, String volume, String copyVolume)
      throws Exception {
    var directory = directory(task, password, secrets);
    var message = directory.resolve("message");
    var arguments = new ArrayList<String>();
    for (var place : copies(task).entrySet()) {
      var there = "/var/run/pgcask/" + place.getKey();
      var here = directory.resolve(place.getKey()).resolve("storage");
      arguments.add("-v=" + here + ":" + there + "/" + Mounts.COPY_STORAGE + ":ro");
      if (place.getValue().s3() == null) {
        arguments.add(copyVolume.formatted(there + "/" + Mounts.COPY_VOLUME));
      }
    }
    arguments.addAll(
        List.of(
            "--read-only",
            "--cap-drop=ALL",
            "--security-opt=no-new-privileges",
            "--user=10001:10001",
            "--memory=256m",
            "--tmpfs=/tmp:exec,mode=1777,size=64m",
            "-v=" + directory.resolve("connection") + ":" + Mounts.CONNECTION + ":ro",
            "-v=" + directory.resolve("storage") + ":" + Mounts.STORAGE + ":ro",
            "-v=" + directory.resolve("encryption") + ":" + Mounts.ENCRYPTION + ":ro",
            "-v=" + directory.resolve("sql") + ":" + Mounts.SQL + ":ro",
            volume,
            "-v=" + message + ":" + Mounts.TERMINATION_MESSAGE,
            FAST_START,
            "-e="
                + Mounts.TASK_VARIABLE
                + "="
                + new String(json.line(task), StandardCharsets.UTF_8),
            IMAGE,
            "runner"));
    return new Started(docker.start("runner", arguments), message);
  }

  /** A new directory with all that a Job mounts, and a file for the result. */
  private Path directory(Task task, String password, Map<String, String> secrets)
      throws IOException {
    var directory = open(Files.createDirectory(tasks.resolve(UUID.randomUUID().toString())));
    var all = new HashMap<String, String>();
    if (!password.isEmpty()) {
      all.put("connection/" + Mounts.PASSWORD, password + "\n");
    }
    if (task.storage().s3() != null) {
      all.put("storage/" + Mounts.ACCESS_KEY_ID, "root");
      all.put("storage/" + Mounts.SECRET_ACCESS_KEY, "rootsecret\n");
    }
    for (var place : copies(task).entrySet()) {
      if (place.getValue().s3() != null) {
        all.put(place.getKey() + "/storage/" + Mounts.ACCESS_KEY_ID, "root");
        all.put(place.getKey() + "/storage/" + Mounts.SECRET_ACCESS_KEY, "rootsecret\n");
      }
      open(Files.createDirectories(directory.resolve(place.getKey()).resolve("storage")));
    }
    all.putAll(secrets);
    open(Files.createDirectory(directory.resolve("connection")));
    open(Files.createDirectory(directory.resolve("storage")));
    open(Files.createDirectory(directory.resolve("encryption")));
    open(Files.createDirectory(directory.resolve("sql")));
    for (var secret : all.entrySet()) {
      Files.writeString(directory.resolve(secret.getKey()), secret.getValue());
    }
    var message = Files.createFile(directory.resolve("message"));
    Files.setPosixFilePermissions(message, PosixFilePermissions.fromString("rw-rw-rw-"));
    return directory;
  }

  /** The storages of the copies by their directory, relative to that of all mounts. */
  private static Map<String, Storage> copies(Task task) {
    var places = new TreeMap<String, Storage>();
    for (var copy : task.copies()) {
      places.put("copies/" + (places.size() + 1), copy);
    }
    return places;
  }

  private static Path open(Path directory) throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    return directory;
  }

  Manifest manifest(Task task) throws IOException {
    return manifest(task, task.storage());
  }

  /** The manifest in one of the storages of a backup. */
  Manifest manifest(Task task, Storage storage) throws IOException {
    try (var store = hostStore(storage)) {
      return json.read(store.read(task.path() + "/" + Manifest.NAME), Manifest.class);
    }
  }

  /** Everything that lies in the directory of a backup, relative to it. */
  List<String> objects(Task task) throws IOException {
    return objects(task, task.storage());
  }

  /** The same in one of the storages of a backup. */
  List<String> objects(Task task, Storage storage) throws IOException {
    try (var store = hostStore(storage)) {
      return store.list(task.path()).stream()
          .map(key -> key.substring(task.path().length() + 1))
          .sorted()
          .toList();
    }
  }

  @Override
  public void close() {
    try {
      shareVolume(); // so that the test's user can remove it
    } finally {
      s3Client.ifPresent(S3Client::close);
      docker.close();
    }
  }

  /** A runner that was started. */
  final class Started {
    private final String container;
    private final Path message;

    Started(String container, Path message) {
      this.container = container;
      this.message = message;
    }

    String container() {
      return container;
    }

    String log() {
      return DockerCli.run("logs", container).output();
    }

    /** Sends a signal to a program in the container, as soon as it runs. */
    void signal(String program, String signal) {
      await().until(() -> signalIfThere(program, signal));
    }

    private boolean signalIfThere(String program, String signal) throws Exception {
      var top = DockerCli.run("top", container, "-eo", "pid,comm");
      for (var line : top.output().lines().toList()) {
        var words = line.strip().split("\\s+", 2);
        if (top.code() == 0 && words.length == 2 && words[1].equals(program)) {
          var kill = new ProcessBuilder("kill", "-" + signal, words[0]).inheritIO().start();
          return kill.waitFor() == 0;
        }
      }
      return false;
    }

    Run end() throws IOException {
      int code = Integer.parseInt(DockerCli.must("wait", container).strip());
      return RunnerFixture.this.run(code, message, log());
    }
  }

  /**
   * A run that has ended.
   *
   * @param log what the container printed
   */
  record Run(Result result, String log) {
    Run succeeded() {
      assertThat(result.succeeded()).as(result + "\n" + log).isTrue();
      return this;
    }

    Run failed(Reason reason) {
      assertThat(result.reason()).as(result + "\n" + log).isEqualTo(reason);
      assertThat(result.succeeded()).isFalse();
      return this;
    }
  }
}
