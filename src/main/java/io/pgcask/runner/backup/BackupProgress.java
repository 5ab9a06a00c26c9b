package io.pgcask.runner.backup;

import io.pgcask.contract.Report;
import io.pgcask.contract.ReportProgressedBuilder;
import io.pgcask.runner.tool.Insight;
import java.util.List;

/**
 * The progress of several dumps, one after the other, as that of one backup: each counts as much as
 * its tables take. Of a single dump the progress is its own.
 */
final class BackupProgress {
  private static final int MOST = 99;

  private final long tableBytes;
  private final boolean several;

  private long doneTableBytes;
  private long doneRead;
  private long doneStored;

  private BackupProgress(long tableBytes, boolean several) {
    this.tableBytes = tableBytes;
    this.several = several;
  }

  /** Of a backup of one database. */
  static BackupProgress ofOne() {
    return new BackupProgress(0, false);
  }

  /** Of a backup of these databases, in their order. */
  static BackupProgress ofAll(List<Preflight> databases) {
    return new BackupProgress(
        databases.stream().mapToLong(Preflight::tableBytes).sum(), databases.size() > 1);
  }

  /** What the dump that comes next says, seen from the whole. */
  synchronized Insight around(Preflight database, Insight dump) {
    return several ? new Share(database, dump, doneTableBytes, doneRead, doneStored) : dump;
  }

  /** A dump is done. */
  synchronized void done(Preflight database, long bytesRead, long bytesStored) {
    doneTableBytes += database.tableBytes();
    doneRead += bytesRead;
    doneStored += bytesStored;
  }

  private final class Share implements Insight {
    private final Preflight database;
    private final Insight dump;
    private final long tableBytesBefore;
    private final long readBefore;
    private final long storedBefore;

    Share(
        Preflight database,
        Insight dump,
        long tableBytesBefore,
        long readBefore,
        long storedBefore) {
      this.database = database;
      this.dump = dump;
      this.tableBytesBefore = tableBytesBefore;
      this.readBefore = readBefore;
      this.storedBefore = storedBefore;
    }

    @Override
    public void observe() {
      dump.observe();
    }

    @Override
    public Report.Progressed complete(Report.Progressed moved) {
      var own = dump.complete(moved);
      var builder =
          ReportProgressedBuilder.builder(own)
              .bytesRead(readBefore + own.bytesRead())
              .bytesStored(storedBefore + own.bytesStored())
              .estimatedBytes(estimate(own))
              .percent(percent(own));
      if (own.currentObject() != null) {
        builder.currentObject(database.database().name() + ": " + own.currentObject());
      }
      return builder.build();
    }

    private Long estimate(Report.Progressed own) {
      if (own.estimatedBytes() == null) {
        return null;
      }
      long later = tableBytes - tableBytesBefore - database.tableBytes();
      double ratio = DumpSize.ratio(database.plan().compression().method());
      return readBefore + own.estimatedBytes() + Math.round(later * ratio);
    }

    private Integer percent(Report.Progressed own) {
      if (tableBytes == 0) {
        return null;
      }
      int ofThis = own.percent() == null ? 0 : own.percent();
      double done = tableBytesBefore + database.tableBytes() * (ofThis / 100.0);
      return (int) Math.min(MOST, Math.floor(100 * done / tableBytes));
    }
  }
}
