package io.pgcask.runner.backup;

import io.pgcask.api.v1alpha1.DumpFormat;
import io.pgcask.api.v1alpha1.Storage;
import io.pgcask.contract.Manifest;
import io.pgcask.runner.database.DatabaseSql;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The text of RESTORE.md: how to restore this very backup with nothing but PostgreSQL's own
 * programs. A function of the manifest, so that whoever has lost the race for the manifest can
 * write the winner's again.
 */
public final class RestoreGuide {
  private static final String MOUNT = "/path/of/the/volume";

  private final Manifest manifest;
  private final String place;
  private final Storage storage;

  /**
   * For a backup.
   *
   * @param place of its directory, for people
   * @param storage where that is
   */
  public RestoreGuide(Manifest manifest, String place, Storage storage) {
    this.manifest = manifest;
    this.place = place;
    this.storage = storage;
  }

  /** The whole text. */
  public byte[] bytes() {
    return (manifest.databases().size() == 1 ? ofOne(manifest.databases().getFirst()) : ofServer())
        .getBytes(StandardCharsets.UTF_8);
  }

  private String ofOne(Manifest.DumpedDatabase database) {
    return """
    # Restore this backup without pgcask

    Database %s of PostgreSQL %s, as it was at %s. Dumped by pg_dump %s.
    Everything here also stands in manifest.json.

    %s    """
        .formatted(
            code(database.name()),
            manifest.serverVersion(),
            database.snapshotAt(),
            manifest.toolVersion(),
            globals()
                    .map(
                        file ->
                            "## The roles that it names, where they do not exist\n\n%s\n## The database\n\n"
                                .formatted(steps(file)))
                    .orElse("")
                + steps(database));
  }

  private String ofServer() {
    var text = new StringBuilder();
    text.append(
        """
        # Restore this backup without pgcask

        %d databases of a server with PostgreSQL %s. Dumped by pg_dump %s.
        Everything here also stands in manifest.json. Each database can be restored alone.
        """
            .formatted(
                manifest.databases().size(), manifest.serverVersion(), manifest.toolVersion()));
    globals()
        .ifPresent(
            file ->
                text.append(
                    """

                    ## Roles and what else belongs to no database

                    %s"""
                        .formatted(steps(file))));
    for (var database : manifest.databases()) {
      text.append(
          """

          ## Database %s

          As it was at %s.

          %s          """
              .formatted(code(database.name()), database.snapshotAt(), steps(database)));
    }
    return text.toString();
  }

  private String steps(Manifest.StoredFile globals) {
    return """
    1. Fetch and check the file:

    %s

    2. Run it before anything is restored. A role that exists already is left as it is, perhaps with
       an error, which does no harm:

           psql -X -d postgres -f %s
    """
        .formatted(indented(withRemarks(fetchFile(globals))), globals.name());
  }

  private Optional<Manifest.StoredFile> globals() {
    return manifest.files().stream()
        .filter(file -> file.role() == Manifest.Role.GLOBALS)
        .findFirst();
  }

  private String steps(Manifest.DumpedDatabase database) {
    var dump = manifest.dumpOf(database.name());
    var sql = new DatabaseSql(database.name(), database.properties());
    return """
    1. Fetch the dump and check it (%d bytes):

    %s

    2. Create the database, in psql on the target server (leave out what an older server does
       not know):

           %s;

    3. Load the dump with client programs of PostgreSQL %d or newer. %s

           %s

    4. Give the database its properties%s:

    %s
    """
        .formatted(
            dump.stream().mapToLong(Manifest.StoredFile::storedBytes).sum(),
            indented(fetch(dump)),
            sql.create(manifest.serverVersionNum() / 10000),
            manifest.toolMajor(),
            roles(),
            load(loaded(dump), database.name()),
            manifest.encryption() == null
                ? ", in psql"
                : ": owner, settings and grants stand in a file of their own",
            indented(properties(sql, database.name())));
  }

  private String roles() {
    return manifest.format() == DumpFormat.PLAIN
        ? "The roles that it names must\n   exist:"
        : "The roles that it names must\n   exist, or add --no-owner --no-privileges:";
  }

  private List<String> properties(DatabaseSql sql, String database) {
    if (manifest.encryption() == null) {
      return sql.afterData().stream().map(statement -> statement + ";").toList();
    }
    var commands = new ArrayList<String>();
    for (var file : manifest.files()) {
      if (file.role() == Manifest.Role.PROPERTIES && database.equals(file.database())) {
        commands.addAll(fetchFile(file));
        commands.add("cat " + file.name());
      }
    }
    return commands;
  }

  private static String indented(List<String> lines) {
    return lines.stream().map(line -> "       " + line).collect(Collectors.joining("\n"));
  }

  /** Commands that fetch a dump, check it, and make of it what the tools read. */
  private List<String> fetch(List<Manifest.StoredFile> dump) {
    return withRemarks(
        manifest.format() == DumpFormat.DIRECTORY
            ? fetchDirectory(dump)
            : fetchFile(dump.getFirst()));
  }

  /** The commands, with a line before them about what they take for granted. */
  private List<String> withRemarks(List<String> fetching) {
    var commands = new ArrayList<String>();
    if (storage.s3() == null) {
      commands.add(
          "# where the volume of claim %s is mounted at %s"
              .formatted(storage.persistentVolumeClaim().claimName(), MOUNT));
    } else if (storage.s3().caSecretRef() != null) {
      commands.add("# the server's certificate is of a CA of its own: aws --ca-bundle CA-FILE ...");
    }
    commands.addAll(fetching);
    return commands;
  }

  private List<String> fetchFile(Manifest.StoredFile file) {
    var commands = new ArrayList<String>();
    for (var object : file.objects()) {
      commands.add(copy("", object.path(), "."));
      commands.add("echo '%s  %s' | sha256sum --check".formatted(object.sha256(), last(object)));
    }
    for (var more : file.objects().subList(1, file.objects().size())) {
      commands.add("cat %s >> %s".formatted(last(more), last(file.objects().getFirst())));
    }
    if (manifest.encryption() != null) {
      commands.add(
          "age -d -i IDENTITY-FILE -o %s %s"
              .formatted(file.name(), last(file.objects().getFirst())));
    }
    return commands;
  }

  private List<String> fetchDirectory(List<Manifest.StoredFile> dump) {
    var directory = directory(dump);
    var commands = new ArrayList<String>();
    commands.add(
        copy(
            storage.s3() == null ? "-r " : "--recursive ", directory, BackupFiles.name(directory)));
    commands.add(copy("", Manifest.NAME, "."));
    commands.add(checkDirectory(directory));
    for (var file : dump) {
      for (var more : file.objects().subList(1, file.objects().size())) {
        commands.add(
            "(cd %1$s && cat %2$s >> %3$s && rm %2$s)"
                .formatted(
                    BackupFiles.name(directory), last(more), last(file.objects().getFirst())));
      }
    }
    if (manifest.encryption() != null) {
      commands.add(
          "for f in %s/*.age; do age -d -i IDENTITY-FILE -o \"${f%%.age}\" \"$f\" && rm \"$f\"; done"
              .formatted(BackupFiles.name(directory)));
    }
    return commands;
  }

  /** The manifest's paths begin in the backup's directory, those of the copy in the dump's own. */
  private static String checkDirectory(String directory) {
    var above = directory.substring(0, directory.lastIndexOf('/') + 1);
    return "jq -r '.files[].objects[] | select(.path | startswith(\"%s/\"))".formatted(directory)
        + " | \"\\(.sha256)  \\(.path | ltrimstr(\"%s\"))\"' manifest.json".formatted(above)
        + " | sha256sum --quiet --check";
  }

  private static String directory(List<Manifest.StoredFile> dump) {
    var path = dump.getFirst().objects().getFirst().path();
    return path.substring(0, path.lastIndexOf('/'));
  }

  private static String last(Manifest.StoredObject object) {
    return BackupFiles.name(object.path());
  }

  private String copy(String options, String path, String to) {
    var from = place + "/" + path;
    return storage.s3() != null
        ? "aws s3 cp " + server(storage.s3()) + options + shell(from) + " " + to
        : "cp " + options + shell(MOUNT + "/" + from.replaceFirst("^pvc://[^/]*/", "")) + " " + to;
  }

  /** Which server, if it is not the one that the program takes by itself. */
  private static String server(Storage.S3 s3) {
    var options = new StringBuilder();
    if (s3.endpoint() != null) {
      options.append("--endpoint-url ").append(shell(s3.endpoint())).append(' ');
    }
    if (s3.region() != null) {
      options.append("--region ").append(s3.region()).append(' ');
    }
    return options.toString();
  }

  /** What the tools are given: the file, or the directory. */
  private String loaded(List<Manifest.StoredFile> dump) {
    return manifest.format() == DumpFormat.DIRECTORY
        ? BackupFiles.name(directory(dump))
        : dump.getFirst().name();
  }

  private String load(String file, String database) {
    var connection = shell("dbname=" + conninfo(database));
    if (manifest.format() != DumpFormat.PLAIN) {
      return "pg_restore --exit-on-error --dbname=" + connection + " " + file;
    }
    var read =
        switch (manifest.compression().method()) {
          case ZSTD -> "zstd -dc ";
          case LZ4 -> "lz4 -dc ";
          case GZIP -> "gzip -dc ";
          case NONE -> "cat ";
        };
    return read + file + " | psql -X -v ON_ERROR_STOP=1 -d " + connection;
  }

  private static String conninfo(String value) {
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }

  private static String shell(String value) {
    return "'" + value.replace("'", "'\\''") + "'";
  }

  /** A name that may hold backticks. */
  private static String code(String name) {
    return name.contains("`") ? "`` " + name + " ``" : "`" + name + "`";
  }
}
