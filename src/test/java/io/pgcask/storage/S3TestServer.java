package io.pgcask.storage;

import io.pgcask.api.v1alpha1.LocalObjectRef;
import io.pgcask.api.v1alpha1.Storage;
import io.pgcask.runner.DockerCli;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.MultipartUpload;

/** A real S3 server in a container, with the buckets {@code backups} and {@code locked}. */
final class S3TestServer implements AutoCloseable {
  static final String BUCKET = "backups";

  /** With object lock, and so with versions. */
  static final String LOCKED_BUCKET = "locked";

  static final StorageCredentials ROOT =
      new StorageCredentials("root", "rootsecret", Optional.empty());

  /** The servers that there are images of; see dev/images. */
  enum Kind {
    /** Over a plain folder. */
    VERSITYGW("pgcask-dev-s3", List.of("--versioning-dir", "/tmp")),
    /** Insists on the order and size of parts, compares checksums, encrypts. */
    MINIO("pgcask-dev-minio", List.of());

    private final String image;
    private final List<String> arguments;

    Kind(String image, List<String> arguments) {
      this.image = image;
      this.arguments = arguments;
    }
  }

  private final DockerCli docker;
  private final int port;
  private final S3Client direct;

  private S3TestServer(DockerCli docker, int port) {
    this.docker = docker;
    this.port = port;
    this.direct =
        S3Client.builder()
            .endpointOverride(URI.create(url(port)))
            .forcePathStyle(true)
            .region(Region.US_EAST_1)
            .httpClient(UrlConnectionHttpClient.create())
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("root", "rootsecret")))
            .build();
  }

  static S3TestServer start(Kind kind) throws InterruptedException {
    var docker = new DockerCli();
    var arguments =
        new ArrayList<>(
            List.of(
                "-p",
                "127.0.0.1::9000",
                "-e",
                "ROOT_ACCESS_KEY=root",
                "-e",
                "ROOT_SECRET_KEY=rootsecret",
                kind.image));
    arguments.addAll(kind.arguments);
    var server =
        new S3TestServer(docker, docker.port(docker.start("s3", List.copyOf(arguments)), 9000));
    try {
      server.makeBuckets();
      return server;
    } catch (SdkException | InterruptedException e) {
      server.close();
      throw e;
    }
  }

  private void makeBuckets() throws InterruptedException {
    for (int i = 0; ; i++) {
      try {
        make(BUCKET, false);
        make(LOCKED_BUCKET, true);
        return;
      } catch (SdkException e) {
        if (i == 50) {
          throw e;
        }
        Thread.sleep(200);
      }
    }
  }

  private void make(String bucket, boolean lock) {
    // versitygw's image has one already, and breaks when it is to make it again
    if (direct.listBuckets().buckets().stream().noneMatch(b -> b.name().equals(bucket))) {
      direct.createBucket(
          request -> request.bucket(bucket).objectLockEnabledForBucket(lock ? true : null));
    }
  }

  int port() {
    return port;
  }

  String url() {
    return url(port);
  }

  private static String url(int port) {
    return "http://127.0.0.1:" + port;
  }

  /** A client that knows nothing of pgcask. */
  S3Client direct() {
    return direct;
  }

  /** The store of the bucket, from the root on. */
  ObjectStore open() throws StorageException {
    return open(storage(url()));
  }

  static ObjectStore open(Storage.S3 storage) throws StorageException {
    return open(storage, ROOT);
  }

  static ObjectStore open(Storage.S3 storage, StorageCredentials credentials)
      throws StorageException {
    return ObjectStores.open(
        new Storage(storage, null),
        Optional.of(credentials),
        List.of(),
        Path.of("/none"),
        InstantSource.system());
  }

  static Storage.S3 storage(String url) {
    return new Storage.S3(BUCKET, null, null, url, true, new LocalObjectRef("secret"), null);
  }

  /** Keys of uploads that nobody has ended. */
  List<String> uploadsLeft() {
    return direct.listMultipartUploads(request -> request.bucket(BUCKET)).uploads().stream()
        .map(MultipartUpload::key)
        .toList();
  }

  @Override
  public void close() {
    direct.close();
    docker.close();
  }
}
