package io.pgcask.runner.restore;

import io.pgcask.runner.tool.ToolLines;
import java.util.Optional;

/**
 * What is learned from pg_restore's lines while it runs: how far it is, and which of its errors are
 * none.
 *
 * @param entries empty: entries are not told
 * @param insight what is said of the progress
 * @param unknownSetting empty: pg_restore sends nothing that the target does not know
 * @param several whether several processes of pg_restore write at once
 */
record LoadProgress(
    Optional<EntryProgress> entries,
    RestoreInsight insight,
    Optional<UnknownSetting> unknownSetting,
    boolean several) {

  /**
   * Of a restore that begins to read now.
   *
   * @param part what is restored
   * @param unknownSetting whether several jobs will send what the target does not know
   */
  static LoadProgress begin(
      RestoreSource source, RestorePart part, boolean several, boolean unknownSetting) {
    var entries = part.progress();
    return new LoadProgress(
        entries,
        new RestoreInsight(part.storedBytes(source), entries),
        unknownSetting ? Optional.of(new UnknownSetting()) : Optional.empty(),
        several);
  }

  /** What the lines of the log go through. */
  ToolLines lines() {
    ToolLines lines = several ? new InterleavedLines() : ToolLines.ALL;
    if (unknownSetting.isPresent()) {
      lines = lines.then(unknownSetting.get());
    }
    return entries.isPresent() ? lines.then(entries.get()) : lines;
  }

  /** The tools have ended well. */
  void finished() {
    entries.ifPresent(EntryProgress::finished);
  }

  /** How many errors pg_restore counts that are none. */
  int foreseen() {
    return unknownSetting.map(UnknownSetting::foreseen).orElse(0);
  }
}
