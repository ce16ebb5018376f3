package org.espalier.spark.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(600)
class BucketedReduceTest {
  private static final RingSettings SETTINGS = RingSettings.defaults();

  @Test
  void sumsBucketsInTheOrderOfSubmission() throws Exception {
    List<Boolean> done =
        Rings.run(
            3,
            SETTINGS,
            ring -> {
              try (BucketedReduce reduce = new BucketedReduce(ring, Wire.FLOAT32)) {
                for (int step = 1; step <= 10; step++) {
                  List<ByteBuffer> buckets = new ArrayList<>();
                  for (int size = 0; size < 8; size++) {
                    float[] values = new float[size * 100];
                    Arrays.fill(values, step + ring.rank());
                    buckets.add(Rings.direct(values));
                    reduce.submit(buckets.get(size));
                  }
                  reduce.await();
                  for (int size = 1; size < 8; size++) {
                    assertThat(Rings.floats(buckets.get(size)))
                        .hasSize(size * 100)
                        .containsOnly(3 * step + 3);
                  }
                  assertThat(ring.dissenters(step)).isEmpty();
                }
              }
              return true;
            });

    assertThat(done).containsOnly(true);
  }

  @Test
  void submissionDoesNotWaitForOtherRanks() throws Exception {
    List<RingAllReduce> rings = Rings.connect(2, SETTINGS, addresses -> addresses);
    ByteBuffer mine = Rings.direct(1);
    ByteBuffer theirs = Rings.direct(2);
    try (BucketedReduce first = new BucketedReduce(rings.get(0), Wire.FLOAT32);
        BucketedReduce second = new BucketedReduce(rings.get(1), Wire.FLOAT32)) {
      // One thread submits for both ranks: were the first submission to wait, this would hang.
      first.submit(mine);
      second.submit(theirs);
      first.await();
      second.await();
    }

    assertThat(Rings.floats(mine)).containsExactly(3);
    assertThat(Rings.floats(theirs)).containsExactly(3);
    rings.forEach(RingAllReduce::close);
  }

  @Test
  void errorsSurfaceInAwait() throws Exception {
    List<RingAllReduce> rings = Rings.connect(2, SETTINGS, addresses -> addresses);
    rings.get(1).close();
    try (BucketedReduce reduce = new BucketedReduce(rings.get(0), Wire.FLOAT32)) {
      reduce.submit(Rings.direct(1));
      reduce.submit(Rings.direct(2));
      assertThatThrownBy(reduce::await)
          .isInstanceOf(CollectiveException.class)
          .hasMessageStartingWith("Cannot reduce: rank 1 at ")
          .hasMessageEndingWith(" closed the connection (operation 1, step 1 of 2)");

      reduce.submit(ByteBuffer.allocate(4));
      assertThatThrownBy(reduce::await)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("Cannot reduce: buffer is not direct (");
    }
    rings.get(0).close();
  }

  @Test
  void closingGivesUpWhatIsUnderWay() throws Exception {
    List<RingAllReduce> rings = Rings.connect(2, SETTINGS, addresses -> addresses);
    ByteBuffer bucket = Rings.direct(1);
    BucketedReduce reduce = new BucketedReduce(rings.get(0), Wire.FLOAT32);
    reduce.submit(bucket);
    reduce.submit(bucket);
    while (!isReducing(0)) {
      Thread.sleep(1);
    }

    Thread.currentThread().interrupt();
    reduce.close();

    assertThat(Thread.interrupted()).isTrue();
    assertThat(Rings.failure(() -> rings.get(1).sum(Rings.direct(1))))
        .hasMessageContaining("rank 0 at ");
    while (isReducing(0)) {
      Thread.sleep(1);
    }
    rings.get(1).close();
  }

  /** Tells whether a rank's thread is inside an operation. */
  private static boolean isReducing(int rank) {
    return Thread.getAllStackTraces().entrySet().stream()
        .filter(entry -> entry.getKey().getName().equals("all-reduce of rank " + rank))
        .flatMap(entry -> Arrays.stream(entry.getValue()))
        .anyMatch(frame -> frame.getClassName().equals(Exchange.class.getName()));
  }

  @Test
  void interruptedWaitingClosesTheRing() throws Exception {
    List<RingAllReduce> rings = Rings.connect(2, SETTINGS, addresses -> addresses);
    FutureTask<Boolean> stayedInterrupted =
        new FutureTask<>(
            () -> {
              try (BucketedReduce reduce = new BucketedReduce(rings.get(0), Wire.FLOAT32)) {
                reduce.submit(Rings.direct(1));
                assertThat(Rings.failure(reduce::await))
                    .hasMessage("Cannot reduce: the thread was interrupted while it waited");
              }
              return Thread.currentThread().isInterrupted();
            });
    Thread waiting = new Thread(stayedInterrupted);
    waiting.start();

    waiting.interrupt();

    assertThat(stayedInterrupted.get()).isTrue();
    assertThat(Rings.failure(() -> rings.get(1).sum(Rings.direct(1))))
        .hasMessageContaining("rank 0 at ");
    rings.get(1).close();
  }
}
