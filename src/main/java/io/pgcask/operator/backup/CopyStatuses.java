package io.pgcask.operator.backup;

import io.pgcask.api.v1alpha1.Backup;
import io.pgcask.api.v1alpha1.CopyResult;
import io.pgcask.api.v1alpha1.CopyStatus;
import io.pgcask.api.v1alpha1.Storage;
import io.pgcask.api.v1alpha1.VerificationResult;
import io.pgcask.api.v1alpha1.VerificationStatus;
import io.pgcask.contract.Result;
import io.pgcask.operator.status.Conditions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** What the status of a Backup says of its copies. Pure. */
final class CopyStatuses {

  private static final Comparator<VerificationStatus> BY_SEVERITY =
      Comparator.comparingInt(
          status ->
              switch (status.result()) {
                case PASSED -> 0;
                case INCONCLUSIVE -> 1;
                case DAMAGED -> 2;
              });

  private CopyStatuses() {}

  /** From a result, which has the copies in the order of the spec; null if it tells of none. */
  static List<CopyStatus> of(Backup backup, Result result) {
    if (result.copies() == null) {
      return null;
    }
    var storages = BackupPlaces.copies(backup);
    return IntStream.range(0, Math.min(storages.size(), result.copies().size()))
        .mapToObj(
            i -> {
              var copied = result.copies().get(i);
              return new CopyStatus(
                  BackupPlaces.location(backup, storages.get(i)),
                  copied.complete() ? CopyResult.COMPLETED : CopyResult.FAILED,
                  copied.sizeBytes(),
                  copied.verified(),
                  Conditions.truncate(Optional.ofNullable(copied.message()).orElse("")));
            })
        .toList();
  }

  /** The storages of the copies that there are: only these can be verified. */
  static List<Storage> complete(Backup backup) {
    var known = known(backup);
    var storages = BackupPlaces.copies(backup);
    return IntStream.range(0, Math.min(storages.size(), known.size()))
        .filter(i -> known.get(i).result() == CopyResult.COMPLETED)
        .mapToObj(storages::get)
        .toList();
  }

  /**
   * The same copies after those that there are were verified anew.
   *
   * @param verified in the order of {@link #complete}; fewer, if nothing was read
   */
  static List<CopyStatus> verifiedAnew(Backup backup, List<Result.Copied> verified) {
    var news = verified.iterator();
    var copies = new ArrayList<CopyStatus>();
    for (var copy : known(backup)) {
      if (copy.result() == CopyResult.COMPLETED && news.hasNext()) {
        var found = news.next();
        copies.add(
            new CopyStatus(
                copy.location(),
                copy.result(),
                copy.sizeBytes(),
                found.verified(),
                Conditions.truncate(found.message())));
      } else {
        copies.add(copy);
      }
    }
    return copies.isEmpty() ? null : List.copyOf(copies);
  }

  /** The worst that was found of the backup and of its copies: the whole is as good as that. */
  static VerificationStatus worst(VerificationStatus backup, List<CopyStatus> copies) {
    var worst = backup;
    for (var copy : Optional.ofNullable(copies).orElse(List.of())) {
      if (copy.verified() != null) {
        var found = of(copy, backup);
        worst = BY_SEVERITY.compare(found, worst) > 0 ? found : worst;
      }
    }
    return worst;
  }

  private static VerificationStatus of(CopyStatus copy, VerificationStatus backup) {
    var message =
        copy.verified() == VerificationResult.PASSED
            ? copy.message()
            : "the copy in %s: %s".formatted(copy.location(), copy.message());
    return new VerificationStatus(
        backup.level(),
        copy.verified(),
        Conditions.truncate(message),
        backup.time(),
        backup.durationSeconds(),
        null);
  }

  private static List<CopyStatus> known(Backup backup) {
    return Optional.ofNullable(backup.getStatus().copies()).orElse(List.of());
  }
}
