package io.pgcask.runner;

import io.pgcask.contract.Mounts;
import io.pgcask.postgres.ClientTools;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the runner finds and leaves things; {@link #ofPod} is what a Job gives it.
 *
 * @param connection directory with the connection's secrets
 * @param storage directory with the storage's secrets
 * @param encryption directory with recipients and identities
 * @param scratch directory for files as large as the largest table
 * @param volume mount point of the volume
 * @param copies directory with secrets and mount points of the copies' storages
 * @param sql directory with SQL to run around a dump
 * @param temporary directory that may be written to; small
 * @param terminationMessage file of the result
 * @param clients directory of the client programs
 * @param out for report lines
 */
public record RunnerEnvironment(
    Path connection,
    Path storage,
    Path encryption,
    Path scratch,
    Path volume,
    Path copies,
    Path sql,
    Path temporary,
    Path terminationMessage,
    Path clients,
    PrintStream out) {

  /** The places of the image and its Jobs. */
  public static RunnerEnvironment ofPod() {
    var temporary = Path.of(System.getProperty("java.io.tmpdir"));
    var scratch = Path.of(Mounts.SCRATCH);
    return new RunnerEnvironment(
        Path.of(Mounts.CONNECTION),
        Path.of(Mounts.STORAGE),
        Path.of(Mounts.ENCRYPTION),
        Files.isDirectory(scratch) ? scratch : temporary,
        Path.of(Mounts.VOLUME),
        Path.of(Mounts.COPIES),
        Path.of(Mounts.SQL),
        temporary,
        Path.of(Mounts.TERMINATION_MESSAGE),
        ClientTools.DEFAULT_ROOT,
        System.out);
  }
}
