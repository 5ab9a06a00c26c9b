package io.pgcask.it;

import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.S3Object;

/** An S3 server in a container on docker's bridge, with one bucket. */
final class S3Server implements AutoCloseable {

  static final String BUCKET = "backups";

  private static final String IMAGE = "pgcask-dev-s3";
  private static final String ACCESS_KEY = "pgcask";
  private static final String SECRET_KEY = "pgcask-quickstart";

  private final GenericContainer<?> container;
  private final S3Client client;

  private S3Server(GenericContainer<?> container) {
    this.container = container;
    this.client =
        S3Client.builder()
            .endpointOverride(URI.create("http://%s:9000".formatted(BridgeAddress.of(container))))
            .region(Region.US_EAST_1)
            .forcePathStyle(true)
            .httpClient(UrlConnectionHttpClient.create())
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(ACCESS_KEY, SECRET_KEY)))
            .build();
  }

  static S3Server start() {
    // Started by Cluster, closed with it.
    @SuppressWarnings("resource")
    var container =
        new GenericContainer<>(DockerImageName.parse(IMAGE))
            .withEnv("ROOT_ACCESS_KEY", ACCESS_KEY)
            .withEnv("ROOT_SECRET_KEY", SECRET_KEY)
            .withEnv("BUCKETS", BUCKET);
    container.start();
    var server = new S3Server(container);
    await()
        .ignoreExceptionsInstanceOf(SdkException.class)
        .until(() -> server.client.listBuckets().hasBuckets());
    return server;
  }

  String host() {
    return BridgeAddress.of(container);
  }

  String endpoint() {
    return "http://%s:9000".formatted(host());
  }

  String accessKey() {
    return ACCESS_KEY;
  }

  String secretKey() {
    return SECRET_KEY;
  }

  /** Keys of the objects whose key begins with the prefix, sorted. */
  List<String> keys(String prefix) {
    return client
        .listObjectsV2Paginator(request -> request.bucket(BUCKET).prefix(prefix))
        .contents()
        .stream()
        .map(S3Object::key)
        // versitygw lists empty folders as objects
        .filter(key -> !key.endsWith("/"))
        .sorted()
        .toList();
  }

  /** Keys of the multipart uploads that have neither been completed nor aborted. */
  List<String> unfinishedUploads(String prefix) {
    return client
        .listMultipartUploads(request -> request.bucket(BUCKET).prefix(prefix))
        .uploads()
        .stream()
        .map(MultipartUpload::key)
        .toList();
  }

  /** Removes an object, as somebody might who has access to the bucket. */
  void delete(String key) {
    client.deleteObject(request -> request.bucket(BUCKET).key(key));
  }

  /** Turns one bit in the middle of an object. */
  void damage(String key) {
    var bytes = client.getObjectAsBytes(request -> request.bucket(BUCKET).key(key)).asByteArray();
    bytes[bytes.length / 2] ^= 1;
    client.putObject(request -> request.bucket(BUCKET).key(key), RequestBody.fromBytes(bytes));
  }

  /** Writes an object. */
  void put(String key, String text) {
    client.putObject(request -> request.bucket(BUCKET).key(key), RequestBody.fromString(text));
  }

  /** The content of an object as text. */
  String text(String key) {
    return client
        .getObjectAsBytes(request -> request.bucket(BUCKET).key(key))
        .asString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    client.close();
    container.stop();
  }
}
