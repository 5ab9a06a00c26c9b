package io.pgcask.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A directory that is held open, with operations on names in it that never follow a symbolic link
 * ({@code openat} and the like). Java has no {@code mkdirat} and no {@code linkat}: those two go by
 * path, after which the way down is checked again by opening it.
 */
final class SafeDirectory implements AutoCloseable {
  private static final int CREATE_TRIES = 5;

  private final Path path;
  private final SecureDirectoryStream<Path> stream;

  private SafeDirectory(Path path, SecureDirectoryStream<Path> stream) {
    this.path = path;
    this.stream = stream;
  }

  /** Opens the mount point itself, which the kubelet made and which may be a link. */
  static SafeDirectory root(Path path) throws IOException {
    return new SafeDirectory(path, secure(path, Files.newDirectoryStream(path)));
  }

  private static SecureDirectoryStream<Path> secure(Path path, DirectoryStream<Path> stream)
      throws IOException {
    if (stream instanceof SecureDirectoryStream<Path> secure) {
      return secure;
    }
    stream.close();
    throw new IOException("the system cannot open " + path + " safely");
  }

  /**
   * Opens a directory below, one part after the other.
   *
   * @param create whether parts that are missing are made
   * @throws NoSuchFileException if a part is missing or a file, and is not to be made
   * @throws NotDirectoryException if a part is a link, or a file that is in the way
   */
  SafeDirectory descend(List<String> parts, boolean create) throws IOException {
    var here = child(".", false);
    for (var part : parts) {
      try (var left = here) {
        here = left.child(part, create);
      }
    }
    return here;
  }

  private SafeDirectory child(String name, boolean create) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        var relative = Path.of(name);
        return new SafeDirectory(
            path.resolve(name),
            secure(path, stream.newDirectoryStream(relative, LinkOption.NOFOLLOW_LINKS)));
      } catch (NoSuchFileException e) {
        // a deletion beside us may take an empty directory away between the two calls
        if (!create || attempt == CREATE_TRIES) {
          throw e;
        }
        make(name);
      } catch (FileSystemException e) {
        if (!name.equals(".") && !attributes(name).isDirectory()) {
          if (!create && attributes(name).isRegularFile()) {
            throw new NoSuchFileException(path.resolve(name).toString());
          }
          throw new NotDirectoryException(path.resolve(name).toString());
        }
        throw e;
      }
    }
  }

  private void make(String name) throws IOException {
    var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---"));
    try {
      Files.createDirectory(path.resolve(name), mode);
      sync();
    } catch (FileAlreadyExistsException e) {
      // somebody else made it: opening it is what counts
    }
  }

  /** Creates a file that must not exist. */
  FileChannel createFile(String name) throws IOException {
    var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----"));
    var options =
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    return (FileChannel) stream.newByteChannel(Path.of(name), options, mode);
  }

  /** Opens a file for reading. */
  SeekableByteChannel openFile(String name) throws IOException {
    return stream.newByteChannel(
        Path.of(name), Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
  }

  /** What a name is, the link itself if it is one. */
  BasicFileAttributes attributes(String name) throws IOException {
    return stream
        .getFileAttributeView(
            Path.of(name), BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .readAttributes();
  }

  /** Gives a file another name in this directory, replacing what has it. */
  void rename(String from, String to) throws IOException {
    stream.move(Path.of(from), stream, Path.of(to));
  }

  /** Gives a file a second name, unless that is taken. */
  void link(String existing, String name) throws IOException {
    Files.createLink(path.resolve(name), path.resolve(existing));
  }

  void deleteFile(String name) throws IOException {
    stream.deleteFile(Path.of(name));
  }

  void deleteDirectory(String name) throws IOException {
    stream.deleteDirectory(Path.of(name));
  }

  /** The names in it. A directory stream can be read once, so it is opened anew. */
  List<String> names() throws IOException {
    var names = new ArrayList<String>();
    try (var again = stream.newDirectoryStream(Path.of("."), LinkOption.NOFOLLOW_LINKS)) {
      for (var entry : again) {
        names.add(entry.getFileName().toString());
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return names;
  }

  /** Makes the names in it last through a crash of the machine. */
  void sync() throws IOException {
    try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Size of the file system, in bytes. */
  long totalBytes() throws IOException {
    return Files.getFileStore(path).getTotalSpace();
  }

  /** Free bytes of the file system. */
  long usableBytes() throws IOException {
    return Files.getFileStore(path).getUsableSpace();
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }
}
