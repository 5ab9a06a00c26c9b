package io.pgcask.operator.schedule;

import io.pgcask.api.v1alpha1.BackupSpec;
import io.pgcask.api.v1alpha1.BackupSpecBuilder;

/** What two specs of Backups have in common, apart from what makes no difference. Pure. */
public final class TemplateSpec {

  private TemplateSpec() {}

  /** Whether both ask for the same dump, in the same places and proven in the same way. */
  public static boolean sameBackup(BackupSpec one, BackupSpec other) {
    return backup(one).build().equals(backup(other).build());
  }

  /** Whether both ask for the same dump, wherever to: their sizes can be compared. */
  public static boolean sameDump(BackupSpec one, BackupSpec other) {
    return dump(one).equals(dump(other));
  }

  /** Without what says how long, how often and in what pod, and what becomes of it afterwards. */
  private static BackupSpecBuilder backup(BackupSpec spec) {
    return BackupSpecBuilder.builder(spec)
        .displayName(null)
        .deletionPolicy(null)
        .expiresAfter(null)
        .hold(null)
        .cancel(null)
        .queueDeadline(null)
        .pendingDeadlineSeconds(null)
        .activeDeadline(null)
        .stallTimeoutSeconds(null)
        .retries(null)
        .pod(null);
  }

  private static BackupSpec dump(BackupSpec spec) {
    return backup(spec)
        .storage(null)
        .copies(null)
        .verification(null)
        .allowPartial(null)
        .keepLog(null)
        .build();
  }
}
