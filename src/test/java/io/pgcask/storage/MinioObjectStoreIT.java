package io.pgcask.storage;

/** With MinIO. */
class MinioObjectStoreIT extends S3ObjectStoreTests {
  MinioObjectStoreIT() {
    super(S3TestServer.Kind.MINIO);
  }
}
