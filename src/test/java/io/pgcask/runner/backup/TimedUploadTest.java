package io.pgcask.runner.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.storage.Upload;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TimedUploadTest {
  private final AtomicLong clock = new AtomicLong();
  private final PumpTimes times = new PumpTimes(clock::get);

  /** Takes 3 ns for a write and 5 ns for the end. */
  private final class SlowUpload implements Upload {
    private long written;

    @Override
    public void write(byte[] bytes, int offset, int length) {
      clock.addAndGet(3);
      written += length;
    }

    @Override
    public long storedBytes() {
      return written;
    }

    @Override
    public List<Stored> complete() {
      clock.addAndGet(5);
      return List.of(new Stored("key", written, "hash"));
    }

    @Override
    public void cancel() {}

    @Override
    public void abort() {}

    @Override
    public void close() {}
  }

  @Test
  void countsTheTimeThatStorageTakesAndNoOther() throws Exception {
    try (var upload = new TimedUpload(new SlowUpload(), times)) {
      clock.addAndGet(100);
      upload.write(new byte[10], 0, 10);
      clock.addAndGet(100);
      upload.write(new byte[10], 0, 7);
      clock.addAndGet(100);
      assertThat(upload.complete()).containsExactly(new Upload.Stored("key", 17, "hash"));
      clock.addAndGet(100);

      assertThat(upload.storedBytes()).isEqualTo(17);
      assertThat(times.sums()).isEqualTo(new PumpTimes.Sums(411, 0, 11));
    }
  }
}
