package io.pgcask.contract;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.pgcask.api.v1alpha1.Compression;
import io.pgcask.api.v1alpha1.DumpFormat;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * The last thing that a backup writes, as {@code manifest.json} in its directory, and only if there
 * is none yet. No manifest, no backup.
 *
 * @param schemaVersion {@link #SCHEMA_VERSION}; a reader refuses a greater one
 * @param backup which resource it was
 * @param attempt whose objects these are
 * @param startedAt when the runner began, in UTC
 * @param completedAt when the last object was in storage
 * @param serverVersion for example 17.6
 * @param serverVersionNum for example 170006
 * @param toolVersion of pg_dump
 * @param toolMajor major version of pg_dump, which pg_restore must reach
 * @param format of the dumps
 * @param compression that was used
 * @param encryption of all files; absent: none
 * @param databases what was dumped, a dump each
 * @param files everything the backup consists of, manifest and RESTORE.md aside
 * @param warnings of pg_dump and of the runner
 * @param partial what was asked for but left out, in the words of allowPartial; absent: nothing
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@RecordBuilder
public record Manifest(
    int schemaVersion,
    Source backup,
    int attempt,
    Instant startedAt,
    Instant completedAt,
    String serverVersion,
    int serverVersionNum,
    String toolVersion,
    int toolMajor,
    DumpFormat format,
    Compression compression,
    Encrypted encryption,
    List<DumpedDatabase> databases,
    List<StoredFile> files,
    List<String> warnings,
    List<String> partial) {

  /** Name of the manifest in the backup's directory. */
  public static final String NAME = "manifest.json";

  /** Name of the instructions in the backup's directory. */
  public static final String RESTORE_NAME = "RESTORE.md";

  /** The version that this code writes. */
  public static final int SCHEMA_VERSION = 1;

  /** The resource that asked for the backup. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Source(String namespace, String name, String uid, String connection) {}

  /**
   * How all files are encrypted.
   *
   * @param method {@code age}
   * @param recipients public keys; the secret key of any one of them decrypts
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Encrypted(String method, List<String> recipients) {}

  /**
   * One database and the snapshot that its dump shows.
   *
   * @param properties what pg_restore would bring only with {@code -C}; of an encrypted backup only
   *     what CREATE DATABASE needs, the rest stands in the file with role PROPERTIES
   * @param snapshotAt when the snapshot was taken, by the server's clock
   * @param snapshotLsn WAL position at that time: a hint, absent where the role may not ask
   * @param sizeBytes pg_database_size at the snapshot
   * @param tables how many tables the dump holds
   * @param rowEstimate sum of the planner's row estimates of those tables
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record DumpedDatabase(
      Database properties,
      Instant snapshotAt,
      String snapshotLsn,
      Long sizeBytes,
      Long tables,
      Long rowEstimate) {

    /** Name of the database. */
    public String name() {
      return properties.name();
    }
  }

  /**
   * One file of the backup, in one object or, where storage bounds the size of objects, in several
   * that follow one another.
   *
   * @param database whose dump it belongs to; absent for the others
   * @param name for people and tools, for example {@code shop.dump} or {@code toc.dat}
   * @param objects in the order of their bytes, never empty
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record StoredFile(Role role, String database, String name, List<StoredObject> objects) {

    /** Bytes in storage. */
    public long storedBytes() {
      return objects.stream().mapToLong(StoredObject::sizeBytes).sum();
    }
  }

  /** What a file is to its backup. */
  public enum Role {
    /** A part of a database's dump. */
    DUMP,
    /** Roles and the like, SQL for psql; of a backup of a whole server. */
    GLOBALS,
    /** What the tools said. */
    LOG,
    /** The properties of an encrypted database, a {@link Database} as JSON. */
    PROPERTIES,
    /** What the snapshot held, to compare a restore with: a {@link SnapshotContent} as JSON. */
    CONTENT
  }

  /**
   * One object in storage.
   *
   * @param path relative to the backup's directory
   * @param sizeBytes as stored
   * @param sha256 of the stored bytes, hexadecimal
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record StoredObject(String path, long sizeBytes, String sha256) {}

  /** The files of a database's dump, in the order in which they were written. */
  public List<StoredFile> dumpOf(String database) {
    return files.stream()
        .filter(file -> file.role() == Role.DUMP && file.database().equals(database))
        .toList();
  }

  /** The names of all databases. */
  public List<String> databaseNames() {
    return databases.stream().map(DumpedDatabase::name).toList();
  }

  /** All objects of all files. */
  public List<StoredObject> allObjects() {
    return files.stream().flatMap(file -> file.objects().stream()).toList();
  }

  /** When the last of the snapshots was taken; null if that was not recorded. */
  public Instant snapshotAt() {
    return databases.stream()
        .map(DumpedDatabase::snapshotAt)
        .filter(Objects::nonNull)
        .max(Comparator.naturalOrder())
        .orElse(null);
  }

  /** Size of all databases together, in bytes. */
  public long databaseSizeBytes() {
    return databases.stream().mapToLong(DumpedDatabase::sizeBytes).sum();
  }

  /** Estimated rows of all databases together; null if that was not recorded of one. */
  public Long rowEstimate() {
    return databases.stream().anyMatch(database -> database.rowEstimate() == null)
        ? null
        : databases.stream().mapToLong(DumpedDatabase::rowEstimate).sum();
  }

  /** The hash of the dump, hexadecimal; null unless it is a single object. */
  public String sha256() {
    var dumps =
        files.stream()
            .filter(file -> file.role() == Role.DUMP)
            .flatMap(file -> file.objects().stream())
            .toList();
    return dumps.size() == 1 ? dumps.getFirst().sha256() : null;
  }

  /** Bytes of all objects. */
  public long storedBytes() {
    return files.stream().mapToLong(StoredFile::storedBytes).sum();
  }

  /**
   * Properties of the database itself.
   *
   * @param localeProvider libc, icu or builtin
   * @param locale ICU or builtin locale; null for libc
   * @param connectionLimit -1: none
   * @param acl GRANT targets as PostgreSQL prints them; null: the default
   * @param settings ALTER DATABASE ... SET, each {@code name=value}
   * @param roleSettings ALTER ROLE ... IN DATABASE ... SET
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @RecordBuilder
  public record Database(
      String name,
      String owner,
      String encoding,
      String localeProvider,
      String locale,
      String icuRules,
      String collate,
      String ctype,
      int connectionLimit,
      String comment,
      List<String> acl,
      List<String> settings,
      List<RoleSettings> roleSettings) {}

  /** What CREATE DATABASE needs, without a name or a value that somebody chose. */
  public static Database withoutSecrets(Database full) {
    return new Database(
        full.name(),
        null,
        full.encoding(),
        full.localeProvider(),
        full.locale(),
        full.icuRules(),
        full.collate(),
        full.ctype(),
        -1,
        null,
        null,
        null,
        null);
  }

  /** Settings of one role in the database, each {@code name=value}. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record RoleSettings(String role, List<String> settings) {}
}
