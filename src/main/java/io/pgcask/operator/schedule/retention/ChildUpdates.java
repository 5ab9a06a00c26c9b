package io.pgcask.operator.schedule.retention;

import io.javaoperatorsdk.operator.processing.event.source.filter.OnUpdateFilter;
import io.pgcask.api.v1alpha1.Backup;
import java.util.Objects;

/**
 * Lets through what may mean something to the schedule of a Backup: all but changes of finalizers,
 * of which each removal makes two. Specs are not compared themselves: quantities in them may be
 * such as cannot be calculated with.
 */
public final class ChildUpdates implements OnUpdateFilter<Backup> {
  @Override
  public boolean accept(Backup now, Backup before) {
    var is = now.getMetadata();
    var was = before.getMetadata();
    return !Objects.equals(now.getStatus(), before.getStatus())
        || !Objects.equals(is.getGeneration(), was.getGeneration())
        || !Objects.equals(is.getAnnotations(), was.getAnnotations())
        || !Objects.equals(is.getLabels(), was.getLabels())
        || !Objects.equals(is.getDeletionTimestamp(), was.getDeletionTimestamp());
  }
}
