package io.pgcask.runner.report;

import io.pgcask.postgres.SafeText;
import java.util.Comparator;
import java.util.List;

/** Takes secrets out of texts, and values that are quoted, since those may be data. */
public final class Redactor {
  /** A shorter secret would make every text unreadable, and is none. */
  private static final int SHORTEST = 4;

  private final List<String> secrets;

  /** Knows the secrets of this run. */
  public Redactor(List<String> secrets) {
    this.secrets =
        secrets.stream()
            .filter(secret -> secret.length() >= SHORTEST)
            .sorted(Comparator.comparingInt(String::length).reversed())
            .toList();
  }

  /** Replaces secrets. */
  public String withoutSecrets(String text) {
    var shown = text;
    for (var secret : secrets) {
      shown = shown.replace(secret, "***");
    }
    return shown;
  }

  /** Replaces secrets and quoted values. */
  public String withoutValues(String text) {
    return SafeText.mask(withoutSecrets(text));
  }
}
