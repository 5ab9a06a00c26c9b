package io.pgcask.runner.backup;

import io.pgcask.api.v1alpha1.BackupSpec;
import io.pgcask.api.v1alpha1.Compression;
import io.pgcask.api.v1alpha1.Compression.Method;
import io.pgcask.api.v1alpha1.DumpFormat;
import java.util.ArrayList;
import java.util.List;

/** The arguments of pg_dump. */
final class DumpCommand {
  private DumpCommand() {}

  /**
   * What a Backup asks for, in the words of one major version.
   *
   * @param snapshot that the dump is to show
   * @param conninfo how to connect; holds no password
   */
  static List<String> arguments(
      BackupSpec spec, Compression compression, int clientMajor, String snapshot, String conninfo) {
    var arguments = new ArrayList<String>();
    DumpOption.all(spec).forEach(arguments::add);
    if (DumpOption.format(spec) != DumpFormat.TAR) {
      arguments.add("--compress=" + compress(compression, clientMajor));
    }
    arguments.add("--snapshot=" + snapshot);
    arguments.add("--no-password");
    arguments.add("--verbose");
    arguments.add("--dbname=" + conninfo);
    return arguments;
  }

  /** METHOD[:LEVEL]; before 16 only a level, which is gzip's, with 0 for none. */
  private static String compress(Compression compression, int clientMajor) {
    var method = compression.method();
    if (clientMajor < DumpPlan.METHODS_SINCE) {
      return method == Method.NONE ? "0" : Integer.toString(level(compression));
    }
    return switch (method) {
      case NONE -> "none";
      case LZ4 -> compression.level() == null ? "lz4" : "lz4:" + compression.level();
      case GZIP -> "gzip:" + level(compression);
      case ZSTD -> "zstd:" + level(compression);
    };
  }

  private static int level(Compression compression) {
    return compression.level() == null ? 1 : compression.level();
  }
}
