package io.pgcask.runner.stored;

import io.pgcask.archive.ArchiveException;
import io.pgcask.archive.ArchiveFollower;
import io.pgcask.archive.ArchiveShape;
import java.io.IOException;
import java.util.Optional;

/**
 * Looks whether what passes by is all that pg_dump wrote. Of one reading; what was found wrong is
 * said as the message of an {@link IOException}.
 */
interface Completeness {

  /** The next bytes. */
  void accept(byte[] bytes, int offset, int length) throws IOException;

  /** There are no more. */
  void end() throws IOException;

  /** Of what tells nothing about its own end. */
  static Completeness unknown() {
    return new Completeness() {
      @Override
      public void accept(byte[] bytes, int offset, int length) {
        // any bytes will do
      }

      @Override
      public void end() {
        // any end will do
      }
    };
  }

  /** Of an archive in one file. */
  static Completeness ofArchive(ArchiveShape archive) {
    var follower = ArchiveFollower.of(archive);
    return new Completeness() {
      @Override
      public void accept(byte[] bytes, int offset, int length) throws IOException {
        try {
          follower.accept(bytes, offset, length);
        } catch (ArchiveException e) {
          throw new IOException(e.getMessage(), e);
        }
      }

      @Override
      public void end() throws IOException {
        try {
          follower.end();
        } catch (ArchiveException e) {
          throw new IOException(e.getMessage(), e);
        }
      }
    };
  }

  /**
   * Of a Plain dump.
   *
   * @param restriction the key of its {@code \restrict}, which pg_dump takes back at the very end
   */
  static Completeness ofPlain(Optional<String> restriction) {
    return new Ending() {
      @Override
      public void end() throws IOException {
        if (!ending().isComplete()
            || restriction.isPresent()
                && !ending().closesWith("\\unrestrict " + restriction.get())) {
          throw new IOException("it does not end with pg_dump's closing lines: it is incomplete");
        }
      }
    };
  }

  /** Of the rows of a table in a file of its own, as COPY wants them. */
  static Completeness ofCopy() {
    return new Ending() {
      @Override
      public void end() throws IOException {
        if (!ending().endsWith("\\.")) {
          throw new IOException(
              "the rows do not end with pg_dump's closing line: they are incomplete");
        }
      }
    };
  }

  /** Of the rows of a table in a file of its own, as INSERT commands. */
  static Completeness ofInserts() {
    return new Ending() {
      @Override
      public void end() throws IOException {
        var text = ending().text();
        if (!text.endsWith("\n\n") || !text.isBlank() && !text.stripTrailing().endsWith(";")) {
          throw new IOException(
              "the rows do not end with pg_dump's empty lines: they are incomplete");
        }
      }
    };
  }

  /** What is told by the last bytes. */
  abstract class Ending implements Completeness {
    private final DumpEnding ending = new DumpEnding();

    DumpEnding ending() {
      return ending;
    }

    @Override
    public void accept(byte[] bytes, int offset, int length) {
      ending.append(bytes, offset, length);
    }
  }
}
