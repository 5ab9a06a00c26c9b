package io.pgcask.contract;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.pgcask.api.v1alpha1.BackupSpec;
import io.pgcask.api.v1alpha1.CreateDatabase;
import io.pgcask.api.v1alpha1.Decryption;
import io.pgcask.api.v1alpha1.Provider;
import io.pgcask.api.v1alpha1.RestoreErrors;
import io.pgcask.api.v1alpha1.RestoreGlobals;
import io.pgcask.api.v1alpha1.RestoreMode;
import io.pgcask.api.v1alpha1.RestoreSpec;
import io.pgcask.api.v1alpha1.SqlSource;
import io.pgcask.api.v1alpha1.Storage;
import io.pgcask.api.v1alpha1.TlsMode;
import io.pgcask.api.v1alpha1.Verification;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.List;

/**
 * What one Job is to do. It travels as JSON in the environment variable {@link
 * Mounts#TASK_VARIABLE} and holds no secret: those are mounted as files, see {@link Mounts}.
 *
 * <p>Over 300 lines, since all that operator and runner agree on stands in one place, and most of
 * it is what its fields mean.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "task")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Task.Backup.class, name = "backup"),
  @JsonSubTypes.Type(value = Task.Restore.class, name = "restore"),
  @JsonSubTypes.Type(value = Task.Verify.class, name = "verify"),
  @JsonSubTypes.Type(value = Task.Import.class, name = "import"),
  @JsonSubTypes.Type(value = Task.Sweep.class, name = "sweep"),
  @JsonSubTypes.Type(value = Task.Probe.class, name = "probe"),
  @JsonSubTypes.Type(value = Task.Settle.class, name = "settle"),
  @JsonSubTypes.Type(value = Task.Delete.class, name = "delete")
})
public sealed interface Task {

  /** UID of the resource that the Job works for; part of application_name. */
  String uid();

  /** The storage that is read or written. */
  Storage storage();

  /** Directory of the backup, relative to the storage and to that of each copy. */
  String path();

  /** The storages of the backup's copies, as far as the task has to do with them. */
  default List<Storage> copies() {
    return List.of();
  }

  /**
   * Dump a database.
   *
   * @param namespace of the Backup
   * @param name of the Backup
   * @param connectionName name of the PostgresConnection
   * @param attempt from 1; a directory of its own in storage
   * @param server where the database is
   * @param spec what to dump and how; the other parameters say where from and where to
   * @param stallTimeoutSeconds see BackupSpec
   * @param previous the newest backup of the same kind, to estimate from; null: there is none
   * @param changeEvidence whether the result is to say what tells later that nothing has changed;
   *     absent in the JSON: no
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @RecordBuilder
  record Backup(
      String uid,
      String namespace,
      String name,
      String connectionName,
      int attempt,
      Server server,
      BackupSpec spec,
      Storage storage,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Storage> copies,
      String path,
      int stallTimeoutSeconds,
      Previous previous,
      @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean changeEvidence)
      implements Task {

    /** Absent in the JSON: none. */
    public Backup {
      copies = orNone(copies);
    }
  }

  /**
   * How large an earlier backup was.
   *
   * @param storedBytes of all its objects
   * @param databaseSizeBytes of the database at that time
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Previous(long storedBytes, long databaseSizeBytes) {}

  /**
   * Restore a backup into {@code server.database()}, or into the databases of the extent.
   *
   * @param server where the target is
   * @param mode what state the target must be in
   * @param bounds what it may do and until when; absent in the JSON: {@link Bounds#NONE}
   * @param decryption where the identity was mounted from; null: none was
   * @param stallTimeoutSeconds see RestoreSpec
   * @param choice which part of the backup
   * @param steps what is done around the load; absent in the JSON: {@link Steps#NONE}
   * @param extent what else than one database; absent in the JSON: {@link Extent#ONE_DATABASE}
   * @param createDatabase what a new database has otherwise than the original; null: nothing
   * @param bare what else the path may name than one of our backups; null: nothing
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @RecordBuilder
  record Restore(
      String uid,
      String namespace,
      String name,
      Server server,
      RestoreMode mode,
      Bounds bounds,
      Decryption decryption,
      Storage storage,
      String path,
      int stallTimeoutSeconds,
      RestoreChoice choice,
      Steps steps,
      Extent extent,
      CreateDatabase createDatabase,
      Bare bare)
      implements Task {

    /** Absent in the JSON: no bounds, everything of one database, and nothing around it. */
    public Restore {
      bounds = bounds == null ? Bounds.NONE : bounds;
      choice = choice == null ? RestoreChoice.EVERYTHING : choice;
      steps = steps == null ? Steps.NONE : steps;
      extent = extent == null ? Extent.ONE_DATABASE : extent;
    }

    /** Of one database of one of our backups, without globals. */
    public Restore(
        String uid,
        String namespace,
        String name,
        Server server,
        RestoreMode mode,
        Bounds bounds,
        Decryption decryption,
        Storage storage,
        String path,
        int stallTimeoutSeconds,
        RestoreChoice choice,
        Steps steps) {
      this(
          uid,
          namespace,
          name,
          server,
          mode,
          bounds,
          decryption,
          storage,
          path,
          stallTimeoutSeconds,
          choice,
          steps,
          Extent.ONE_DATABASE,
          null,
          null);
    }
  }

  /**
   * What is done around a load, and what of it is accepted; see RestoreSpec.
   *
   * @param errors absent in the JSON: Fail
   * @param preSql null: none
   * @param postSql null: none
   * @param analyze whether the planner's statistics are gathered afterwards
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @RecordBuilder
  record Steps(RestoreErrors errors, SqlSource preSql, SqlSource postSql, boolean analyze) {
    /** The load alone, without an error. */
    public static final Steps NONE = new Steps(RestoreErrors.FAIL, null, null, false);

    /** Absent in the JSON: an error is a failure. */
    public Steps {
      errors = errors == null ? RestoreErrors.FAIL : errors;
    }

    /** What a spec asks for. */
    public static Steps of(RestoreSpec spec) {
      return new Steps(
          spec.errors(), spec.preSql(), spec.postSql(), !Boolean.FALSE.equals(spec.analyze()));
    }

    /** Whether errors after which the tool goes on are accepted. */
    public boolean acceptsErrors() {
      return errors == RestoreErrors.ACCEPT;
    }
  }

  /**
   * What of a whole server is restored.
   *
   * @param databases in this order, each into a target of its own; empty: the one that the server
   *     of the task names
   * @param globals what of globals.sql comes before them
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  record Extent(List<RestoreSpec.Target> databases, RestoreGlobals globals) {
    /** No more than that. */
    public static final Extent ONE_DATABASE = new Extent(List.of(), RestoreGlobals.NONE);

    /** Absent in the JSON: no more than one database. */
    public Extent {
      databases = databases == null ? List.of() : List.copyOf(databases);
      globals = globals == null ? RestoreGlobals.NONE : globals;
    }

    /** Of a spec. */
    public static Extent of(RestoreSpec spec) {
      return new Extent(spec.databases(), spec.globals());
    }
  }

  /**
   * A dump that pg_dump made elsewhere, without a manifest: a file, or a directory with toc.dat.
   *
   * @param sha256 of the file as it is stored, hexadecimal; null: nobody knows it
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Bare(String sha256) {}

  /**
   * What a restore may do, and until when.
   *
   * @param dryRun whether it ends before the first write
   * @param notAfter after which it begins to write no more; null: there is no such time
   * @param terminateConnections whether it may end the sessions of others in the target
   * @param safetyBackup name of the Backup that has the target as it was; null: there is none
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @RecordBuilder
  record Bounds(
      boolean dryRun, Instant notAfter, boolean terminateConnections, String safetyBackup) {
    /** Writes, whenever that is, and leaves the sessions of others alone. */
    public static final Bounds NONE = new Bounds(false, null, false, null);

    /** Whether it is too late to begin to write. */
    public boolean passed(Instant now) {
      return notAfter != null && now.isAfter(notAfter);
    }
  }

  /**
   * Read a backup again, and say whether it is as it was written.
   *
   * @param verification how far, and where the identity was mounted from
   * @param server what level Restore restores into, a server whose databases are nobody's; null for
   *     every other level
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Verify(
      String uid,
      Verification verification,
      Server server,
      Storage storage,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Storage> copies,
      String path)
      implements Task {

    /** Absent in the JSON: none. */
    public Verify {
      copies = orNone(copies);
    }
  }

  /**
   * Read a backup that lies in storage, verify it, and report its result as if it had just been
   * made. Removes nothing, whatever it finds.
   *
   * @param verification how far, and where the identity was mounted from
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Import(String uid, Verification verification, Storage storage, String path)
      implements Task {}

  /**
   * Look in every storage for directories under the path that belong to no Backup. Nothing is
   * written or removed.
   *
   * @param claimed those that do
   * @param before only what was last written before is told of: the rest may still be at work
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Sweep(
      String uid,
      Storage storage,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Storage> copies,
      String path,
      ClaimedNames claimed,
      Instant before)
      implements Task {

    /** Absent in the JSON: none. */
    public Sweep {
      copies = orNone(copies);
    }
  }

  /**
   * Write a small object to every storage, read it, compare it and remove it.
   *
   * @param path the object itself, relative to each storage
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Probe(
      String uid,
      Storage storage,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Storage> copies,
      String path)
      implements Task {

    /** Absent in the JSON: none. */
    public Probe {
      copies = orNone(copies);
    }
  }

  /**
   * Decide what a backup whose result was lost has left in storage: with a valid manifest it is
   * complete and its result is reported again; otherwise everything under the path is removed. The
   * same for each copy.
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Settle(
      String uid,
      Storage storage,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Storage> copies,
      String path)
      implements Task {

    /** Absent in the JSON: none. */
    public Settle {
      copies = orNone(copies);
    }
  }

  /**
   * Remove everything under the path, in every storage: manifest first, then objects and unfinished
   * uploads.
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Delete(
      String uid,
      Storage storage,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Storage> copies,
      String path)
      implements Task {

    /** Absent in the JSON: none. */
    public Delete {
      copies = orNone(copies);
    }
  }

  private static List<Storage> orNone(List<Storage> copies) {
    return copies == null ? List.of() : List.copyOf(copies);
  }

  /**
   * A database on a server, without credentials.
   *
   * @param database the database to dump or to restore into
   * @param maintenanceDatabase null for the default: postgres, else template1
   * @param user null where the user is mounted or part of the mounted connection string
   * @param tlsMode as libpq means it
   * @param connectTimeoutSeconds bound of one attempt to connect
   * @param provider who runs the server; absent in the JSON: Generic
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @RecordBuilder
  record Server(
      String host,
      int port,
      String database,
      String maintenanceDatabase,
      String user,
      TlsMode tlsMode,
      int connectTimeoutSeconds,
      Provider provider) {

    /** Absent in the JSON: nobody of whom anything is known. */
    public Server {
      provider = provider == null ? Provider.GENERIC : provider;
    }

    /** On a server of nobody of whom anything is known. */
    public Server(
        String host,
        int port,
        String database,
        String maintenanceDatabase,
        String user,
        TlsMode tlsMode,
        int connectTimeoutSeconds) {
      this(
          host,
          port,
          database,
          maintenanceDatabase,
          user,
          tlsMode,
          connectTimeoutSeconds,
          Provider.GENERIC);
    }
  }
}
