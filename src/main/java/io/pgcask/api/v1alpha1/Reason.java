package io.pgcask.api.v1alpha1;

import java.util.Locale;

/**
 * Every reason that a status, a condition or an Event of pgcask can carry. The word is the
 * constant's {@link #word()}; the sentence is its documentation, from which the list in the docs is
 * made.
 */
public enum Reason {
  // What is going on.
  QUEUED("Waits for a free place of the connection or of the operator."),
  WAITING_FOR_CONNECTION("Waits until the PostgresConnection exists and is Ready."),
  WAITING_FOR_BACKUP("Waits until the Backup that is to be restored has ended."),
  WAITING_FOR_SAFETY_BACKUP("Waits until the safety Backup of the target is Completed."),
  RETRYING("An attempt failed for a reason that may pass; the next one comes at status.retryTime."),
  STARTING("The Job is made; its container does not run yet."),
  RUNNING("The tool runs."),
  PLANNING("The checks before the first write are being made."),
  CHECKING_RESULT("The Job's result was lost; storage is asked whether the backup is complete."),
  COMPLETED("It ended well."),
  COMPLETED_WITH_WARNINGS(
      "pg_restore reported errors and went on, which the Restore's errors accepts; status.errors has"
          + " them."),
  DRY_RUN("Every check of the Restore's plan has passed; as dryRun asks, nothing was written."),
  DELETING("The resource is being deleted."),
  EXPIRED(
      "A Backup: the data was deleted since expiresAfter had passed. A Restore: notAfter had passed"
          + " before its first write."),
  CONNECTED("The server was reached and the login succeeded."),
  PROBING("The server has not been probed yet."),
  DATABASE_FOUND("The database exists."),
  WATCHING("Changes of the database are followed as the spec asks."),
  WATCHING_OFF("The spec asks to follow neither the schema nor the rows."),
  SCHEDULED("The schedule is active."),
  SUSPENDED("The schedule is suspended."),
  BACKUP_CREATED("A Backup was created, for a slot or for safety before a Restore."),
  BACKUP_REPLACED(
      "A Backup was cancelled because the next slot of its schedule had come (concurrencyPolicy"
          + " Replace)."),
  BACKUP_REFUSED("The API server refused the Backup of a schedule; the message says why."),
  SLOT_SKIPPED(
      "A slot passed without a Backup: an earlier one had not ended, or a Backup of somebody else has its"
          + " name."),
  SLOT_MISSED(
      "Slots passed while no operator ran, or startingDeadlineSeconds passed; the newest of them is caught"
          + " up if it may still begin."),
  DATA_DELETED("The data was deleted with the resource, or since it had expired or was not kept."),
  RETENTION("The schedule's retention removes a Backup: its data is deleted, then the resource."),
  UNCHANGED("A slot was skipped because nothing had changed since the newest good Backup."),
  UNCLAIMED_DATA(
      "Data in storage belongs to no Backup, such as that of deleted ones; it stays, and the connection's"
          + " status names it."),
  DATA_LEFT_BEHIND(
      "The data could not be deleted and stays in storage; the message names the place."),
  DATABASE_DROPPED(
      "The old database was dropped since keepOld had passed, or the unfinished one of a Restore that had"
          + " failed."),
  DATABASE_NOT_DROPPED(
      "A database beside the target was to be dropped and is still there; the message says why."),

  DUMPABLE("Nothing that the probe can see would make a dump of the whole database fail."),
  DUMP_NOT_CHECKED("It could not be found out whether a dump would succeed; the message says why."),

  // What a schedule's conditions say of its Backups and its storage.
  RECOVERY_POINT_KEPT(
      "The newest good Backup of the schedule is younger than maxAgeOfLastSuccess."),
  RECOVERY_POINT_MISSED(
      "The newest good Backup of the schedule is older than maxAgeOfLastSuccess, or there is none."),
  LAST_BACKUP_SUCCEEDED("The newest Backup of the schedule that has ended is Completed."),
  LAST_BACKUP_FAILED("The newest Backup of the schedule that has ended has failed."),
  BACKUP_DAMAGED("A Backup of the schedule was read again and is damaged."),
  NO_BACKUP_YET("The schedule has no good Backup yet, and it is not too late for the first."),
  SIZE_AS_USUAL("The newest good Backup is not much smaller than those before it."),
  SIZE_DROPPED(
      "The newest good Backup is less than half as large as those before it, or holds less than half as"
          + " many rows."),
  TOO_FEW_BACKUPS("There are fewer than three good Backups alike to compare the newest with."),
  STORAGE_USABLE("The storage took a small object, gave it back unchanged, and removed it."),
  STORAGE_NOT_PROBED(
      "The storage has not been probed yet, or cannot be now; the message says why."),

  // What is wrong with a connection.
  CONNECTION_NOT_FOUND("The PostgresConnection does not exist in this namespace."),
  CONNECTION_NOT_READY("The PostgresConnection did not become Ready in time; see its own reason."),
  SECRET_MISSING("A Secret that is referred to does not exist."),
  SECRET_KEY_MISSING("A Secret lacks the key that is referred to."),
  INVALID_SECRET("A Secret holds something that cannot be used, such as control characters."),
  INVALID_CONNECTION_STRING(
      "The connection string cannot be read or holds a keyword that is refused."),
  HOST_UNREACHABLE("Name resolution or the TCP connection failed."),
  CONNECT_TIMEOUT("The server did not answer within connectTimeoutSeconds."),
  AUTHENTICATION_FAILED("The server refused the role or the password."),
  TLS_FAILED("The TLS handshake failed or the certificate was not trusted."),
  UNSUPPORTED_VERSION("The server is older than 14."),
  TOO_MANY_CONNECTIONS("The server has no free connection for this role."),
  POOLER_DETECTED(
      "A connection pooler answers in place of the server, and shares the server's sessions among its"
          + " clients."),
  DATABASE_NOT_FOUND("The database does not exist on the server."),

  // What a connection's findings say about dumps.
  SCHEMAS_NOT_READABLE("The role lacks USAGE on schemas that hold tables or sequences."),
  TABLES_NOT_READABLE("The role lacks SELECT on tables."),
  SEQUENCES_NOT_READABLE("The role lacks SELECT on sequences."),
  LARGE_OBJECTS_NOT_READABLE("The role lacks SELECT on large objects of other owners."),
  ROW_SECURITY_APPLIES("Row-level security hides rows of tables from the role."),
  SUBSCRIPTIONS_LEFT_OUT("Subscriptions are dumped for a superuser only."),
  UNLOGGED_DATA_MISSING("A standby does not have the rows of unlogged tables."),
  TOO_FEW_LOCKS("The server has room for fewer locks than a dump takes."),
  LOCKS_SCARCE("A dump would take most of the locks that the server has room for."),
  FOREIGN_DATA_LEFT_OUT("The rows of foreign tables are not dumped unless foreignData asks."),
  RECOVERY_CONFLICTS_LIKELY("The standby cancels long queries, and so long dumps."),
  PASSWORDS_IN_DUMP("Passwords of subscriptions or user mappings will lie in the dump."),
  SESSION_POOLING("A connection pooler with session pooling stands before the server."),
  MAINTENANCE_DATABASE_MISSING("The server has no database of the name in maintenanceDatabase."),

  // What is wrong with following a database.
  EVENT_TRIGGERS_DENIED(
      "The role may not create event triggers, which only a superuser may; the schema is polled."),
  TRIGGERS_DENIED(
      "The role may not create schema pgcask in the database, or does not own a table that is listened to."),
  TWO_PHASE_COMMIT(
      "The server allows prepared transactions, which no transaction with NOTIFY can be; no trigger is"
          + " installed."),
  READ_ONLY_SERVER("The server is a standby, which takes no triggers and counts no changes."),
  LISTEN_INVALID(
      "Annotation pgcask.io/listen cannot be read, or names what does not exist or cannot be followed."),
  TABLE_BUSY(
      "A trigger waits to be created or dropped, since the table could not be locked within 50 ms."),
  TRIGGERS_LEFT(
      "Triggers of pgcask are left in a database; the message has the lines that drop them."),

  // Why a Backup or Restore failed.
  BACKUP_NOT_FOUND("The Backup that is to be restored does not exist in this namespace."),
  NO_FITTING_BACKUP(
      "The BackupSchedule has made no Backup that can be restored, or none from before the time asked for."),
  BACKUP_NOT_COMPLETED("The Backup that is to be restored has failed."),
  BACKUP_EXPIRED("The Backup that is to be restored has expired: its data was deleted."),
  SAFETY_BACKUP_FAILED(
      "The safety Backup of the target did not become Completed; nothing was written."),
  PERMISSION_DENIED("A right in the database is missing; the message names the object."),
  LOCK_TIMEOUT("A lock could not be had in time."),
  RECOVERY_CONFLICT("The standby cancelled the dump because of a conflict with recovery."),
  VERSION_UNSUPPORTED("No client in the image can serve this server or archive."),
  INVALID_OPTIONS("The options cannot be used with this server or client version."),
  INVALID_POD_SETTINGS(
      "The API server refused the Job with these pod settings, or they are too large; the message says"
          + " why."),
  NO_STORAGE("Neither the Backup nor the defaultStorage of its connection says where to."),
  PARTIAL_DUMP("Something that was asked for was left out of the dump."),
  DUMP_FAILED("pg_dump ended with an error; the message has its first line."),
  DUMP_KILLED("pg_dump was killed by a signal."),
  SQL_FAILED("preSql or postSql failed; the message has the server's first line."),
  STORAGE_NOT_FOUND("The bucket, volume directory or object does not exist."),
  STORAGE_DENIED("The storage refused the credentials or the operation."),
  STORAGE_UNREACHABLE("The storage could not be reached or kept failing."),
  STORAGE_FULL("The storage has no space left."),
  OBJECT_LOCKED("Object lock protects an object from deletion; the message says until when."),
  CHECKSUM_MISMATCH("Bytes in storage are not those that were written."),
  VERIFICATION_FAILED("The backup was read again and is damaged; the data was kept."),
  VERIFIED("The backup was read again and is as it was written."),
  VERIFICATION_INCONCLUSIVE("The backup could not be read again; that says nothing about it."),
  VERIFYING("The backup is written and is being read again."),
  ENCRYPTION_FAILED(
      "The dump could not be encrypted, mostly because a recipient cannot be used; the message names"
          + " the line."),
  NO_MATCHING_IDENTITY(
      "The backup is encrypted, and no identity was given, or none that opens it."),
  MANIFEST_INVALID("The manifest cannot be read or does not fit what lies beside it."),
  INVALID_DUMP(
      "What lies at the location of a Restore has no manifest, and is no dump that can be restored, or"
          + " an incomplete one; the message says what it is."),
  DATABASE_EXISTS("The target database exists already (mode CreateNew)."),
  DATABASE_NOT_EMPTY("The target database holds objects (mode IntoEmpty)."),
  DATABASE_IN_USE(
      "Sessions, prepared transactions, replication slots or subscriptions of others use the target"
          + " database (modes Clean and Replace)."),
  DEPENDENT_OBJECTS(
      "Objects that the backup does not hold depend on what would be dropped (mode Clean)."),
  RESTORE_FAILED("pg_restore or psql reported errors; the target is not a whole copy."),
  ALREADY_RECORDED(
      "Another Backup, Completed or not, is the record of the data that was to be imported; one is"
          + " enough."),
  ALREADY_RAN(
      "It ran before this resource was re-created without its status; it does not run twice."),
  IMAGE_PULL("The image of the Job cannot be pulled."),
  UNSCHEDULABLE("No node takes the Job's pod, or its volume cannot be had."),
  QUOTA_EXCEEDED(
      "A quota, an admission policy or a queue for Jobs kept the Job or its pod from being made."),
  CONTAINER_CREATE_FAILED(
      "The container could not be made, for example because a Secret key is missing."),
  POD_EVICTED("The pod was evicted or its node went away."),
  OUT_OF_MEMORY("The container was killed for using more memory than its limit."),
  DEADLINE_EXCEEDED("A deadline of the spec passed."),
  STALLED("Nothing moved for stallTimeoutSeconds."),
  JOB_MISSING("The Job was deleted before its result was read."),
  RESULT_LOST(
      "The pod went away before its result was read, and storage holds no complete backup."),
  CANCELLED("It was cancelled, or deleted while it ran."),
  INVALID_SCHEDULE("The cron expression does not fire within five years."),
  RECEIVERS_READY(
      "The Secrets of the receivers can be used, and no receiver's last attempt has failed."),
  INVALID_RECEIVER(
      "The URL, key or CA of a receiver cannot be used; the message says what is wrong with it."),
  ADDRESS_REFUSED(
      "The receiver's name stands for an address that is never asked, such as that of the cloud's"
          + " metadata."),
  RECEIVER_UNREACHABLE(
      "A receiver of notifications cannot be reached, does not answer in time or answers with an"
          + " error that may pass."),
  RECEIVER_REJECTED("A receiver of notifications refused the request for good."),
  NOTIFICATION_DROPPED(
      "A notification was given up, or had no room among those that wait for their receiver."),
  OVERDUE("The newest good Backup of a schedule is older than its maxAgeOfLastSuccess."),
  INTERNAL("An error that pgcask has no word for; the message and the log say more.");

  private final String meaning;
  private final String word;

  Reason(String meaning) {
    this.meaning = meaning;
    var camel = new StringBuilder();
    for (var part : name().split("_")) {
      camel.append(part.charAt(0)).append(part.substring(1).toLowerCase(Locale.ROOT));
    }
    this.word = camel.toString().replace("Tls", "TLS").replace("Sql", "SQL");
  }

  /** The word in CamelCase, as it stands in status, conditions and Events. */
  public String word() {
    return word;
  }

  /**
   * The reason of a word.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Reason of(String word) {
    for (var reason : values()) {
      if (reason.word.equals(word)) {
        return reason;
      }
    }
    throw new IllegalArgumentException("no reason is called " + word);
  }

  /** What it means, in one sentence. */
  public String meaning() {
    return meaning;
  }
}
