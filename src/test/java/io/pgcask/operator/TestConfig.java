package io.pgcask.operator;

import io.pgcask.operator.config.OperatorConfig;
import java.util.List;
import java.util.Optional;

/** An operator's configuration for tests. */
public record TestConfig(int maxConcurrentJobs) implements OperatorConfig {

  @Override
  public Runner runner() {
    return new Runner() {
      @Override
      public String image() {
        return "pgcask:test";
      }

      @Override
      public String imagePullPolicy() {
        return "Never";
      }

      @Override
      public Optional<List<String>> imagePullSecrets() {
        return Optional.of(List.of("registry"));
      }

      @Override
      public String resources() {
        return "{\"limits\":{\"memory\":\"256Mi\"}}";
      }
    };
  }
}
