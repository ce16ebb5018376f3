package org.espalier.jobs.benchmark.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** The model against times computed by hand. */
class NetworkModelTest {
  /** A gigabyte a second, a millisecond. */
  private static final NetworkModel NETWORK = new NetworkModel(1e9, 0.001);

  private static final double EXACT = 1e-12;

  @Test
  void aRingOfEightMovesEachByteNearlyTwice() {
    // 2 x 7/8 x 100 MB at 1 GB/s are 175 ms, and 14 exchanges take 14 ms.
    assertThat(NETWORK.ringAllReduce(8, 100e6)).isCloseTo(0.189, within(EXACT));
  }

  @Test
  void aRingOfOneExchangesNothing() {
    assertThat(NETWORK.ringAllReduce(1, 100e6)).isZero();
  }

  @Test
  void aSmallBroadcastPassesTheLevelsOfATree() {
    // 7 executors are 3 levels; a block of 1 MB takes 1 ms, asking for it and the answer 2 ms.
    assertThat(NETWORK.broadcast(7, 1e6)).isCloseTo(0.009, within(EXACT));
    assertThat(NETWORK.broadcast(8, 1e6)).isCloseTo(0.012, within(EXACT));
    assertThat(NETWORK.broadcast(1, 1e6)).isCloseTo(0.003, within(EXACT));
  }

  @Test
  void theBlocksOfABroadcastFollowEachOther() {
    // Three blocks of 4 MiB, and one more time for each further level of 2.
    double block = 4 * 1024 * 1024 / 1e9 + 0.002;
    assertThat(NETWORK.broadcast(3, 3 * 4 * 1024 * 1024)).isCloseTo(4 * block, within(EXACT));
  }

  @Test
  void aFewCopiesGoStraightToTheDriver() {
    assertThat(NETWORK.aggregation(4, 1e6)).isCloseTo(0.004 + 0.002, within(EXACT));
  }

  @Test
  void manyCopiesMeetInGroupsOfAboutTheirSquareRoot() {
    // 64: 8 groups of 8; 256: 16 of 16; 8: the square root goes up to 4, so that there are 2
    // groups.
    assertThat(NETWORK.aggregation(64, 1e6)).isCloseTo(0.016 + 0.004, within(EXACT));
    assertThat(NETWORK.aggregation(256, 1e6)).isCloseTo(0.032 + 0.004, within(EXACT));
    assertThat(NETWORK.aggregation(8, 1e6)).isCloseTo(0.006 + 0.004, within(EXACT));
  }

  @Test
  void aNetworkThatCarriesNothingIsRefused() {
    assertThatThrownBy(() -> new NetworkModel(0, 0.001))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot model a network: it must carry something, in no negative time (0.0 bytes/s,"
                + " 0.001 s)");
    assertThatThrownBy(() -> new NetworkModel(1e9, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot model a network: it must carry something, in no negative time (1.0E9 bytes/s,"
                + " -1.0 s)");
  }
}
