package org.espalier.spark.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RingAllReduceTest {
  /** Chunks so small that a few thousand numbers make many. */
  private static final RingSettings SMALL_CHUNKS = RingSettings.defaults().withChunkBytes(1024);

  @Property(tries = 60)
  void sumsInTheRingsOrderBitForBit(
      @ForAll @IntRange(min = 1, max = 5) int ranks,
      @ForAll @IntRange(max = 4000) int length,
      @ForAll long seed)
      throws Exception {
    float[][] values = random(ranks, length, seed, 1e6f);

    List<float[]> sums = sums(values, Wire.FLOAT32);

    float[] expected = ringOrderSum(values);
    assertThat(sums).allSatisfy(sum -> assertThat(bits(sum)).isEqualTo(bits(expected)));
  }

  @Property(tries = 40)
  void halvesOnTheWireEndEqualAndNear(
      @ForAll @IntRange(min = 2, max = 5) int ranks,
      @ForAll @IntRange(max = 3000) int length,
      @ForAll long seed)
      throws Exception {
    float[][] values = random(ranks, length, seed, 10);

    List<float[]> sums = sums(values, Wire.FLOAT16);

    assertThat(sums).allSatisfy(sum -> assertThat(bits(sum)).isEqualTo(bits(sums.get(0))));
    for (int i = 0; i < length; i++) {
      double exact = 0;
      double magnitude = 0;
      for (float[] ofRank : values) {
        exact += ofRank[i];
        magnitude += Math.abs(ofRank[i]);
      }
      // A rounding a hop, each within half a unit of the 11th bit, or of the smallest subnormal.
      double bound = ranks * (1.01 * magnitude * 0x1p-11 + 0x1p-25);
      assertThat(Math.abs(sums.get(0)[i] - exact)).isLessThanOrEqualTo(bound);
    }
  }

  @Test
  void halvesCarryInfinityAndNaNToAll() throws Exception {
    float[][] values = {{60000f, Float.NaN, -Float.MAX_VALUE, 1e-9f}, {60000f, 1f, 0f, 1e-9f}};

    List<float[]> sums = sums(values, Wire.FLOAT16);

    assertThat(sums)
        .allSatisfy(
            sum ->
                assertThat(sum)
                    .containsExactly(
                        Float.POSITIVE_INFINITY, Float.NaN, Float.NEGATIVE_INFINITY, 0f));
  }

  @Test
  void sumsManySegmentsLargerThanSocketBuffers() throws Exception {
    float[][] values = random(3, 2_000_003, 7, 1);

    List<float[]> sums =
        Rings.run(3, RingSettings.defaults(), ring -> sum(ring, values, Wire.FLOAT32));

    float[] expected = ringOrderSum(values);
    assertThat(sums).allSatisfy(sum -> assertThat(bits(sum)).isEqualTo(bits(expected)));
  }

  @Test
  void touchesOnlyWhatLiesBetweenPositionAndLimit() throws Exception {
    List<float[]> results =
        Rings.run(
            2,
            SMALL_CHUNKS,
            ring -> {
              ByteBuffer bytes = Rings.direct(1, 2, 3, 4);
              bytes.position(Float.BYTES).limit(3 * Float.BYTES);
              ring.sum(bytes);
              assertThat(bytes.position()).isEqualTo(Float.BYTES);
              return Rings.floats(bytes.clear());
            });

    assertThat(results).allSatisfy(sum -> assertThat(sum).containsExactly(1, 4, 6, 4));
  }

  @Test
  void runsOneOperationAfterAnother() throws Exception {
    List<Boolean> done =
        Rings.run(
            3,
            SMALL_CHUNKS,
            ring -> {
              for (int round = 1; round <= 50; round++) {
                ByteBuffer bytes = Rings.direct(round, ring.rank());
                ring.sum(bytes);
                assertThat(Rings.floats(bytes)).containsExactly(3 * round, 3);
                assertThat(ring.sum(new double[] {0.5, ring.rank() + 1})).containsExactly(1.5, 6);
                assertThat(ring.dissenters(round)).isEmpty();
              }
              return true;
            });

    assertThat(done).containsOnly(true);
  }

  @Test
  void addsDoublesInTheOrderOfRanks() throws Exception {
    double[] values = {1e16, 1, -1e16, 3};

    List<double[]> sums =
        Rings.run(4, SMALL_CHUNKS, ring -> ring.sum(new double[] {values[ring.rank()]}));

    assertThat(sums).allSatisfy(sum -> assertThat(sum).containsExactly(1e16 + 1 - 1e16 + 3));
  }

  @Test
  void namesTheRanksWhoseReplicasDiffer() throws Exception {
    long[] hashes = {5, 7, 5, 5, 9};

    List<List<Integer>> odd =
        Rings.run(5, SMALL_CHUNKS, ring -> ring.dissenters(hashes[ring.rank()]));
    List<List<Integer>> tie = Rings.run(2, SMALL_CHUNKS, ring -> ring.dissenters(ring.rank()));

    assertThat(odd).allSatisfy(ranks -> assertThat(ranks).containsExactly(1, 4));
    assertThat(tie).allSatisfy(ranks -> assertThat(ranks).containsExactly(1));
  }

  @Test
  void broadcastsTheBytesOfRankZero() throws Exception {
    for (int ranks = 1; ranks <= 4; ranks++) {
      for (int length : new int[] {0, 1, 100_001}) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);

        List<byte[]> received =
            Rings.run(ranks, SMALL_CHUNKS, ring -> ring.broadcast(ring.rank() == 0 ? bytes : null));

        assertThat(received).hasSize(ranks).allSatisfy(got -> assertThat(got).isEqualTo(bytes));
      }
    }
  }

  @Test
  void sumsBetweenProcessesAsBetweenThreads() throws Exception {
    float[][] values = new float[2][100_001];
    for (int rank = 0; rank < 2; rank++) {
      ByteBuffer bytes = Rings.direct(values[rank]);
      RingProcess.fill(bytes.asFloatBuffer(), rank);
      values[rank] = Rings.floats(bytes);
    }
    int expected = Rings.direct(ringOrderSum(values)).hashCode();

    try (RingProcesses ring = new RingProcesses(2, Duration.ofMinutes(5), List.of())) {
      ring.tell("sum 100001 FLOAT32 1");
      assertThat(ring.hear(0)).endsWith(" " + expected);
      assertThat(ring.hear(1)).endsWith(" " + expected);
    }
  }

  @Test
  void refusesBuffersThatItCannotSum() throws Exception {
    try (RingEndpoint endpoint = RingEndpoint.open(Rings.LOOPBACK);
        RingAllReduce ring =
            endpoint.connect(0, List.of(endpoint.address()), "token", SMALL_CHUNKS)) {
      ByteBuffer odd = ByteBuffer.allocateDirect(6).order(ByteOrder.nativeOrder());
      assertThatThrownBy(() -> ring.sum(ByteBuffer.allocate(8)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("Cannot reduce: buffer is not direct (");
      assertThatThrownBy(() -> ring.sum(ByteBuffer.allocateDirect(8)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("Cannot reduce: buffer is not in native byte order (BIG_ENDIAN)");
      assertThatThrownBy(() -> ring.sum(odd))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("Cannot reduce: bytes are no whole number of floats (6)");
      assertThatThrownBy(() -> ring.sum(Rings.direct(1).asReadOnlyBuffer()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("Cannot reduce: buffer is read-only (");
    }
  }

  private static List<float[]> sums(float[][] values, Wire wire) throws Exception {
    return Rings.run(values.length, SMALL_CHUNKS, ring -> sum(ring, values, wire));
  }

  private static float[] sum(RingAllReduce ring, float[][] values, Wire wire) {
    ByteBuffer bytes = Rings.direct(values[ring.rank()]);
    ring.sum(bytes, wire);
    return Rings.floats(bytes);
  }

  /** Sums segment c from rank c round the ring, one number after the other. */
  private static float[] ringOrderSum(float[][] values) {
    int ranks = values.length;
    int length = values[0].length;
    float[] sum = new float[length];
    for (int segment = 0; segment < ranks; segment++) {
      int end = (int) ((long) length * (segment + 1) / ranks);
      for (int i = (int) ((long) length * segment / ranks); i < end; i++) {
        sum[i] = values[segment][i];
        for (int hop = 1; hop < ranks; hop++) {
          sum[i] += values[(segment + hop) % ranks][i];
        }
      }
    }
    return sum;
  }

  private static float[][] random(int ranks, int length, long seed, float scale) {
    Random random = new Random(seed);
    float[][] values = new float[ranks][length];
    for (float[] ofRank : values) {
      for (int i = 0; i < length; i++) {
        ofRank[i] = (float) (random.nextGaussian() * Math.pow(scale, random.nextGaussian()));
      }
    }
    return values;
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    Arrays.setAll(bits, i -> Float.floatToRawIntBits(values[i]));
    return bits;
  }
}
