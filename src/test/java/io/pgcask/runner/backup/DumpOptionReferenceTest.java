package io.pgcask.runner.backup;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.pgcask.api.v1alpha1.BackupSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import org.junit.jupiter.api.Test;

/** The page about options is made from the table that the arguments are made from. */
class DumpOptionReferenceTest {
  private static final Path PAGE = Path.of("docs/dump-options.md");

  private static final String HEAD =
      """
      # Options of a dump

      Made by `dev/generate` from the code; do not edit. Each option is pg_dump's own, and does what its manual page says.

      Whether an option is known depends on the major version of pg_dump: the server's, else the next newer one that the image
      has, or the one that `clientMajor` names. A Backup that asks for more is Failed with `InvalidOptions` before anything is
      read. Patterns are those of psql: `*`, `?`, and double quotes around names with upper case letters or special
      characters. A pattern that matches nothing is refused as well, unless `options.strictNames` is false.

      | field | pg_dump | since | meaning |
      |---|---|---|---|
      """;

  @Test
  void thePageIsCurrent() throws Exception {
    // Given
    var rows = new LinkedHashMap<String, String>();
    for (var option : DumpOption.values()) {
      rows.merge(
          option.field(),
          "`%s`".formatted(option.argument()),
          (before, more) -> before + ", with children `" + option.argument() + "`");
    }
    var page = new StringBuilder(HEAD);
    rows.forEach(
        (field, arguments) ->
            page.append(
                "| `%s` | %s | %s | %s |%n"
                    .formatted(field, arguments, since(field), description(field))));

    // When
    if (Boolean.getBoolean("pgcask.generate")) {
      Files.writeString(PAGE, page);
    }

    // Then
    assertThat(PAGE).hasContent(page.toString());
  }

  private static String since(String field) {
    int since =
        Arrays.stream(DumpOption.values())
            .filter(option -> option.field().equals(field))
            .mapToInt(DumpOption::since)
            .min()
            .orElseThrow();
    return since == 14 ? "" : Integer.toString(since);
  }

  private static String description(String field) {
    var path = field.split(":", 2)[0];
    Class<?> type = BackupSpec.class;
    String description = "";
    for (var name : path.split("\\.")) {
      var component =
          Arrays.stream(type.getRecordComponents())
              .filter(candidate -> candidate.getName().equals(name))
              .findFirst()
              .orElseThrow(() -> new AssertionError("there is no field " + field));
      try {
        description =
            type.getDeclaredField(name).getAnnotation(JsonPropertyDescription.class).value();
      } catch (NoSuchFieldException e) {
        throw new AssertionError(e);
      }
      type = component.getType();
    }
    return description.replace("|", "\\|").replaceAll(" Needs pg_dump \\d+ or newer\\.", "");
  }
}
