package org.espalier.spark.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What becomes of a ring when a connection, a rank or a thread fails: all end, soon and clearly.
 */
@Timeout(600)
class RingFaultsTest {
  private static final RingSettings PATIENT =
      RingSettings.defaults().withTimeout(Duration.ofMinutes(5));
  private static final RingSettings IMPATIENT =
      new RingSettings(Duration.ofMinutes(5), Duration.ofMillis(500), 1024);

  /** Numbers enough that a transfer does not fit into sockets' buffers. */
  private static final int MANY = 3_000_000;

  @ParameterizedTest
  @EnumSource(FaultyProxy.Fault.class)
  void everyRankFailsWhenBytesAreHarmedInMidTransfer(FaultyProxy.Fault fault) throws Exception {
    // The byte lies in the first payload, except that corruption is of the second header's length.
    long payload = MANY / 3 * (long) Float.BYTES;
    long at =
        fault == FaultyProxy.Fault.CORRUPT
            ? 2L * Header.BYTES + payload - 1
            : Header.BYTES + payload / 2;

    List<CollectiveException> failures =
        failuresBehindProxy(
            3, fault == FaultyProxy.Fault.STALL ? IMPATIENT : PATIENT, fault, at, MANY);

    assertThat(failures)
        .allSatisfy(
            failure ->
                assertThat(failure)
                    .hasMessageStartingWith("Cannot reduce: rank ")
                    .hasMessageMatching(".* \\(operation 1, step \\d of 4\\)"));
    assertThat(failures).extracting(CollectiveException::rank).containsExactly(0, 1, 2);
    String blame = failures.get(1).getMessage();
    switch (fault) {
      case DROP:
        assertThat(blame).contains("bytes were lost");
        break;
      case STALL:
        assertThat(failures.toString()).contains("nothing for 0.5 s");
        break;
      case CORRUPT:
        assertThat(blame).contains(" announces 4000001 bytes where 4000000 are due;");
        break;
      case CLOSE:
        assertThat(blame).contains(" closed the connection (");
        break;
    }
  }

  @Test
  void noticesThatAWholeMessageIsMissing() throws Exception {
    List<CollectiveException> failures =
        failuresBehindProxy(2, PATIENT, FaultyProxy.Fault.DROP, 0, 2);

    assertThat(failures.get(1))
        .hasMessageContaining("rank 0 at ")
        .hasMessageContaining("is at step 1;");
  }

  @Test
  void tellsRanksThatTookDifferentWays() throws Exception {
    assertThat(divergence(ring -> ring.sum(Rings.direct(1, 2)), ring -> ring.dissenters(3)))
        .containsPattern("operation: (float32 sum, not gathering|gathering, not float32 sum);");
    assertThat(
            divergence(
                ring -> ring.sum(Rings.direct(1, 2)), ring -> ring.sum(Rings.direct(1, 2, 3))))
        .containsPattern(
            "has (2 elements where this rank has 3|3 elements where this rank has 2);");
    assertThat(
            divergence(
                ring -> ring.sum(Rings.direct(1), Wire.FLOAT16), ring -> ring.sum(Rings.direct(1))))
        .containsPattern("operation: float(16 sum, not float32|32 sum, not float16) sum;");
  }

  @Test
  void survivorsOfAKilledProcessFailAtOnce() throws Exception {
    try (RingProcesses ring = new RingProcesses(3, Duration.ofMinutes(5), List.of())) {
      ring.tell("sum 1000 FLOAT32 1");
      assertThat(ring.hear(0)).matches("\\d+ -?\\d+");
      assertThat(ring.hear(1)).matches("\\d+ -?\\d+");
      assertThat(ring.hear(2)).matches("\\d+ -?\\d+");

      ring.kill(2);
      ring.tell("sum 1000 FLOAT32 1");

      assertThat(ring.hear(0)).matches("Cannot compare: rank \\d at .* closed the connection .*");
      assertThat(ring.hear(1)).matches("Cannot compare: rank \\d at .* closed the connection .*");
    }
  }

  @Test
  void interruptEndsAnOperationAndTheRing() throws Exception {
    List<RingAllReduce> rings = Rings.connect(2, PATIENT, addresses -> addresses);
    FutureTask<Boolean> stayedInterrupted =
        new FutureTask<>(
            () -> {
              CollectiveException failure = Rings.failure(() -> rings.get(0).sum(Rings.direct(1)));
              assertThat(failure)
                  .hasMessageStartingWith("Cannot reduce: the thread was interrupted (");
              return Thread.currentThread().isInterrupted();
            });
    Thread waiting = new Thread(stayedInterrupted);
    waiting.start();

    // The other rank does not take part; wherever the interrupt finds this one, it ends.
    waiting.interrupt();

    assertThat(stayedInterrupted.get()).isTrue();
    assertThat(Rings.failure(() -> rings.get(1).sum(Rings.direct(1))))
        .hasMessageContaining("rank 0 at ")
        .hasMessageContaining("closed the connection");
    rings.forEach(RingAllReduce::close);
  }

  @Test
  void closingFromAnotherThreadEndsAnOperation() throws Exception {
    List<RingAllReduce> rings = Rings.connect(2, PATIENT, addresses -> addresses);
    CountDownLatch started = new CountDownLatch(1);
    FutureTask<CollectiveException> failure =
        new FutureTask<>(
            () -> {
              started.countDown();
              return Rings.failure(() -> rings.get(0).sum(Rings.direct(1)));
            });
    new Thread(failure).start();
    started.await();

    rings.get(0).close();

    assertThat(failure.get()).hasMessageContaining("the ring ").hasMessageContaining("closed");
    rings.get(1).close();
  }

  @Test
  void aFailedOrClosedRingStaysSo() throws Exception {
    List<RingAllReduce> rings = Rings.connect(2, PATIENT, addresses -> addresses);
    rings.get(1).close();

    assertThatThrownBy(() -> rings.get(0).sum(Rings.direct(1)))
        .isInstanceOf(CollectiveException.class)
        .hasMessageContaining("rank 1 at ")
        .hasMessageContaining("closed the connection");
    assertThatThrownBy(() -> rings.get(0).dissenters(1))
        .isInstanceOf(CollectiveException.class)
        .hasMessageStartingWith("Cannot compare: the ring failed before (Cannot reduce: rank 1");
    assertThatThrownBy(() -> rings.get(1).sum(Rings.direct(1)))
        .isInstanceOf(CollectiveException.class)
        .hasMessage("Cannot reduce: the ring is closed");
    rings.get(0).close();
  }

  @Test
  void aRankThatIsThroughMayCloseWhileOthersFinish() throws Exception {
    for (int round = 0; round < 20; round++) {
      List<RingAllReduce> rings = Rings.connect(3, PATIENT, addresses -> addresses);
      List<float[]> sums =
          Rings.together(
              rings,
              ring -> {
                ByteBuffer bytes = Rings.direct(new float[30_000]);
                bytes.putFloat(0, 1);
                ring.sum(bytes);
                ring.close();
                return Rings.floats(bytes);
              });
      assertThat(sums).allSatisfy(sum -> assertThat(sum[0]).isEqualTo(3));
    }
  }

  /** Sums numbers where all that rank 0 sends goes through a proxy; returns how ranks failed. */
  private static List<CollectiveException> failuresBehindProxy(
      int ranks, RingSettings settings, FaultyProxy.Fault fault, long at, int floats)
      throws Exception {
    List<FaultyProxy> proxies = new ArrayList<>();
    List<RingAllReduce> rings =
        Rings.connect(
            ranks,
            settings,
            addresses -> {
              proxies.add(new FaultyProxy(addresses.get(1), fault, at));
              List<String> told = new ArrayList<>(addresses);
              told.set(1, proxies.get(0).address());
              return told;
            });
    try {
      return Rings.together(
          rings, ring -> Rings.failure(() -> ring.sum(Rings.direct(new float[floats]))));
    } finally {
      rings.forEach(RingAllReduce::close);
      proxies.get(0).close();
    }
  }

  private interface Operation {
    void run(RingAllReduce ring);
  }

  private static String divergence(Operation ofRankZero, Operation ofRankOne) throws Exception {
    List<CollectiveException> failures =
        Rings.run(
            2,
            PATIENT,
            ring -> Rings.failure(() -> (ring.rank() == 0 ? ofRankZero : ofRankOne).run(ring)));
    return failures.get(0).getMessage() + failures.get(1).getMessage();
  }
}
