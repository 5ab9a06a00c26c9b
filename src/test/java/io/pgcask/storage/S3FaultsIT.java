package io.pgcask.storage;

/** With versitygw. */
class S3FaultsIT extends S3FaultTests {
  S3FaultsIT() {
    super(S3TestServer.Kind.VERSITYGW);
  }
}
