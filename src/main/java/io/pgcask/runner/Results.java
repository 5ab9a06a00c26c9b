package io.pgcask.runner;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.contract.Manifest;
import io.pgcask.contract.Result;
import io.pgcask.contract.ResultBuilder;

/** Results that say no more than how a task ended. */
public final class Results {
  private Results() {}

  /** A success. */
  public static Result succeeded(String message) {
    return ResultBuilder.builder()
        .succeeded(true)
        .reason(Reason.COMPLETED)
        .message(message)
        .build();
  }

  /** A complete backup, as far as its manifest tells. */
  public static Result complete(Manifest manifest, String message) {
    return ResultBuilder.builder(succeeded(message))
        .sizeBytes(manifest.storedBytes())
        .databaseSizeBytes(manifest.databaseSizeBytes())
        .estimatedRows(manifest.rowEstimate())
        .databases(manifest.databaseNames())
        .databaseCount(manifest.databases().size())
        .sha256(manifest.sha256())
        .serverVersion(manifest.serverVersion())
        .toolVersion(manifest.toolVersion())
        .warningCount(manifest.warnings() == null ? 0 : manifest.warnings().size())
        .partial(manifest.partial())
        .snapshotAt(manifest.snapshotAt())
        .build();
  }

  /** A failure. */
  public static Result failed(Reason reason, String message) {
    return ResultBuilder.builder().succeeded(false).reason(reason).message(message).build();
  }

  /** A failure. */
  public static Result failed(TaskFailedException e) {
    return ResultBuilder.builder(failed(e.reason(), e.getMessage()))
        .partial(e.partial().isEmpty() ? null : e.partial())
        .build();
  }
}
