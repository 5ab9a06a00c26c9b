package io.pgcask.operator;

import io.pgcask.operator.config.OperatorConfig;
import java.util.List;
import java.util.Optional;

/** An operator's configuration for tests. */
public record TestConfig(int maxConcurrentJobs, String pod) implements OperatorConfig {

  /** As in the chart, but for the registry. */
  public static final VerificationServer SERVER =
      new VerificationServer() {
        @Override
        public String image() {
          return "postgres:{major}";
        }

        @Override
        public long runAsUser() {
          return 999;
        }
      };

  /** Without settings of pods beside the oldest ones. */
  public TestConfig(int maxConcurrentJobs) {
    this(maxConcurrentJobs, "{}");
  }

  @Override
  public int maxConcurrentProbes() {
    return 48;
  }

  @Override
  public int sweepMinimumAgeSeconds() {
    return 86_400;
  }

  @Override
  public Runner runner() {
    return new TestRunner(pod);
  }

  private record TestRunner(String pod) implements Runner {
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

    @Override
    public OperatorConfig.VerificationServer verification() {
      return SERVER;
    }
  }
}
