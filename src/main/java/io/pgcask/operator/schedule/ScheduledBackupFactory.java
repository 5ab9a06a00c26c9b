package io.pgcask.operator.schedule;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.pgcask.api.v1alpha1.Api;
import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.BackupSchedule;
import io.pgcask.operator.Labels;
import io.pgcask.operator.Names;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The Backups of a schedule, as they are created. Pure.
 *
 * <p>Labels and annotations come from the template alone: with those of the schedule itself a tool
 * that tracks it would take the Backups for its own and prune them.
 */
final class ScheduledBackupFactory {

  private ScheduledBackupFactory() {}

  static Backup backup(BackupSchedule schedule, Run run) {
    var template = schedule.getSpec().template();
    var labels = new HashMap<String, String>();
    var annotations = new HashMap<String, String>();
    if (template.metadata() != null) {
      labels.putAll(peoples(template.metadata().labels()));
      annotations.putAll(peoples(template.metadata().annotations()));
    }
    labels.put(Labels.SCHEDULE, Names.labelValue(schedule.getMetadata().getName()));
    annotations.put(Labels.SCHEDULE, schedule.getMetadata().getName());
    annotations.put(Labels.SCHEDULED_FOR, run.time().toString());
    if (run.cause() instanceof Run.Cause.Asked asked) {
      annotations.put(Labels.RUN_NOW, asked.value());
    }
    var backup = new Backup();
    backup.setMetadata(
        new ObjectMetaBuilder()
            .withName(run.name())
            .withNamespace(schedule.getMetadata().getNamespace())
            .withLabels(labels)
            .withAnnotations(annotations)
            .withOwnerReferences(owners(schedule))
            .build());
    backup.setSpec(template.spec());
    return backup;
  }

  /** Without our own: of a Backup with started-at, copied from another, nothing would ever run. */
  private static Map<String, String> peoples(Map<String, String> template) {
    var own = Api.GROUP + "/";
    return Optional.ofNullable(template).orElse(Map.of()).entrySet().stream()
        .filter(entry -> !entry.getKey().startsWith(own))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /** Whether the schedule has created it, or one of the same name before it was re-created. */
  static boolean isOf(BackupSchedule schedule, Backup backup) {
    return Labels.schedule(backup).filter(schedule.getMetadata().getName()::equals).isPresent();
  }

  /** It does not block the deletion of its owner: it may take as long as its data needs. */
  private static List<OwnerReference> owners(BackupSchedule schedule) {
    return Boolean.TRUE.equals(schedule.getSpec().ownBackups())
        ? List.of(
            new OwnerReferenceBuilder()
                .withApiVersion(schedule.getApiVersion())
                .withKind(schedule.getKind())
                .withName(schedule.getMetadata().getName())
                .withUid(schedule.getMetadata().getUid())
                .build())
        : List.of();
  }
}
