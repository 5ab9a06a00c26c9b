package io.pgcask.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.DumpContent;
import io.pgcask.api.v1alpha1.DumpSection;
import io.pgcask.api.v1alpha1.RestoreNamesBuilder;
import io.pgcask.api.v1alpha1.RestoreOptionsBuilder;
import io.pgcask.api.v1alpha1.RestoreSpecBuilder;
import io.pgcask.runner.report.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class RestoreChoiceTest {
  private final Json json = new Json();

  @Test
  void withoutAFieldEverythingIsRestored() throws IOException {
    assertThat(RestoreChoice.of(RestoreSpecBuilder.builder().build()))
        .isEqualTo(RestoreChoice.EVERYTHING)
        .isEqualTo(json.read(bytes("{}"), RestoreChoice.class));
    assertThat(RestoreChoice.EVERYTHING.takesAll()).isTrue();
    assertThat(RestoreChoice.EVERYTHING.createsTables()).isTrue();
  }

  @Test
  void aTaskOfAnOlderOperatorRestoresEverything() throws IOException {
    var task =
        bytes("{\"task\":\"restore\",\"uid\":\"u\",\"path\":\"p\",\"stallTimeoutSeconds\":1}");

    assertThat(((Task.Restore) json.read(task, Task.class)).choice())
        .isEqualTo(RestoreChoice.EVERYTHING);
  }

  @Test
  void travelsAsJson() throws IOException {
    var choice =
        RestoreChoice.of(
            RestoreSpecBuilder.builder()
                .include(RestoreNamesBuilder.builder().tables(List.of("a.*")).build())
                .includeDependencies(true)
                .sections(List.of(DumpSection.DATA))
                .options(RestoreOptionsBuilder.builder().role("r").build())
                .build());

    assertThat(json.read(json.line(choice), RestoreChoice.class)).isEqualTo(choice);
    assertThat(new String(json.line(choice), StandardCharsets.UTF_8).strip())
        .isEqualTo(
            "{\"include\":{\"tables\":[\"a.*\"]},\"includeDependencies\":true,\"content\":\"All\","
                + "\"sections\":[\"data\"],\"options\":{\"role\":\"r\"},\"strict\":false,\"jobs\":1}");
  }

  @Test
  void optionsAloneLeaveNoEntryOut() {
    var options = RestoreOptionsBuilder.builder().noOwner(true).build();
    var skipping = RestoreOptionsBuilder.builder().skipExtensions(List.of("hstore")).build();

    assertThat(RestoreChoiceBuilder.builder().options(options).build().takesAll()).isTrue();
    assertThat(RestoreChoiceBuilder.builder().options(skipping).build().takesAll()).isFalse();
  }

  @Test
  void tablesAreCreatedBeforeTheData() {
    assertThat(content(DumpContent.SCHEMA_ONLY).createsTables()).isTrue();
    assertThat(content(DumpContent.DATA_ONLY).createsTables()).isFalse();
    assertThat(sections(DumpSection.PRE_DATA, DumpSection.DATA).createsTables()).isTrue();
    assertThat(sections(DumpSection.DATA, DumpSection.POST_DATA).createsTables()).isFalse();
  }

  private static RestoreChoice content(DumpContent content) {
    return RestoreChoiceBuilder.builder().content(content).build();
  }

  private static RestoreChoice sections(DumpSection... sections) {
    return RestoreChoiceBuilder.builder().sections(List.of(sections)).build();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
