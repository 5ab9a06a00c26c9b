package io.pgcask.operator.sweep;

import io.pgcask.api.v1alpha1.Storage;
import io.pgcask.api.v1alpha1.UnclaimedData;
import io.pgcask.contract.Swept;
import io.pgcask.operator.Quantities;
import io.pgcask.operator.status.Conditions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** What was found, as a status says it: a piece of news, and no alarm. Pure. */
final class UnclaimedReport {

  private static final String REMEDY =
      "nothing will remove it: make a Backup with spec.imported of what you want to keep on record,"
          + " and delete by hand what nobody needs";

  private UnclaimedReport() {}

  /** What was found in some storages, in the order in which {@code Swept} numbers them. */
  record Part(List<Storage> storages, Swept swept) {

    /** Storages that could not be looked into. */
    static Part failed(List<Storage> storages, String why) {
      return new Part(storages, new Swept(0, 0, 0, false, List.of(), List.of(why)));
    }
  }

  /** The status of all parts. */
  static UnclaimedData of(String directory, List<Part> parts, Instant now) {
    var backups = parts.stream().mapToInt(part -> part.swept().backups()).sum();
    var leftovers = parts.stream().mapToInt(part -> part.swept().leftovers()).sum();
    var bytes = parts.stream().mapToLong(part -> part.swept().sizeBytes()).sum();
    var found =
        parts.stream()
            .flatMap(part -> part.swept().found().stream().map(one -> found(directory, part, one)))
            .sorted(Comparator.comparing((UnclaimedData.Found one) -> !one.complete()))
            .limit(Swept.MAX_FOUND)
            .toList();
    return new UnclaimedData(
        now,
        backups,
        leftovers,
        bytes,
        Quantities.formatBytes(bytes),
        found.isEmpty() ? null : found,
        Conditions.truncate(message(backups, leftovers, bytes, parts)));
  }

  private static UnclaimedData.Found found(String directory, Part part, Swept.Found one) {
    var path = directory + "/" + one.name();
    var location = part.storages().get(one.storage()).location(path);
    return new UnclaimedData.Found(
        location.substring(0, location.length() - path.length() - 1),
        path,
        one.complete(),
        one.sizeBytes(),
        one.lastModified());
  }

  private static String message(int backups, int leftovers, long bytes, List<Part> parts) {
    var sentences = new ArrayList<String>();
    if (backups + leftovers == 0) {
      sentences.add("no data without a Backup was found");
    } else {
      sentences.add(
          "storage holds data that belongs to no Backup, %s: %s; %s"
              .formatted(Quantities.formatBytes(bytes), counts(backups, leftovers), REMEDY));
    }
    if (parts.stream().anyMatch(part -> part.swept().more())) {
      sentences.add("not all of it could be looked at in one go, there may be more");
    }
    parts.stream()
        .flatMap(part -> part.swept().failures().stream())
        .map("a storage could not be looked into: "::concat)
        .forEach(sentences::add);
    return String.join("; ", sentences);
  }

  private static String counts(int backups, int leftovers) {
    return Stream.of(
            count(backups, "complete backup", "complete backups"),
            count(leftovers, "directory without a manifest", "directories without a manifest"))
        .flatMap(Optional::stream)
        .reduce((one, other) -> one + " and " + other)
        .orElseThrow();
  }

  private static Optional<String> count(int number, String one, String many) {
    return number == 0
        ? Optional.empty()
        : Optional.of("%d %s".formatted(number, number == 1 ? one : many));
  }

  /** Whether there is something to tell that was not there before. */
  static boolean isNews(UnclaimedData before, UnclaimedData now) {
    var nothing = now.backups() + now.leftovers() == 0;
    return !nothing
        && (before == null
            || !Objects.equals(before.backups(), now.backups())
            || !Objects.equals(before.leftovers(), now.leftovers())
            || !paths(before).equals(paths(now)));
  }

  private static List<String> paths(UnclaimedData data) {
    return Optional.ofNullable(data.found()).orElse(List.of()).stream()
        .map(one -> one.storage() + "/" + one.path() + "/" + one.complete())
        .toList();
  }
}
