package io.pgcask.runner.stored;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.archive.Archive;
import io.pgcask.archive.ArchiveEntry;
import io.pgcask.archive.ArchiveShape;
import io.pgcask.archive.DataPlace;
import io.pgcask.runner.TaskFailedException;
import io.pgcask.storage.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * The files of a dump in a directory, by what its table of contents and its lists of large objects
 * name. Whatever else lies there is none of the dump's.
 */
final class BareDirectory {
  static final String CONTENTS = "toc.dat";

  private static final Pattern DATA = Pattern.compile("[0-9]+\\.dat|blob_[0-9]+\\.dat");
  private static final Pattern LARGE_OBJECTS = Pattern.compile("blobs(_[0-9]+)?\\.toc");
  private static final Pattern LARGE_OBJECT = Pattern.compile("[0-9]+ (blob_[0-9]+\\.dat)");

  private final ObjectStore store;
  private final String directory;

  /** By their names without what tells how they are compressed. */
  private final Map<String, String> present = new LinkedHashMap<>();

  /** How the rows of a table end, by the name of their file likewise. */
  private final Map<String, Supplier<Completeness>> rows = new HashMap<>();

  private BareDirectory(ObjectStore store, String directory) {
    this.store = store;
    this.directory = directory;
  }

  /** Looks what lies in a directory. */
  static BareDirectory list(ObjectStore store, String directory)
      throws TaskFailedException, IOException {
    var found = new BareDirectory(store, directory);
    for (var key : store.list(directory)) {
      var name = key.substring(directory.length() + 1);
      var plain = Decompression.plainName(name);
      if (DATA.matcher(plain).matches() || LARGE_OBJECTS.matcher(name).matches()) {
        if (found.present.put(plain, name) != null) {
          throw found.invalid("holds file %s twice, compressed and not".formatted(plain));
        }
      }
    }
    return found;
  }

  /** Opens one of its files, without what lies around it. */
  interface Opener {
    InputStream open(String name) throws IOException;
  }

  /**
   * The names of the dump's files, {@code toc.dat} first.
   *
   * @throws TaskFailedException InvalidDump if one is missing, or a list of large objects is cut
   */
  List<String> names(Archive archive, Opener opener) throws TaskFailedException, IOException {
    for (var entry : archive.entries()) {
      if (entry.data() instanceof DataPlace.File file && entry.desc().equals("TABLE DATA")) {
        rows.put(file.name(), ending(entry));
      }
    }
    var names = new LinkedHashMap<String, String>();
    names.put(CONTENTS, CONTENTS);
    for (var name : ArchiveShape.of(archive).files()) {
      names.put(name, mustBePresent(name, CONTENTS));
    }
    for (var list : List.copyOf(names.keySet())) {
      if (LARGE_OBJECTS.matcher(list).matches()) {
        for (var name : largeObjects(list, opener)) {
          names.put(name, mustBePresent(name, list));
        }
      }
    }
    var unnamed = new HashSet<>(present.keySet());
    unnamed.removeAll(names.keySet());
    unnamed.removeIf(name -> !name.startsWith("blob_"));
    if (!unnamed.isEmpty()) {
      throw invalid(
          "holds large objects that no list of them names, such as %s: the list is incomplete"
              .formatted(unnamed.iterator().next()));
    }
    return List.copyOf(names.values());
  }

  private static Supplier<Completeness> ending(ArchiveEntry entry) {
    return entry.copy().isEmpty() ? Completeness::ofInserts : Completeness::ofCopy;
  }

  private String mustBePresent(String name, String list) throws TaskFailedException {
    if (!present.containsKey(name)) {
      throw invalid("lacks file %s, which %s names: it is incomplete".formatted(name, list));
    }
    return present.get(name);
  }

  private Set<String> largeObjects(String list, Opener opener)
      throws TaskFailedException, IOException {
    String text;
    try (var in = opener.open(list)) {
      text = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
    var names = new HashSet<String>();
    for (var line : (Iterable<String>) text.lines()::iterator) {
      var object = LARGE_OBJECT.matcher(line);
      if (!object.matches()) {
        throw invalid("has a list of large objects, %s, that is none".formatted(list));
      }
      names.add(object.group(1));
    }
    if (!text.isEmpty() && !text.endsWith("\n")) {
      throw invalid("has a list of large objects, %s, that is cut off".formatted(list));
    }
    return names;
  }

  /** How to look at the content of one of its files. */
  Completeness completeness(String name) {
    return rows.getOrDefault(Decompression.plainName(name), Completeness::unknown).get();
  }

  private TaskFailedException invalid(String how) {
    return new TaskFailedException(
        Reason.INVALID_DUMP, "the dump in directory %s %s".formatted(store.place(directory), how));
  }
}
