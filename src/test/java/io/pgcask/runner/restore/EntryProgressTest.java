package io.pgcask.runner.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.archive.ArchiveEntry;
import io.pgcask.archive.ArchiveSection;
import io.pgcask.archive.DataPlace;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EntryProgressTest {
  private static ArchiveEntry entry(int id, String namespace, String tag) {
    return new ArchiveEntry(
        id,
        false,
        0,
        0,
        tag,
        "TABLE",
        ArchiveSection.PRE_DATA,
        "",
        "",
        "",
        namespace,
        "",
        "",
        Optional.empty(),
        "owner",
        List.of(),
        new DataPlace.None());
  }

  private static EntryProgress of(int... ids) {
    return EntryProgress.of(
            IntStream.of(ids).mapToObj(id -> entry(id, "public", "t" + id)).toList())
        .orElseThrow();
  }

  private static EntryProgress.State after(EntryProgress progress, String lines) {
    assertThat(lines.lines().flatMap(line -> progress.next(line).stream()))
        .as("nothing of it gets into the log")
        .isEmpty();
    return progress.state();
  }

  @Test
  void countsOneAfterTheOtherByWhatIsBegun() {
    var progress = of(6, 216, 3359, 3361, 3212);

    assertThat(after(progress, "pg_restore: connecting to database for restore"))
        .isEqualTo(new EntryProgress.State(0, 5, Optional.empty()));
    assertThat(after(progress, "pg_restore: creating SCHEMA \"s\""))
        .isEqualTo(new EntryProgress.State(0, 5, Optional.of("SCHEMA s")));
    assertThat(
            after(
                progress,
                """
                pg_restore: creating TABLE "s.t"
                pg_restore: processing data for table "s.t "quoted""
                """))
        .isEqualTo(new EntryProgress.State(2, 5, Optional.of("TABLE DATA s.t \"quoted\"")));
    assertThat(
            after(
                progress,
                """
                pg_restore: processing BLOBS
                pg_restore: restoring large object with OID 16402
                pg_restore: restored 1 large object
                pg_restore: executing SEQUENCE SET t_id_seq
                """))
        .isEqualTo(new EntryProgress.State(4, 5, Optional.of("SEQUENCE SET t_id_seq")));
    assertThat(
            after(
                progress,
                """
                pg_restore: dropping TABLE t
                pg_restore: creating INDEX "s.i"
                pg_restore: creating INDEX "s.j"
                """))
        .as("more than was announced")
        .isEqualTo(new EntryProgress.State(5, 5, Optional.of("INDEX s.j")));
  }

  @Test
  void countsWhatWorkersGiveBackByNumber() {
    var progress = of(6, 216, 217, 3359, 3360, 3212);

    assertThat(
            after(
                progress,
                """
                pg_restore: processing item 3366 ENCODING ENCODING
                pg_restore: processing item 6 SCHEMA s
                pg_restore: creating SCHEMA "s"
                pg_restore: processing item 216 TABLE t
                pg_restore: creating TABLE "s.t"
                """))
        .as("the settings are no entries")
        .isEqualTo(new EntryProgress.State(1, 6, Optional.of("TABLE t")));
    assertThat(
            after(
                progress,
                """
                pg_restore: entering main parallel loop
                pg_restore: skipping item 217 TABLE u
                pg_restore: skipping item 999 TABLE v
                pg_restore: launching item 3359 TABLE DATA t
                pg_restore: launching item 3360 TABLE DATA u
                pg_restore: processing data for table "s.u"
                """))
        .isEqualTo(new EntryProgress.State(3, 6, Optional.of("TABLE DATA t and 1 more")));
    assertThat(
            after(
                progress,
                """
                pg_restore: finished item 3360 TABLE DATA u
                pg_restore: finished item 3359 TABLE DATA t
                pg_restore: finished item 3359 TABLE DATA t
                pg_restore: finished main parallel loop
                """))
        .isEqualTo(new EntryProgress.State(5, 6, Optional.empty()));
    assertThat(after(progress, "pg_restore: processing missed item 3212 CONSTRAINT t t_pkey"))
        .isEqualTo(new EntryProgress.State(5, 6, Optional.of("CONSTRAINT t t_pkey")));

    progress.finished();
    assertThat(progress.state()).isEqualTo(new EntryProgress.State(6, 6, Optional.empty()));
  }

  @Test
  void leavesWhatIsNoProgressToTheLog() {
    var lines =
        List.of(
            "pg_restore: while PROCESSING TOC:",
            "pg_restore: from TOC entry 3371; 0 0 ACL TABLE t postgres",
            "pg_restore: error: could not execute query: ERROR:  role \"gone\" does not exist",
            "Command was: GRANT SELECT ON TABLE s.t TO gone;",
            "pg_restore: warning: errors ignored on restore: 1",
            "psql:<stdin>:7: ERROR:  creating");
    var progress = of(1);

    assertThat(lines.stream().flatMap(line -> progress.next(line).stream()))
        .containsExactlyElementsOf(lines);
    assertThat(
            after(
                progress, "pg_restore: launching item x\npg_restore: finished item 99999999999 y"))
        .as("what cannot be read counts nothing")
        .extracting(EntryProgress.State::done)
        .isEqualTo(0);
  }

  @Test
  void tellsNothingByNamesThatCouldBeLines() {
    assertThat(EntryProgress.of(List.of(entry(1, "public", "x\npg_restore: error: y")))).isEmpty();
    assertThat(EntryProgress.of(List.of(entry(1, "a\rb", "x")))).isEmpty();
  }
}
