package io.pgcask.postgres;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The file from which libpq reads the password, so that it never stands in a process list. */
public final class Passfile {
  /** Name of the file in its directory. */
  public static final String NAME = "pgpass";

  private Passfile() {}

  /**
   * Writes the file, readable by its owner only (libpq ignores it otherwise).
   *
   * @param password without control characters, see {@link SecretText}
   * @return its path
   * @throws IOException if the directory cannot be written or has such a file already
   */
  public static Path write(Path directory, String password) throws IOException {
    var file = directory.resolve(NAME);
    PrivateFile.write(file, line(password).getBytes(StandardCharsets.UTF_8));
    return file;
  }

  /** Any host, port, database and user: the conninfo beside it names them. */
  static String line(String password) {
    return "*:*:*:*:" + password.replace("\\", "\\\\").replace(":", "\\:") + "\n";
  }
}
