package io.pgcask.operator.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The chart's variables, read as the operator reads them. */
class OperatorConfigTest {

  @Test
  void jsonOfTheChartArrivesAsItIs() {
    var json = "{\"env\":[{\"name\":\"A\",\"value\":\"\\u0024(B) \\u0024{C}, \\\\ \\\"\"}]}";

    assertThat(read(Map.of("PGCASK_RUNNER_POD", json)).pod()).isEqualTo(json);
  }

  @Test
  void withoutTheVariableThereAreNoSettings() {
    assertThat(read(Map.of()).pod()).isEqualTo("{}");
  }

  private static OperatorConfig.Runner read(Map<String, String> environment) {
    return new SmallRyeConfigBuilder()
        .addDefaultInterceptors()
        .withSources(new EnvConfigSource(environment, 300))
        .withMapping(OperatorConfig.class)
        .build()
        .getConfigMapping(OperatorConfig.class)
        .runner();
  }
}
