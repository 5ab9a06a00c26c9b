package io.pgcask.runner.stored;

import io.pgcask.api.v1alpha1.DumpFormat;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.archive.Archive;
import io.pgcask.archive.ArchiveShape;
import io.pgcask.contract.Manifest;
import io.pgcask.runner.RunContext;
import io.pgcask.runner.TaskFailedException;
import io.pgcask.storage.ObjectStore;
import io.pgcask.storage.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A dump that somebody's pg_dump wrote and nobody's manifest describes: a file, or a directory that
 * holds toc.dat. What it is, is told by its bytes, never by its name.
 */
public final class BareDump {
  private final RunContext context;
  private final String directory;
  private final DumpFormat format;
  private final Layers layers;
  private final Content content;
  private final List<Manifest.StoredObject> objects;
  private final Optional<BareDirectory> files;

  private BareDump(
      RunContext context,
      String directory,
      DumpFormat format,
      Layers layers,
      Content content,
      List<Manifest.StoredObject> objects,
      Optional<BareDirectory> files) {
    this.context = context;
    this.directory = directory;
    this.format = format;
    this.layers = layers;
    this.content = content;
    this.objects = objects;
    this.files = files;
  }

  /** What is known of a dump from its beginning. */
  public sealed interface Content {
    /** An archive has a table of contents. */
    record OfArchive(Archive archive) implements Content {}

    /** A Plain dump has a few lines. */
    record OfPlain(PlainHead head) implements Content {}
  }

  /**
   * Looks for one.
   *
   * @param path of the file, or of the directory
   * @param sha256 of the file as it is stored; empty: nobody knows
   * @return empty if there is neither
   * @throws TaskFailedException InvalidDump if what lies there is no dump that can be restored
   */
  public static Optional<BareDump> find(RunContext context, String path, Optional<String> sha256)
      throws TaskFailedException, IOException {
    var size = context.store().size(path);
    if (size.isPresent()) {
      int slash = path.lastIndexOf('/');
      var object =
          new Manifest.StoredObject(
              path.substring(slash + 1), size.getAsLong(), sha256.orElse(null));
      return Optional.of(ofFile(context, path.substring(0, Math.max(0, slash)), object));
    }
    return context.store().size(path + "/" + BareDirectory.CONTENTS).isPresent()
        ? Optional.of(ofDirectory(context, path))
        : Optional.empty();
  }

  private static BareDump ofFile(RunContext context, String directory, Manifest.StoredObject object)
      throws TaskFailedException, IOException {
    var place = context.store().place(StoredBackup.key(directory, object));
    try (var input = new StoredInput(List.of(object), new Opener(context.store(), directory))) {
      var peeled = peel(context, input, place);
      try (var plain = peeled.plain()) {
        var format = format(peeled.dump(), place);
        var content = content(format, input, plain, place);
        if (isOfDirectory(content)) {
          throw new TaskFailedException(
              Reason.INVALID_DUMP,
              place + " is the table of contents of a dump in a directory: name the directory");
        }
        return new BareDump(
            context,
            directory,
            format,
            peeled.layers(),
            content,
            List.of(object),
            Optional.empty());
      }
    }
  }

  private static Layers.Peeled peel(RunContext context, StoredInput input, String place)
      throws StorageException {
    try {
      return Layers.peel(input.shielded(), context.identities());
    } catch (IOException e) {
      throw WholeInput.invalid(input, place, e);
    }
  }

  private static boolean isOfDirectory(Content content) {
    return content instanceof Content.OfArchive of
        && of.archive().container() == Archive.Container.DIRECTORY;
  }

  private static DumpFormat format(Beginning beginning, String place) throws TaskFailedException {
    return switch (beginning) {
      case CUSTOM -> DumpFormat.CUSTOM;
      case TAR -> DumpFormat.TAR;
      case PLAIN -> DumpFormat.PLAIN;
      default ->
          throw new TaskFailedException(
              Reason.INVALID_DUMP,
              "%s is no dump that can be restored: it %s".formatted(place, beginning.refusal()));
    };
  }

  private static Content content(
      DumpFormat format, StoredInput input, InputStream plain, String place)
      throws TaskFailedException, IOException {
    try {
      if (format != DumpFormat.PLAIN) {
        return new Content.OfArchive(ArchiveContents.read(input, plain).archive());
      }
      var head = PlainHead.read(plain);
      if (head.aboutDatabases()) {
        throw new TaskFailedException(
            Reason.INVALID_DUMP,
            "%s creates or drops a database, or connects to one: take it without --create (-C), or as"
                    .formatted(place)
                + " an archive");
      }
      return new Content.OfPlain(head);
    } catch (TaskFailedException e) {
      throw e.reason() == Reason.VERIFICATION_FAILED
          ? new TaskFailedException(Reason.INVALID_DUMP, place + ": " + e.getMessage())
          : e;
    } catch (IOException e) {
      throw WholeInput.invalid(input, place, e);
    }
  }

  private static BareDump ofDirectory(RunContext context, String path)
      throws TaskFailedException, IOException {
    var store = context.store();
    var opener = new Opener(store, path);
    var contents = object(store, path, BareDirectory.CONTENTS);
    Layers layers;
    Archive archive;
    try (var input = new StoredInput(List.of(contents), opener)) {
      var place = opener.place(contents);
      var peeled = peel(context, input, place);
      try (var plain = peeled.plain()) {
        layers = peeled.layers();
        if (peeled.dump() != Beginning.CUSTOM
            || layers.compressed()
            || !(content(DumpFormat.DIRECTORY, input, plain, place) instanceof Content.OfArchive of)
            || of.archive().container() != Archive.Container.DIRECTORY) {
          throw new TaskFailedException(
              Reason.INVALID_DUMP,
              place + " is not the table of contents of a dump in a directory");
        }
        archive = of.archive();
      }
    }
    var files = BareDirectory.list(store, path);
    var objects = new ArrayList<Manifest.StoredObject>();
    for (var name :
        files.names(
            archive, file -> layers.open(store.open(path + "/" + file), context.identities()))) {
      objects.add(object(store, path, name));
    }
    return new BareDump(
        context,
        path,
        DumpFormat.DIRECTORY,
        layers,
        new Content.OfArchive(archive),
        List.copyOf(objects),
        Optional.of(files));
  }

  private static Manifest.StoredObject object(ObjectStore store, String directory, String name)
      throws TaskFailedException, StorageException {
    var key = directory + "/" + name;
    var size = store.size(key);
    if (size.isEmpty()) {
      throw new TaskFailedException(
          Reason.STORAGE_NOT_FOUND, store.place(key) + " does not exist any more");
    }
    return new Manifest.StoredObject(name, size.getAsLong(), null);
  }

  /** Its format. */
  public DumpFormat format() {
    return format;
  }

  /** What is known of it. */
  public Content content() {
    return content;
  }

  /** Its format and what lies around it, for people. */
  public String shown() {
    var name = format.name();
    return name.charAt(0) + name.substring(1).toLowerCase(Locale.ROOT) + layers.shown();
  }

  /** The name of the file, or of the directory. */
  public String name() {
    return format == DumpFormat.DIRECTORY
        ? directory.substring(directory.lastIndexOf('/') + 1)
        : objects.getFirst().path();
  }

  /** What it consists of, as files of the dump of a database. */
  public List<Manifest.StoredFile> files(String database) {
    return objects.stream()
        .map(
            object ->
                new Manifest.StoredFile(
                    Manifest.Role.DUMP, database, object.path(), List.of(object)))
        .toList();
  }

  /**
   * The dump as a backup.
   *
   * @param manifest which stands in place of the one that there is not; with {@link #files}
   */
  public StoredBackup describedBy(Manifest manifest) {
    var wrapping =
        new BareWrapping(
            context.store(), directory, layers, context.identities(), ofPlain(), ofContent());
    return new StoredBackup(context.store(), context.json(), directory, manifest, wrapping);
  }

  /** Without the table of contents, which may be large and is not needed any more. */
  private Supplier<Completeness> ofPlain() {
    if (files.isPresent()) {
      return Completeness::unknown;
    }
    return switch (content) {
      case Content.OfArchive of -> {
        var shape = ArchiveShape.of(of.archive());
        yield () -> Completeness.ofArchive(shape);
      }
      case Content.OfPlain of -> {
        var restriction = of.head().restriction();
        yield () -> Completeness.ofPlain(restriction);
      }
    };
  }

  private Function<String, Completeness> ofContent() {
    return files.isPresent() ? files.get()::completeness : name -> Completeness.unknown();
  }

  /** Where its objects are. */
  private record Opener(ObjectStore store, String directory) implements StoredInput.Opener {
    @Override
    public InputStream open(Manifest.StoredObject object) throws StorageException {
      return store.open(StoredBackup.key(directory, object));
    }

    @Override
    public String place(Manifest.StoredObject object) {
      return store.place(StoredBackup.key(directory, object));
    }

    @Override
    public StoredInput.Witness witness() {
      return StoredInput.Witness.RESTORE;
    }
  }
}
