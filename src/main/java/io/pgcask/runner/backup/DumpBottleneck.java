package io.pgcask.runner.backup;

import io.pgcask.api.v1alpha1.Bottleneck;
import io.pgcask.runner.tool.Backend;
import java.time.Duration;
import java.util.Optional;

/** Decides what a dump waited for in some seconds. Pure. */
final class DumpBottleneck {
  /** What took more than this share of the time stands out. */
  private static final double CLEAR = 0.5;

  private DumpBottleneck() {}

  /**
   * How the time was spent, in shares of it.
   *
   * @param forTool our thread waited for pg_dump to write
   * @param forStorage it waited for storage to take what was there
   * @param toolWorked pg_dump was on a processor; more than 1 if it has several processes
   */
  record Shares(double forTool, double forStorage, double toolWorked) {
    /** Between two moments; the duration is pg_dump's time on processors between them. */
    static Shares between(PumpTimes.Sums from, PumpTimes.Sums to, Duration worked) {
      double time = Math.max(1, to.at() - from.at());
      return new Shares(
          (to.forTool() - from.forTool()) / time,
          (to.forStorage() - from.forStorage()) / time,
          worked.toNanos() / time);
    }
  }

  /**
   * The one that stands out, if any does.
   *
   * @param backend what the server was doing for pg_dump in the end; empty: not known
   */
  static Optional<Bottleneck> of(Shares shares, Optional<Backend.Doing> backend) {
    if (shares.forStorage() > CLEAR) {
      return Optional.of(Bottleneck.STORAGE);
    }
    if (shares.forTool() <= CLEAR || backend.isEmpty()) {
      return Optional.empty();
    }
    boolean toolWorked = shares.toolWorked() > CLEAR;
    // one look at a backend is a sample: it must agree with what the whole time says
    return switch (backend.get()) {
      case WORKS -> toolWorked ? Optional.empty() : Optional.of(Bottleneck.DATABASE);
      // else neither works, and the network between them is slow
      case WAITS_FOR_TOOL -> toolWorked ? Optional.of(Bottleneck.COMPRESSION) : Optional.empty();
      case IDLE -> Optional.empty();
    };
  }
}
