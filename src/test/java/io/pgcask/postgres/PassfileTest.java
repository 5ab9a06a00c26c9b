package io.pgcask.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PassfileTest {
  @TempDir Path directory;

  @Test
  void isReadableByItsOwnerOnly() throws Exception {
    var file = Passfile.write(directory, "a:b\\c");

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(file).hasContent("*:*:*:*:a\\:b\\\\c\n");
  }

  @Test
  void escapesColonAndBackslashOnly() {
    for (char c = ' '; c < 0x7f; c++) {
      var expected = c == ':' || c == '\\' ? "\\" + c : String.valueOf(c);
      assertThat(Passfile.line(String.valueOf(c))).isEqualTo("*:*:*:*:" + expected + "\n");
    }
  }

  @Test
  void neverWritesIntoAFileThatIsThere() throws Exception {
    Files.writeString(directory.resolve(Passfile.NAME), "x");

    assertThatThrownBy(() -> Passfile.write(directory, "y"))
        .isInstanceOf(FileAlreadyExistsException.class);
  }
}
