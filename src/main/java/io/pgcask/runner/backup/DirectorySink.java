package io.pgcask.runner.backup;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.contract.Manifest;
import io.pgcask.runner.TaskFailedException;
import io.pgcask.runner.backup.PumpTimes.Activity;
import io.pgcask.runner.tool.ToolProcess;
import io.pgcask.storage.ObjectStore;
import io.pgcask.storage.StorageException;
import io.pgcask.storage.Upload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A dump in a file per table: pg_dump writes into a directory, and each file is uploaded while it
 * grows and removed when pg_dump has closed it, so that the disk holds little more than the largest
 * table. Objects become visible one by one; without a manifest they are no backup.
 *
 * <p>When a file is whole is decided by {@link Succession} and by the descriptors of pg_dump
 * together. This rests on one job, which opens one file after another.
 */
final class DirectorySink implements DumpSink {
  private static final int BUFFER = 256 << 10;

  /** Files up to this size go by one request, without a buffer of a whole part. */
  private static final int SMALL = 1 << 20;

  /** How long nothing new is waited for; the end of pg_dump is noticed at once. */
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final ObjectStore store;
  private final BackupFiles files;
  private final Preflight preflight;
  private final Path directory;
  private final PumpTimes times;
  private final Runnable onFirstByte;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
  private final Succession succession = new Succession();
  private final List<Manifest.StoredFile> shipped = new ArrayList<>();

  private volatile Optional<Growing> growing = Optional.empty();
  private volatile long read;
  private volatile long stored;
  private volatile boolean cancelled;

  /**
   * Below a directory for scratch.
   *
   * @param times is told what the thread waits for
   * @param onFirstByte is run once, when pg_dump has begun to write rows
   */
  DirectorySink(
      ObjectStore store,
      BackupFiles files,
      Preflight preflight,
      Path scratch,
      PumpTimes times,
      Runnable onFirstByte) {
    this.store = store;
    this.files = files;
    this.preflight = preflight;
    this.directory = scratch.resolve("dump");
    this.times = times;
    this.onFirstByte = onFirstByte;
  }

  /** Nothing is synced to a disk that is only passed through. */
  @Override
  public List<String> arguments() {
    return List.of("--file=" + directory, "--no-sync");
  }

  @Override
  public void take(ToolProcess dump) throws IOException, InterruptedException {
    while (true) {
      // in this order: whole is what is there after the end, and what has a successor and is closed
      boolean ended = !dump.isAlive();
      var names = names();
      succession.observe(names);
      var open = ended ? Set.<String>of() : dump.openFiles(directory);
      boolean moved = false;
      for (var name : names) {
        boolean whole = ended || (succession.hasSuccessor(name) && !open.contains(name));
        moved |= whole ? ship(name) : grow(name);
        if (cancelled) {
          throw new StorageException(Reason.CANCELLED, "the upload was given up");
        }
      }
      if (ended && names.isEmpty()) {
        return;
      }
      if (!moved && !ended) {
        times.enter(Activity.WAITS_FOR_TOOL);
        dump.endsWithin(PAUSE);
        times.enter(Activity.WORKS);
      }
    }
  }

  private List<String> names() throws IOException {
    try (var children = Files.list(directory)) {
      return children.map(child -> child.getFileName().toString()).sorted().toList();
    } catch (NoSuchFileException e) {
      return List.of(); // pg_dump has not come to it yet, or never will
    }
  }

  /** Uploads what a file that pg_dump writes to has got since; one at a time. */
  private boolean grow(String name) throws IOException {
    if (name.endsWith(".toc") || name.equals("toc.dat")) {
      return false; // short, and written to until the end
    }
    if (growing.isEmpty()) {
      if (Files.size(directory.resolve(name)) <= SMALL) {
        return false;
      }
      growing = Optional.of(open(name, preflight.databaseSizeBytes()));
    }
    return growing.get().name().equals(name) && move(growing.get());
  }

  /** Uploads the rest of a file that is whole, and removes it. */
  private boolean ship(String name) throws IOException {
    var path = directory.resolve(name);
    var current = growing.filter(file -> file.name().equals(name));
    List<Manifest.StoredObject> objects;
    if (current.isEmpty() && Files.size(path) <= SMALL) {
      var bytes = Files.readAllBytes(path);
      noteBytes(bytes.length);
      times.enter(Activity.WAITS_FOR_STORAGE);
      objects = List.of(files.put(store, relative(name), bytes));
      times.enter(Activity.WORKS);
      stored = stored + bytes.length;
    } else {
      growing = Optional.of(current.isPresent() ? current.get() : open(name, Files.size(path)));
      objects = finish(growing.get());
      growing = Optional.empty();
    }
    shipped.add(
        new Manifest.StoredFile(Manifest.Role.DUMP, preflight.database().name(), name, objects));
    Files.delete(path);
    return true;
  }

  private Growing open(String name, long estimatedBytes) throws IOException {
    var channel = FileChannel.open(directory.resolve(name));
    var upload =
        files.begin(store, relative(name), estimatedBytes, raw -> new TimedUpload(raw, times));
    return new Growing(name, channel, upload);
  }

  private List<Manifest.StoredObject> finish(Growing file) throws IOException {
    move(file);
    file.channel().close();
    var objects = file.upload().complete().stream().map(files::stored).toList();
    stored = stored + file.upload().storedBytes();
    return objects;
  }

  /** Moves what there is; false if there was nothing. */
  private boolean move(Growing file) throws IOException {
    boolean moved = false;
    while (true) {
      buffer.clear();
      int count = file.channel().read(buffer);
      if (count <= 0) {
        return moved;
      }
      moved = true;
      noteBytes(count);
      file.upload().write(buffer.array(), 0, count);
    }
  }

  private void noteBytes(long count) {
    if (read == 0 && count > 0) {
      onFirstByte.run();
    }
    read = read + count;
  }

  private String relative(String name) {
    return files.member(preflight.database().name(), name);
  }

  @Override
  public void cancel() {
    cancelled = true;
    growing.ifPresent(file -> file.upload().cancel());
  }

  @Override
  public List<Manifest.StoredFile> complete() throws TaskFailedException, StorageException {
    var seen = new HashSet<String>();
    for (var file : shipped) {
      seen.add(file.name());
      files.confirm(store, file.objects());
    }
    if (!seen.contains("toc.dat")) {
      throw new TaskFailedException(
          Reason.DUMP_FAILED, "pg_dump ended with 0 and left no table of contents");
    }
    return List.copyOf(shipped);
  }

  @Override
  public long bytesRead() {
    return read;
  }

  @Override
  public long bytesStored() {
    return stored + growing.map(file -> file.upload().storedBytes()).orElse(0L);
  }

  @Override
  public void close() throws IOException {
    if (growing.isPresent()) {
      growing.get().channel().close();
      growing.get().upload().close();
    }
  }

  private record Growing(String name, FileChannel channel, Upload upload) {}
}
