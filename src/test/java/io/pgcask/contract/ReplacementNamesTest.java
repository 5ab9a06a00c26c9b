package io.pgcask.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ReplacementNamesTest {
  private static final String UID = "0123abcd-89ab-4def-8000-000000000000";

  @Test
  void carriesTheBeginningOfTheUid() {
    var names = ReplacementNames.of("shop", UID);
    assertThat(names.temporary()).isEqualTo("shop_pgcask_0123abcd");
    assertThat(names.kept()).isEqualTo("shop_before_0123abcd");
  }

  @Test
  void cutsBetweenCharacters() {
    for (var character : new String[] {"x", "ß", "€", "😀"}) {
      for (var begin : new String[] {"", "a", "ab", "abc"}) {
        var names = ReplacementNames.of(begin + character.repeat(63), UID);
        for (var name : new String[] {names.temporary(), names.kept()}) {
          int bytes = name.getBytes(StandardCharsets.UTF_8).length;
          int ofCharacter = character.getBytes(StandardCharsets.UTF_8).length;
          assertThat(bytes).isBetween(64 - ofCharacter, 63);
          assertThat(name).matches("%s(%s)+_(pgcask|before)_0123abcd".formatted(begin, character));
        }
      }
    }
  }
}
