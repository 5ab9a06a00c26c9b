package io.pgcask.runner.stored;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.contract.Manifest;
import io.pgcask.postgres.ClientTools.Client;
import io.pgcask.runner.TaskFailedException;
import io.pgcask.runner.tool.ToolLog;
import io.pgcask.runner.tool.ToolProcess;
import io.pgcask.storage.StorageException;
import java.io.BufferedReader;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;

/**
 * A dump in a file per table, for pg_restore without a disk that holds it: the tables of contents
 * are real files, every other file is a named pipe, which is filled from storage when pg_restore
 * opens it. With one job it opens them in the order of its own list. What was compressed comes
 * through the pipe decompressed, so that a file that is cut off is an error.
 */
public final class DumpDirectory implements StreamedDump {
  private static final int BUFFER = 128 << 10;

  /** A pipe's name is an argument of mkfifo; so many fit into one command. */
  private static final int PIPES_AT_ONCE = 500;

  private static final Pattern ENTRY = Pattern.compile("^([0-9]+); .*");
  private static final Pattern LARGE_OBJECTS = Pattern.compile("^[0-9]+; 0 0 BLOBS .*");

  private final StoredBackup backup;
  private final Path directory;

  /**
   * By the name of their pipe, in the order in which pg_restore opens them; those that were read to
   * their end are gone.
   */
  private final Map<String, Manifest.StoredFile> left = new LinkedHashMap<>();

  private final CountDownLatch fed = new CountDownLatch(1);
  private volatile boolean ended;
  private volatile Path current;
  private volatile long read;

  private DumpDirectory(StoredBackup backup, Path directory) {
    this.backup = backup;
    this.directory = directory;
  }

  /**
   * Fetches the tables of contents and makes the pipes.
   *
   * @param home for the directory
   * @param wanted which entries, by their numbers, pg_restore will be told to restore
   */
  static DumpDirectory prepare(
      StoredBackup backup,
      List<Manifest.StoredFile> files,
      Client client,
      Path home,
      IntPredicate wanted)
      throws TaskFailedException, IOException, InterruptedException {
    var source = new DumpDirectory(backup, Files.createDirectory(home.resolve("archive")));
    var data = new LinkedHashMap<String, Manifest.StoredFile>();
    for (var file : files) {
      if (!file.name().matches("[A-Za-z0-9_][A-Za-z0-9_.]*")) {
        throw new TaskFailedException(
            Reason.MANIFEST_INVALID, "the manifest names a file that pg_dump never writes");
      }
      if (file.name().endsWith(".toc") || file.name().equals("toc.dat")) {
        source.fetch(file);
      } else {
        data.put(Decompression.plainName(file.name()), file);
      }
    }
    if (!Files.exists(source.directory.resolve("toc.dat"))) {
      throw new TaskFailedException(
          Reason.MANIFEST_INVALID,
          "the manifest names no toc.dat, without which nothing can be read");
    }
    source.makePipes(List.copyOf(data.keySet()), home);
    var unwanted = new HashSet<String>();
    for (var name : source.order(client, home, wanted, unwanted)) {
      var file = data.remove(name);
      if (file != null) {
        source.left.put(name, file);
      }
    }
    data.keySet().removeAll(unwanted); // pg_restore would never open them
    source.left.putAll(data);
    return source;
  }

  private void fetch(Manifest.StoredFile file) throws IOException {
    try (var in = backup.input(file);
        var plain = backup.plain(file, in)) {
      Files.copy(plain, directory.resolve(file.name()));
      in.drain();
      read = read + in.count();
    }
  }

  private void makePipes(List<String> names, Path home) throws IOException, InterruptedException {
    for (int from = 0; from < names.size(); from += PIPES_AT_ONCE) {
      var some = names.subList(from, Math.min(from + PIPES_AT_ONCE, names.size()));
      var arguments = new ArrayList<>(List.of("--mode=600", "--"));
      some.forEach(name -> arguments.add(directory.resolve(name).toString()));
      try (var log = new ToolLog(home.resolve("pipes.log"), warning -> {}, error -> {});
          var tool =
              ToolProcess.start(
                  Path.of("/usr/bin/mkfifo"),
                  arguments,
                  home,
                  ToolProcess.Stdin.NONE,
                  ToolProcess.Stdout.DISCARD,
                  log)) {
        if (!tool.await().succeeded()) {
          throw new IOException("named pipes cannot be made: " + log.firstError().orElse(""));
        }
      }
    }
  }

  /**
   * Names of the data files without suffix, as pg_restore will come to them.
   *
   * @param unwanted is given those to which it will not come
   */
  private List<String> order(
      Client client, Path home, IntPredicate wanted, Collection<String> unwanted)
      throws TaskFailedException, IOException, InterruptedException {
    var names = new ArrayList<String>();
    var all = ArchiveList.ofDirectory(directory, client, home);
    try (var lines = Files.newBufferedReader(all)) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        var entry = ENTRY.matcher(line);
        if (entry.matches()) {
          var list = wanted.test(Integer.parseInt(entry.group(1))) ? names : unwanted;
          list.add(entry.group(1) + ".dat");
          addLargeObjects(list, "blobs_" + entry.group(1) + ".toc");
          if (LARGE_OBJECTS.matcher(line).matches()) {
            addLargeObjects(list, "blobs.toc"); // before 17 there is one list for all
          }
        }
      }
    }
    return names;
  }

  private void addLargeObjects(Collection<String> names, String list) throws IOException {
    var file = directory.resolve(list);
    if (!Files.exists(file)) {
      return;
    }
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        names.add(line.substring(line.indexOf(' ') + 1)); // 16393 blob_16393.dat
      }
    }
  }

  /** Where pg_restore finds the archive. */
  public Path directory() {
    return directory;
  }

  /**
   * Fills the pipes until pg_restore has ended or has read all.
   *
   * @throws StorageException if a file cannot be read or is not what was written; the process then
   *     still runs
   */
  public void feed(ToolProcess restore) throws StorageException {
    restore.onEnd(this::release);
    try {
      for (var next : List.copyOf(left.entrySet())) {
        if (ended) {
          return;
        }
        current = directory.resolve(next.getKey());
        if (fill(next.getValue(), current)) {
          left.remove(next.getKey());
        }
      }
    } finally {
      fed.countDown();
    }
  }

  /** Waits until pg_restore opens the pipe; whether the file went through to its end. */
  private boolean fill(Manifest.StoredFile file, Path pipe) throws StorageException {
    try (var in = backup.input(file);
        var out = new FileOutputStream(pipe.toFile())) {
      if (ended) {
        return false;
      }
      move(file, in, out);
      return true;
    } catch (StorageException e) {
      throw e;
    } catch (IOException e) {
      return false; // pg_restore has given this file up; what it says, and the hash, decide
    }
  }

  private void move(Manifest.StoredFile file, StoredInput in, FileOutputStream out)
      throws IOException {
    var buffer = new byte[BUFFER];
    long before = read;
    try (var plain = open(file, in)) {
      for (int count = next(plain, buffer, file, in);
          count >= 0;
          count = next(plain, buffer, file, in)) {
        read = before + in.count();
        out.write(buffer, 0, count);
      }
    }
    in.drain();
    read = before + in.count();
  }

  private InputStream open(Manifest.StoredFile file, StoredInput in) throws StorageException {
    try {
      return backup.content(file, in);
    } catch (IOException e) {
      throw undecipherable(file, in, e);
    }
  }

  private static int next(
      InputStream plain, byte[] buffer, Manifest.StoredFile file, StoredInput in)
      throws StorageException {
    try {
      return plain.read(buffer);
    } catch (IOException e) {
      throw undecipherable(file, in, e);
    }
  }

  /** A wrong hash tells more; if it is right, the file was bad when it was hashed. */
  private static StorageException undecipherable(
      Manifest.StoredFile file, StoredInput in, IOException e) {
    if (e instanceof StorageException storage) {
      return storage;
    }
    try {
      in.drain();
    } catch (StorageException hash) {
      return hash;
    } catch (IOException other) {
      e.addSuppressed(other);
    }
    return new StorageException(
        Reason.VERIFICATION_FAILED,
        "%s is stored as it was written, and cannot be decompressed: %s"
            .formatted(file.name(), e.getMessage()),
        e);
  }

  /** The tool has ended: nobody will open the pipe that is being waited for. */
  private void release() {
    ended = true;
    try {
      do {
        var pipe = current;
        if (pipe != null) {
          new RandomAccessFile(pipe.toFile(), "rw").close();
        }
      } while (!fed.await(20, TimeUnit.MILLISECONDS));
    } catch (IOException e) {
      // the directory is gone, and so is the feeder
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public long bytesRead() {
    return read;
  }

  @Override
  public void verifyRest() throws IOException {
    for (var file : left.values()) {
      backup.readWhole(file);
    }
    left.clear();
  }

  @Override
  public void close() {
    // what it made is removed with its home
  }
}
