package io.pgcask.storage;

/** With MinIO. */
class MinioFaultsIT extends S3FaultTests {
  MinioFaultsIT() {
    super(S3TestServer.Kind.MINIO);
  }
}
