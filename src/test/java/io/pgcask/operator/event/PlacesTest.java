package io.pgcask.operator.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PlacesTest {

  private final Places places = new Places(1);

  @Test
  void whoeverFindsNoneWaitsForOne() throws Exception {
    // Given
    var entered = new CountDownLatch(1);
    var leave = new Semaphore(0);
    Thread.ofVirtual()
        .start(
            () ->
                places.take(
                    () -> {
                      entered.countDown();
                      leave.acquireUninterruptibly();
                      return "";
                    }));
    entered.await();

    // When
    var second = new CountDownLatch(1);
    Thread.ofVirtual()
        .start(
            () -> {
              places.take(() -> "");
              second.countDown();
            });

    // Then
    await().until(() -> places.waiting() == 1);
    assertThat(second.getCount()).isOne();
    leave.release();
    second.await();
    assertThat(places.waiting()).isZero();
  }

  @Test
  void aPlaceIsFreeAgainHoweverTheWorkEnds() throws Exception {
    assertThatThrownBy(
            () ->
                places.take(
                    () -> {
                      throw new IOException("broken");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("broken");

    assertThat(places.take(() -> "well")).isEqualTo("well");
  }
}
