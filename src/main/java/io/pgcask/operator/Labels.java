package io.pgcask.operator;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.pgcask.api.v1alpha1.Api;
import io.pgcask.api.v1alpha1.Backup;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Labels and annotations that pgcask sets, and what they mean. */
public final class Labels {

  /** Every object that the operator makes carries it; informers select by it. */
  public static final String MANAGED_BY = "app.kubernetes.io/managed-by";

  /** Value of {@link #MANAGED_BY}. */
  public static final String PGCASK = "pgcask";

  /** Selector of everything that the operator makes. */
  public static final String SELECTOR = MANAGED_BY + "=" + PGCASK;

  /** Kind of the resource that a Job or pod works for. */
  public static final String KIND = Api.GROUP + "/kind";

  /** UID of the resource that a Job or pod works for. */
  public static final String OWNER_UID = Api.GROUP + "/owner-uid";

  /** What a Job does: the task's name. */
  public static final String TASK = Api.GROUP + "/task";

  /**
   * Annotation with the name of the resource that a Job or pod works for. Not a label, since names
   * have up to 253 characters and label values 63.
   */
  public static final String OWNER_NAME = Api.GROUP + "/owner-name";

  /** Annotation with the PostgresConnection that a Job uses, for the admission queue. */
  public static final String CONNECTION = Api.GROUP + "/connection";

  /**
   * Annotation on a Backup or Restore: when its Job was started. A resource that carries it but has
   * no status was copied or restored by a tool, and does not run again.
   */
  public static final String STARTED_AT = Api.GROUP + "/started-at";

  /**
   * Label and annotation on a Backup: the BackupSchedule that created it. The label is shortened
   * and hashed if the name is longer than 63 characters; the annotation is whole.
   */
  public static final String SCHEDULE = Api.GROUP + "/schedule";

  /** Annotation on a Backup: the slot it was created for, RFC 3339. */
  public static final String SCHEDULED_FOR = Api.GROUP + "/scheduled-for";

  /**
   * Label and annotation on a Backup: the Restore whose target it saves. The label is shortened and
   * hashed if the name is longer than 63 characters; the annotation is whole.
   */
  public static final String RESTORE = Api.GROUP + "/restore";

  /**
   * Annotation by which a person asks for a verification: a level, Hash, Parse or Restore, and
   * behind a slash anything that tells this request from the one before, for example {@code
   * Parse/2026-11-24}.
   */
  public static final String VERIFY = Api.GROUP + "/verify";

  /**
   * Annotation by which a person asks to look for data in storage that belongs to no Backup of a
   * PostgresConnection; any value that differs from the one before.
   */
  public static final String SWEEP = Api.GROUP + "/sweep";

  /**
   * Annotation by which a person asks a BackupSchedule for a Backup at once; any value that differs
   * from the one before. The Backup has the same annotation.
   */
  public static final String RUN_NOW = Api.GROUP + "/run-now";

  /**
   * Annotation by which somebody listens to tables of a PostgresConnection with realtime Triggers:
   * the time at which it ends and the tables, for example {@code
   * 2026-11-26T13:00:00Z;public.orders,public.items}.
   */
  public static final String LISTEN = Api.GROUP + "/listen";

  /**
   * Finalizer of Backups and Restores that have something to stop or to delete, and of
   * PostgresConnections whose database may hold triggers of ours.
   */
  public static final String FINALIZER = Api.GROUP + "/cleanup";

  private static final int MAX_COMMAND = 253;

  private Labels() {}

  /** Value of an annotation, if there is one. */
  public static Optional<String> annotation(HasMetadata resource, String name) {
    return Optional.ofNullable(resource.getMetadata().getAnnotations())
        .map(annotations -> annotations.get(name));
  }

  /** Name of the BackupSchedule that made a Backup, if one did: its annotation, which is whole. */
  public static Optional<String> schedule(Backup backup) {
    return annotation(backup, SCHEDULE);
  }

  /**
   * What an annotation asks for, unless that was answered; cut to what a status has room for.
   *
   * @param answered the value that was answered last; null: none
   */
  public static Optional<String> asked(HasMetadata resource, String name, String answered) {
    return annotation(resource, name).map(Labels::cut).filter(value -> !value.equals(answered));
  }

  /** Half a character would come back from the API server as another one: never answered. */
  private static String cut(String value) {
    if (value.length() <= MAX_COMMAND) {
      return value;
    }
    var end =
        Character.isHighSurrogate(value.charAt(MAX_COMMAND - 1)) ? MAX_COMMAND - 1 : MAX_COMMAND;
    return value.substring(0, end);
  }

  /** Value of a label, if there is one. */
  public static Optional<String> label(HasMetadata resource, String name) {
    return Optional.ofNullable(resource.getMetadata().getLabels()).map(labels -> labels.get(name));
  }

  /** The labels of a Job or pod that does a task for the resource. */
  public static Map<String, String> forTask(HasMetadata owner, String task) {
    var labels = new TreeMap<String, String>();
    labels.put(MANAGED_BY, PGCASK);
    labels.put("app.kubernetes.io/name", PGCASK);
    labels.put(KIND, owner.getKind());
    labels.put(OWNER_UID, owner.getMetadata().getUid());
    labels.put(TASK, task);
    return labels;
  }
}
