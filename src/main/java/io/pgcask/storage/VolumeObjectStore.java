package io.pgcask.storage;

import io.pgcask.api.v1alpha1.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;

/** A mounted persistent volume. No symbolic link is followed below its mount point. */
final class VolumeObjectStore implements ObjectStore {
  private static final String TEMPORARY_PREFIX = ".pgcask-";

  private final Path mount;
  private final String claim;
  private final List<String> root;
  private final VolumeErrors errors;
  private final VolumeSpace space;

  private VolumeObjectStore(Path mount, String claim, List<String> root, VolumeSpace space) {
    this.mount = mount;
    this.claim = claim;
    this.root = root;
    this.errors = new VolumeErrors(claim);
    this.space = space;
  }

  static VolumeObjectStore open(Storage.PersistentVolumeClaim storage, Path mount) {
    return open(storage, mount, VolumeSpace.REAL);
  }

  /** With another way to tell how full the volume is. */
  static VolumeObjectStore open(
      Storage.PersistentVolumeClaim storage, Path mount, VolumeSpace space) {
    var root = storage.path() == null ? List.<String>of() : StorageKeys.parts(storage.path());
    return new VolumeObjectStore(mount, storage.claimName(), root, space);
  }

  @Override
  public void check() throws StorageException {
    try (var top = SafeDirectory.root(mount);
        var directory = top.descend(root, false)) {
      directory.names();
    } catch (NoSuchFileException e) {
      // the path is made with the first object; the mount point must be there
      if (e.getFile() != null && Path.of(e.getFile()).equals(mount)) {
        throw errors.of(e, place(""));
      }
    } catch (IOException e) {
      throw errors.of(e, place(""));
    }
  }

  @Override
  public void checkSpace(long estimatedBytes) throws StorageException {
    long needed = Math.addExact(estimatedBytes, estimatedBytes / 10);
    try (var top = SafeDirectory.root(mount)) {
      long usable = space.usableBytes(top);
      if (usable < needed) {
        throw errors.tooSmall(needed, usable);
      }
    } catch (IOException e) {
      throw errors.of(e, place(""));
    }
  }

  @Override
  public Upload begin(String key, long estimatedBytes) throws StorageException {
    try {
      var directory = directoryOf(key, true);
      try {
        var temporary = TEMPORARY_PREFIX + UUID.randomUUID();
        var channel = directory.createFile(temporary);
        return new VolumeUpload(directory, channel, temporary, key, place(key), errors, space);
      } catch (IOException e) {
        try (directory) {
          throw errors.ofWrite(e, place(key), directory);
        }
      }
    } catch (IOException e) {
      throw errors.of(e, place(key));
    }
  }

  @Override
  public InputStream open(String key) throws StorageException {
    try (var directory = directoryOf(key, false)) {
      if (!directory.attributes(nameOf(key)).isRegularFile()) {
        // a pipe would never end, a link leads elsewhere
        throw new NoSuchFileException(place(key));
      }
      return Channels.newInputStream(directory.openFile(nameOf(key)));
    } catch (IOException e) {
      throw errors.of(e, place(key));
    }
  }

  @Override
  public OptionalLong size(String key) throws StorageException {
    try (var directory = directoryOf(key, false)) {
      var attributes = directory.attributes(nameOf(key));
      return attributes.isRegularFile() ? OptionalLong.of(attributes.size()) : OptionalLong.empty();
    } catch (NoSuchFileException e) {
      return OptionalLong.empty();
    } catch (IOException e) {
      throw errors.of(e, place(key));
    }
  }

  @Override
  public void put(String key, byte[] bytes) throws StorageException {
    try (var upload = begin(key, bytes.length)) {
      upload.write(bytes, 0, bytes.length);
      upload.complete();
    }
  }

  @Override
  public void putIfAbsent(String key, byte[] bytes) throws StorageException {
    var name = nameOf(key);
    try (var directory = directoryOf(key, true)) {
      var temporary = TEMPORARY_PREFIX + UUID.randomUUID();
      try {
        write(directory, temporary, bytes);
        link(directory, temporary, name, bytes);
      } catch (FileAlreadyExistsException e) {
        if (!Arrays.equals(read(key), bytes)) {
          throw new ObjectExistsException(place(key));
        }
      } catch (IOException e) {
        throw errors.ofWrite(e, place(key), directory);
      } finally {
        removeIfThere(directory, temporary);
      }
      directory.sync();
    } catch (IOException e) {
      throw errors.of(e, place(key));
    }
  }

  private static void link(SafeDirectory directory, String from, String name, byte[] bytes)
      throws IOException {
    try {
      directory.link(from, name);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (IOException | UnsupportedOperationException e) {
      // file systems without hard links (SMB, some FUSE): still one winner, though a crash in the
      // middle may leave a piece, which no reader takes for a manifest
      write(directory, name, bytes);
    }
  }

  private static void write(SafeDirectory directory, String name, byte[] bytes) throws IOException {
    try (var channel = directory.createFile(name)) {
      var buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
  }

  private static void removeIfThere(SafeDirectory directory, String name) throws IOException {
    try {
      directory.deleteFile(name);
    } catch (NoSuchFileException e) {
      // never made
    }
  }

  @Override
  public List<String> list(String directory) throws StorageException {
    var keys = new ArrayList<String>();
    walk(
        directory,
        (key, name, attributes) -> {
          if (!name.startsWith(TEMPORARY_PREFIX)) {
            keys.add(key);
          }
        });
    return keys;
  }

  @Override
  public List<String> directories(String directory, int most) throws StorageException {
    var found = new ArrayList<String>();
    try (var top = SafeDirectory.root(mount);
        var start = top.descend(below(StorageKeys.parts(directory)), false)) {
      for (var name : start.names()) {
        if (found.size() < most && isDirectory(start, name)) {
          found.add(name);
        }
      }
    } catch (NoSuchFileException e) {
      // nothing there
    } catch (IOException e) {
      throw errors.of(e, place(directory));
    }
    return found;
  }

  private static boolean isDirectory(SafeDirectory parent, String name) throws IOException {
    try {
      return parent.attributes(name).isDirectory();
    } catch (NoSuchFileException e) {
      return false; // somebody removed it meanwhile
    }
  }

  @Override
  public Contents contents(String directory) throws StorageException {
    var sum = new Contents[] {Contents.NONE};
    walk(
        directory,
        (key, name, attributes) ->
            sum[0] = sum[0].and(attributes.size(), attributes.lastModifiedTime().toInstant()));
    return sum[0];
  }

  @Override
  public List<Unfinished> unfinished(String directory) throws StorageException {
    var found = new ArrayList<Unfinished>();
    walk(
        directory,
        (key, name, attributes) -> {
          if (name.startsWith(TEMPORARY_PREFIX)) {
            found.add(new Unfinished(key, "", attributes.lastModifiedTime().toInstant()));
          }
        });
    return found;
  }

  @Override
  public List<Unfinished> abortUnfinished(String directory, Instant olderThan)
      throws StorageException {
    var old =
        unfinished(directory).stream().filter(file -> file.since().isBefore(olderThan)).toList();
    for (var file : old) {
      delete(file.key());
    }
    return old;
  }

  /** Is shown each file. */
  private interface Visitor {
    void file(String key, String name, BasicFileAttributes attributes);
  }

  private void walk(String directory, Visitor visitor) throws StorageException {
    try (var top = SafeDirectory.root(mount);
        var start = top.descend(below(StorageKeys.parts(directory)), false)) {
      walk(start, directory, visitor);
    } catch (NoSuchFileException e) {
      // nothing there, or no longer
    } catch (IOException e) {
      throw errors.of(e, place(directory));
    }
  }

  private static void walk(SafeDirectory directory, String key, Visitor visitor)
      throws IOException {
    for (var name : directory.names()) {
      try {
        var attributes = directory.attributes(name);
        if (attributes.isDirectory()) {
          try (var child = directory.descend(List.of(name), false)) {
            walk(child, key + "/" + name, visitor);
          }
        } else if (attributes.isRegularFile()) {
          visitor.file(key + "/" + name, name, attributes);
        }
      } catch (NoSuchFileException e) {
        // somebody removed it meanwhile
      }
    }
  }

  @Override
  public void delete(String key) throws StorageException {
    try (var directory = directoryOf(key, false)) {
      directory.deleteFile(nameOf(key));
      directory.sync();
    } catch (NoSuchFileException e) {
      // that is what was asked for
    } catch (IOException e) {
      throw errors.of(e, place(key));
    }
  }

  @Override
  public void deleteAll(String directory) throws StorageException {
    var parts = StorageKeys.parts(directory);
    try (var top = SafeDirectory.root(mount)) {
      deleteTree(top, below(parts));
      for (int depth = parts.size() - 1; depth > 0; depth--) {
        if (!deleteIfEmpty(top, below(parts.subList(0, depth)))) {
          break;
        }
      }
    } catch (IOException e) {
      throw errors.of(e, place(directory));
    }
  }

  private static void deleteTree(SafeDirectory top, List<String> parts) throws IOException {
    try (var parent = top.descend(parts.subList(0, parts.size() - 1), false)) {
      deleteChild(parent, parts.getLast());
      parent.sync();
    } catch (NoSuchFileException e) {
      // nothing to delete
    }
  }

  private static void deleteChild(SafeDirectory parent, String name) throws IOException {
    if (!parent.attributes(name).isDirectory()) {
      parent.deleteFile(name);
      return;
    }
    try (var child = parent.descend(List.of(name), false)) {
      for (var inside : child.names()) {
        deleteChild(child, inside);
      }
    }
    parent.deleteDirectory(name);
  }

  private static boolean deleteIfEmpty(SafeDirectory top, List<String> parts) throws IOException {
    try (var parent = top.descend(parts.subList(0, parts.size() - 1), false)) {
      parent.deleteDirectory(parts.getLast());
      return true;
    } catch (NoSuchFileException e) {
      return true;
    } catch (DirectoryNotEmptyException e) {
      return false;
    }
  }

  @Override
  public String place(String key) {
    return "pvc://" + claim + "/" + String.join("/", below(List.of(key)));
  }

  @Override
  public void close() {
    // nothing is held open between calls
  }

  private SafeDirectory directoryOf(String key, boolean create) throws IOException {
    var parts = StorageKeys.parts(key);
    try (var top = SafeDirectory.root(mount)) {
      return top.descend(below(parts.subList(0, parts.size() - 1)), create);
    }
  }

  private static String nameOf(String key) {
    return StorageKeys.parts(key).getLast();
  }

  private List<String> below(List<String> parts) {
    var all = new ArrayList<>(root);
    all.addAll(parts);
    return all;
  }
}
