package io.pgcask.operator.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.pgcask.api.v1alpha1.LocalObjectRef;
import io.pgcask.api.v1alpha1.Storage;
import io.pgcask.api.v1alpha1.UnclaimedData;
import io.pgcask.contract.Swept;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class UnclaimedReportTest {
  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
  private static final Instant OLD = Instant.parse("2026-11-01T03:00:00Z");
  private static final Storage BUCKET = bucket("shop");
  private static final Storage VOLUME =
      new Storage(null, new Storage.PersistentVolumeClaim("claim", null));

  private static Storage bucket(String prefix) {
    return new Storage(
        new Storage.S3("backups", prefix, null, null, null, new LocalObjectRef("s3"), null), null);
  }

  private static UnclaimedReport.Part part(Storage storage, Swept.Found... found) {
    var complete = (int) List.of(found).stream().filter(Swept.Found::complete).count();
    return new UnclaimedReport.Part(
        List.of(storage),
        new Swept(
            complete,
            found.length - complete,
            List.of(found).stream().mapToLong(Swept.Found::sizeBytes).sum(),
            false,
            List.of(found),
            List.of()));
  }

  private static Swept.Found found(String name, boolean complete) {
    return new Swept.Found(0, name, complete, 1024, OLD);
  }

  private static UnclaimedData report(UnclaimedReport.Part... parts) {
    return UnclaimedReport.of("demo/shop", List.of(parts), NOW);
  }

  @Test
  void saysWhatWasFoundWhereAndWhatCanBeDone() {
    // When
    var data =
        report(
            part(VOLUME, found("a-1", false)),
            part(BUCKET, found("b-2", true), found("c-3", true)));

    // Then
    assertThat(data.backups()).isEqualTo(2);
    assertThat(data.leftovers()).isEqualTo(1);
    assertThat(data.sizeBytes()).isEqualTo(3072);
    assertThat(data.size()).isEqualTo("3.0 KiB");
    assertThat(data.time()).isEqualTo(NOW);
    assertThat(data.found())
        .containsExactly(
            new UnclaimedData.Found("s3://backups/shop", "demo/shop/b-2", true, 1024L, OLD),
            new UnclaimedData.Found("s3://backups/shop", "demo/shop/c-3", true, 1024L, OLD),
            new UnclaimedData.Found("pvc://claim", "demo/shop/a-1", false, 1024L, OLD));
    assertThat(data.message())
        .contains("2 complete backups and 1 directory without a manifest", "spec.imported");
  }

  @Test
  void saysWhatItCouldNotSee() {
    var data =
        report(
            UnclaimedReport.Part.failed(List.of(BUCKET), "Secret s3 does not exist"),
            new UnclaimedReport.Part(
                List.of(VOLUME), new Swept(0, 0, 0, true, List.of(), List.of())));

    assertThat(data.message())
        .contains("no data without a Backup was found", "may be more", "Secret s3 does not exist");
    assertThat(data.found()).isNull();
  }

  @Test
  void isNewsOnlyWhenTheSetIsAnother() {
    var none = report(part(BUCKET));
    var one = report(part(BUCKET, found("a-1", true)));

    assertThat(UnclaimedReport.isNews(null, none)).isFalse();
    assertThat(UnclaimedReport.isNews(null, one)).isTrue();
    assertThat(UnclaimedReport.isNews(none, one)).isTrue();
    assertThat(UnclaimedReport.isNews(one, one)).isFalse();
    assertThat(UnclaimedReport.isNews(one, none)).as("nothing to do any more").isFalse();
    assertThat(UnclaimedReport.isNews(one, report(part(BUCKET, found("b-2", true))))).isTrue();
    assertThat(UnclaimedReport.isNews(one, report(part(BUCKET, found("a-1", false))))).isTrue();
  }

  @Test
  void staysWithinTheBoundsOfAStatus() {
    // Given the longest names there are
    var names =
        IntStream.range(0, 40)
            .mapToObj(i -> found("n".repeat(127) + "%02d".formatted(i), true))
            .toArray(Swept.Found[]::new);

    // When
    var data =
        UnclaimedReport.of(
            "n".repeat(63) + "/" + "c".repeat(129),
            List.of(part(bucket("p".repeat(512)), names)),
            NOW);

    // Then
    assertThat(data.backups()).isEqualTo(40);
    assertThat(data.found()).hasSize(20);
    assertThat(Serialization.asJson(data).length()).isLessThan(24 * 1024);
  }
}
