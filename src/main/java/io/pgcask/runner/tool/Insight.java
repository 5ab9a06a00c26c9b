package io.pgcask.runner.tool;

import io.pgcask.contract.Report;

/** Knows more of a tool's progress than how many bytes have moved. */
public interface Insight {
  /** Knows nothing more. */
  Insight NONE =
      new Insight() {
        @Override
        public void observe() {}

        @Override
        public Report.Progressed complete(Report.Progressed moved) {
          return moved;
        }
      };

  /** Looks anew, every five seconds. May take its time. */
  void observe();

  /** The same with what is known. Called by another thread than {@link #observe}; does not wait. */
  Report.Progressed complete(Report.Progressed moved);
}
