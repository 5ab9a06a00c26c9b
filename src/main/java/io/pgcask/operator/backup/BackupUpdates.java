package io.pgcask.operator.backup;

import io.javaoperatorsdk.operator.processing.event.source.filter.OnUpdateFilter;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.operator.job.SpecOrAnnotations;

/** Lets through what people change, and that a schedule's retention has marked the Backup. */
public final class BackupUpdates implements OnUpdateFilter<Backup> {
  private final SpecOrAnnotations<Backup> people = new SpecOrAnnotations<>();

  @Override
  public boolean accept(Backup now, Backup before) {
    return people.accept(now, before)
        || (BackupRetirement.isUnderWay(now) && !BackupRetirement.isUnderWay(before));
  }
}
