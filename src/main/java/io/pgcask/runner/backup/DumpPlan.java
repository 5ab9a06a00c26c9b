package io.pgcask.runner.backup;

import io.pgcask.api.v1alpha1.BackupSpec;
import io.pgcask.api.v1alpha1.Compression;
import io.pgcask.api.v1alpha1.Compression.Method;
import io.pgcask.api.v1alpha1.DumpFormat;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.postgres.ClientTools;
import io.pgcask.postgres.ClientTools.Client;
import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.ServerFacts;
import io.pgcask.runner.TaskFailedException;
import java.util.ArrayList;
import java.util.List;

/**
 * How a server is dumped: decided before anything is read from it, by versions alone. Pure.
 *
 * @param client whose pg_dump is taken
 * @param compression with the default filled in
 */
record DumpPlan(Client client, Compression compression) {
  /** The first pg_dump with zstd, lz4 and the syntax {@code --compress=METHOD:LEVEL}. */
  static final int METHODS_SINCE = 16;

  /** The first pg_dump that finds partitions and children by itself. */
  static final int CHILDREN_SINCE = 16;

  /**
   * Plans.
   *
   * @throws TaskFailedException VersionUnsupported, or InvalidOptions with all that this pg_dump
   *     does not know
   */
  static DumpPlan of(BackupSpec spec, ServerFacts server, ClientTools tools)
      throws TaskFailedException, PostgresException {
    if (!server.supported()) {
      throw new TaskFailedException(
          Reason.UNSUPPORTED_VERSION,
          "the server is PostgreSQL %s; 14 and newer are supported".formatted(server.version()));
    }
    var client = client(spec, server, tools);
    var refused = refused(spec, client.major());
    if (server.inRecovery()
        && Boolean.TRUE.equals(DumpOption.options(spec).serializableDeferrable())) {
      refused.add("options.serializableDeferrable is not possible on a standby");
    }
    if (!refused.isEmpty()) {
      throw new TaskFailedException(
          Reason.INVALID_OPTIONS,
          "%s; a server %d is dumped with pg_dump %d%s"
              .formatted(
                  String.join("; ", refused),
                  server.major(),
                  client.major(),
                  client.major() < tools.majors().getLast()
                      ? ", unless clientMajor names a newer one of the image's " + tools.majors()
                      : ""));
    }
    return new DumpPlan(client, compression(spec, client.major()));
  }

  private static Client client(BackupSpec spec, ServerFacts server, ClientTools tools)
      throws TaskFailedException, PostgresException {
    var wanted = spec.clientMajor();
    if (wanted == null) {
      return tools.choose(server.major());
    }
    if (wanted < server.major()) {
      throw new TaskFailedException(
          Reason.INVALID_OPTIONS,
          "clientMajor %d is older than the server (%s), which pg_dump refuses; leave it out or set"
                  .formatted(wanted, server.version())
              + " %d or more".formatted(server.major()));
    }
    var client = tools.choose(wanted);
    if (client.major() != wanted) {
      throw new TaskFailedException(
          Reason.VERSION_UNSUPPORTED,
          "the image has no client programs of PostgreSQL %d, it has %s"
              .formatted(wanted, tools.majors()));
    }
    return client;
  }

  private static List<String> refused(BackupSpec spec, int major) {
    var refused = new ArrayList<String>();
    for (var option : DumpOption.values()) {
      // children are found by the runner where pg_dump does not
      boolean ours =
          option.since() == CHILDREN_SINCE && Boolean.TRUE.equals(spec.includeChildren());
      if (option.since() > major && option.isUsed(spec) && !ours) {
        refused.add("%s needs pg_dump %d or newer".formatted(option.field(), option.since()));
      }
    }
    var method = spec.compression() == null ? Method.NONE : spec.compression().method();
    if (major < METHODS_SINCE && (method == Method.ZSTD || method == Method.LZ4)) {
      refused.add(
          "compression %s needs pg_dump %d or newer, older ones know gzip and none"
              .formatted(method == Method.ZSTD ? "zstd" : "lz4", METHODS_SINCE));
    }
    return refused;
  }

  private static Compression compression(BackupSpec spec, int major) {
    if (spec.compression() != null) {
      return spec.compression();
    }
    if (DumpOption.format(spec) == DumpFormat.TAR) {
      return new Compression(Method.NONE, null);
    }
    return new Compression(major >= METHODS_SINCE ? Method.ZSTD : Method.GZIP, 1);
  }
}
