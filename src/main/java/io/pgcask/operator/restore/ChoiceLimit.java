package io.pgcask.operator.restore;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.RestoreSpec;
import io.pgcask.contract.RestoreChoice;
import io.pgcask.operator.job.Trouble;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** How much may be chosen by name. */
final class ChoiceLimit {

  /** Linux takes 128 KiB in one variable, and quoting may double what names hold. */
  private static final int MAX_BYTES = 60_000;

  private ChoiceLimit() {}

  /** Whether a choice would not fit into a Job: it travels in one environment variable. */
  static Optional<Trouble> tooLarge(RestoreSpec spec) {
    var json = Serialization.asJson(RestoreChoice.of(spec));
    int bytes = json.getBytes(StandardCharsets.UTF_8).length;
    return bytes <= MAX_BYTES
        ? Optional.empty()
        : Optional.of(
            new Trouble(
                Reason.INVALID_OPTIONS,
                ("what is to be restored has %d bytes as JSON, of which a Job takes %d; use fewer or"
                        + " shorter patterns in include and exclude")
                    .formatted(bytes, MAX_BYTES)));
  }
}
