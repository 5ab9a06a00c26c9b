package io.pgcask.runner.stored;

import io.pgcask.api.v1alpha1.DumpFormat;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.contract.Manifest;
import io.pgcask.runner.Cancellation;
import io.pgcask.runner.TaskFailedException;
import io.pgcask.runner.WorkDirectory;
import io.pgcask.storage.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * A dump on a disk of ours, decrypted, for a pg_restore with several jobs, which reads in several
 * places at once. When it is there, every byte of it has been hashed. Its space is free again when
 * it is closed.
 */
public final class StagedDump implements StoredDump {
  private static final int BUFFER = 128 << 10;

  /** Files of a directory that hold the rows of one entry; the others belong to several. */
  private static final Pattern DATA = Pattern.compile("([0-9]{1,9})\\.dat(\\.[a-z0-9]+)?");

  /** No path leads out of the directory, and none is an option. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.]*");

  private final StoredBackup backup;
  private final List<Manifest.StoredFile> files;
  private final WorkDirectory home;
  private final Path archive;
  private final UnaryOperator<InputStream> check;

  private volatile boolean stopped;
  private volatile long read;
  private boolean closed;

  private StagedDump(
      StoredBackup backup,
      List<Manifest.StoredFile> files,
      WorkDirectory home,
      UnaryOperator<InputStream> check) {
    this.backup = backup;
    this.files = files;
    this.home = home;
    this.archive = home.path().resolve("archive");
    this.check = check;
  }

  /**
   * Which files of a dump have to be there for a part of its entries.
   *
   * @param dump all of its files
   * @param wanted which entries, by their numbers
   */
  public static List<Manifest.StoredFile> needed(
      List<Manifest.StoredFile> dump, IntPredicate wanted) {
    return dump.stream().filter(file -> isNeeded(file.name(), wanted)).toList();
  }

  private static boolean isNeeded(String name, IntPredicate wanted) {
    var data = DATA.matcher(name);
    return !data.matches() || wanted.test(Integer.parseInt(data.group(1)));
  }

  /**
   * An empty place for a dump.
   *
   * @param files of it, see {@link #needed}
   * @param disk below which there is room for them
   * @param check sees an archive in one file while it is read, decrypted
   */
  static StagedDump prepare(
      StoredBackup backup,
      List<Manifest.StoredFile> files,
      Path disk,
      UnaryOperator<InputStream> check)
      throws IOException {
    return new StagedDump(backup, files, WorkDirectory.create(disk), check);
  }

  /**
   * Fills it.
   *
   * @throws TaskFailedException if it was stopped, or the disk takes no more
   * @throws StorageException if something cannot be read, or is not what was written
   */
  public void fetch() throws TaskFailedException, IOException {
    if (backup.manifest().format() == DumpFormat.DIRECTORY) {
      Files.createDirectory(archive);
      for (var file : files) {
        if (!NAME.matcher(file.name()).matches()) {
          throw new TaskFailedException(
              Reason.MANIFEST_INVALID, "the manifest names a file that pg_dump never writes");
        }
        fetch(file, archive.resolve(file.name()), UnaryOperator.identity());
      }
      if (!Files.exists(contents())) {
        throw new TaskFailedException(
            Reason.MANIFEST_INVALID,
            "the manifest names no toc.dat, without which nothing can be read");
      }
    } else {
      fetch(files.getFirst(), archive, check);
    }
  }

  private void fetch(Manifest.StoredFile file, Path to, UnaryOperator<InputStream> check)
      throws TaskFailedException, IOException {
    long before = read;
    var buffer = new byte[BUFFER];
    try (var in = backup.input(file);
        var plain = check.apply(backup.plain(file, in));
        var out = Files.newOutputStream(to)) {
      for (int count = plain.read(buffer); count >= 0; count = plain.read(buffer)) {
        if (stopped) {
          throw Cancellation.failure();
        }
        write(out, buffer, count);
        read = before + in.count();
      }
      in.drain();
      read = before + in.count();
    }
  }

  private void write(OutputStream out, byte[] buffer, int count) throws TaskFailedException {
    try {
      out.write(buffer, 0, count);
    } catch (IOException e) {
      throw new TaskFailedException(
          Reason.INVALID_OPTIONS,
          "the dump could not be brought to scratch disk, where jobs above 1 need it: %s; set pod.scratch.sizeLimit to more than %d bytes, or leave out jobs"
              .formatted(e.getMessage(), storedBytes()));
    }
  }

  /** Breaks {@link #fetch} off. From any thread. */
  public void stop() {
    stopped = true;
  }

  /** Bytes that are read from storage for it in all. */
  public long storedBytes() {
    return files.stream().mapToLong(Manifest.StoredFile::storedBytes).sum();
  }

  /** The file, or the directory with its files. */
  public Path archive() {
    return archive;
  }

  /** The file that begins with the table of contents. */
  public Path contents() {
    return backup.manifest().format() == DumpFormat.DIRECTORY
        ? archive.resolve("toc.dat")
        : archive;
  }

  @Override
  public long bytesRead() {
    return read;
  }

  @Override
  public void verifyRest() {
    // fetch has seen every byte
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      home.close();
    }
  }
}
