package io.pgcask.runner.tool;

import io.pgcask.api.v1alpha1.DumpFormat;

/** What pg_dump and pg_restore call a format in {@code --format}. */
public final class FormatNames {
  private FormatNames() {}

  /** The name of a format; pg_restore knows all but plain. */
  public static String of(DumpFormat format) {
    return switch (format) {
      case CUSTOM -> "custom";
      case DIRECTORY -> "directory";
      case PLAIN -> "plain";
      case TAR -> "tar";
    };
  }
}
