package io.pgcask.storage;

/** With versitygw. */
class S3ObjectStoreIT extends S3ObjectStoreTests {
  S3ObjectStoreIT() {
    super(S3TestServer.Kind.VERSITYGW);
  }
}
