package org.espalier.spark.training;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.nn.ParameterLayout;
import org.espalier.nn.fused.GradientProgress;
import org.espalier.spark.collective.BucketedReduce;
import org.espalier.spark.collective.RingAllReduce;
import org.espalier.spark.collective.Wire;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Makes of the gradients in one rank's gradient view those of all ranks.
 *
 * <p>The view travels in buckets, from its end to its beginning, and after them a few numbers. Who
 * computes gradients may say which are done: their buckets travel while others are computed. Ranks
 * that do so and ranks that do not go together, for the ring sees the same operations.
 */
final class GradientSum implements AutoCloseable {
  /** Bytes of a bucket: enough for ranks to lose little at its ends, few enough to leave soon. */
  private static final int BUCKET_BYTES = 1 << 20;

  /** What precedes the running statistics among the numbers that are added up. */
  private static final int HEAD = 3;

  /**
   * What all ranks did in a step.
   *
   * @param examples examples, at least 1
   * @param loss the sum of their losses
   * @param last whether one of them wants the step to be the last
   */
  record Step(int examples, double loss, boolean last) {}

  private final ComputationGraph graph;
  private final RingAllReduce ring;
  private final RunningStatistics statistics;
  private final ByteBuffer parameterBytes;
  private final FloatBuffer parameters;
  private final FloatBuffer gradients;
  private final ByteBuffer gradientBytes;
  private final boolean several;
  private final Buckets buckets;
  private final BucketedReduce reduce;
  private double[] numbers;
  private int batches;
  private int submitted;
  private INDArray earlier;

  /**
   * Makes the sum of a network's gradients.
   *
   * @param several whether this rank may add several batches in a step
   */
  GradientSum(ComputationGraph graph, RingAllReduce ring, Wire wire, boolean several) {
    this(graph, ring, wire, several, BUCKET_BYTES);
  }

  /**
   * Makes the same.
   *
   * @param bucketBytes what every bucket but the last has at least, the same on all ranks
   */
  GradientSum(
      ComputationGraph graph, RingAllReduce ring, Wire wire, boolean several, int bucketBytes) {
    this.several = several;
    this.graph = graph;
    this.ring = ring;
    this.statistics = RunningStatistics.of(graph);
    this.parameterBytes = bytes(graph.params());
    this.parameters = parameterBytes.asFloatBuffer();
    this.gradientBytes = bytes(graph.getGradientsViewArray());
    this.gradients = gradientBytes.asFloatBuffer();
    this.buckets = new Buckets(ParameterLayout.of(graph), bucketBytes / Float.BYTES);
    this.reduce = new BucketedReduce(ring, wire);
  }

  /** The memory of a flat array, which must stay reachable. */
  private static ByteBuffer bytes(INDArray flat) {
    return new FloatPointer(flat.data().addressPointer())
        .capacity(flat.length())
        .asByteBuffer()
        .order(ByteOrder.nativeOrder());
  }

  /** Tells whether the network has running statistics. */
  boolean hasStatistics() {
    return !statistics.isEmpty();
  }

  /** Returns the memory of the parameters. */
  ByteBuffer parameters() {
    return parameterBytes.duplicate();
  }

  /** Begins a step. */
  void begin() {
    numbers = new double[HEAD + statistics.numbers()];
    batches = 0;
    submitted = 0;
    buckets.begin();
  }

  /**
   * Has the gradients of a batch travel as soon as they are done, if this rank adds no other to the
   * step; meanwhile nobody else may use the ring. {@link #add} follows as ever.
   *
   * @return who is to be told which gradients are done
   */
  GradientProgress early(int examples) {
    if (several || ring.ranks() == 1) {
      return (from, to) -> {};
    }
    long[] statisticsLeft = {statistics.within(0, gradients.capacity())};
    return (from, to) -> {
      buckets.add(from, to);
      statisticsLeft[0] -= statistics.within(from, to);
      // A bucket that travels is changed, and statistics are read as this rank has them.
      if (statisticsLeft[0] == 0 && buckets.ready() > submitted) {
        if (submitted == 0) {
          statistics.contribute(parameters, gradients, examples, numbers, HEAD);
        }
        submit(buckets.ready());
      }
    };
  }

  private void submit(int end) {
    for (; submitted < end; submitted++) {
      int from = buckets.from(submitted) * Float.BYTES;
      int bytes = buckets.to(submitted) * Float.BYTES - from;
      reduce.submit(gradientBytes.slice(from, bytes).order(ByteOrder.nativeOrder()));
    }
  }

  /**
   * Adds a batch, whose gradients are in the view, to what this rank brings to the step.
   *
   * @param loss the sum of its examples' losses
   */
  void add(int examples, double loss) {
    numbers[0] += examples;
    numbers[1] += loss;
    if (submitted == 0) {
      statistics.contribute(parameters, gradients, examples, numbers, HEAD);
    }
    if (several) {
      INDArray view = graph.getGradientsViewArray();
      earlier = batches == 0 ? view.dup() : earlier.addi(view);
    }
    batches++;
  }

  /**
   * Adds up a step of all ranks; the gradient view has the sums afterwards, the same bits on every
   * rank.
   *
   * @param last whether this rank wants the step to be the last of the segment
   */
  Step exchange(boolean last) {
    if (ring.ranks() == 1 && batches == 1) {
      return new Step((int) numbers[0], numbers[1], last);
    }
    numbers[2] = last ? 1 : 0;
    if (batches == 0) {
      graph.getGradientsViewArray().assign(0);
    } else if (several) {
      graph.getGradientsViewArray().assign(earlier);
    }
    submit(buckets.count());
    reduce.await();
    double[] sums = ring.sum(numbers);
    int all = (int) sums[0];
    statistics.collect(sums, HEAD, all, parameters, gradients);
    return new Step(all, sums[1], sums[2] > 0);
  }

  /** Ends the thread that sums; buckets that are under way are given up, and with them the ring. */
  @Override
  public void close() {
    reduce.close();
  }
}
