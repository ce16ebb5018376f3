package org.espalier.spark.training;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.spark.collective.RingAllReduce;
import org.espalier.spark.collective.Wire;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Makes of the gradients in one rank's gradient view those of all ranks. */
final class GradientSum {
  /** What precedes the running statistics among the numbers that are added up. */
  private static final int HEAD = 2;

  /**
   * What all ranks did in a step.
   *
   * @param examples examples, at least 1
   * @param loss the sum of their losses
   */
  record Step(int examples, double loss) {}

  private final ComputationGraph graph;
  private final RingAllReduce ring;
  private final RunningStatistics statistics;
  private final FloatBuffer parameters;
  private final FloatBuffer gradients;
  private final ByteBuffer gradientBytes;
  private final Wire wire;

  GradientSum(ComputationGraph graph, RingAllReduce ring, Wire wire) {
    this.wire = wire;
    this.graph = graph;
    this.ring = ring;
    this.statistics = RunningStatistics.of(graph);
    this.parameters = bytes(graph.params()).asFloatBuffer();
    this.gradientBytes = bytes(graph.getGradientsViewArray());
    this.gradients = gradientBytes.asFloatBuffer();
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

  /**
   * Adds up a step of all ranks; the gradient view has the sums afterwards, the same bits on every
   * rank.
   *
   * @param examples this rank's; with none, what is in its view does not count
   * @param loss the sum of their losses
   */
  Step exchange(int examples, double loss) {
    if (ring.ranks() == 1) {
      return new Step(examples, loss);
    }
    double[] numbers = new double[HEAD + statistics.numbers()];
    numbers[0] = examples;
    numbers[1] = loss;
    if (examples > 0) {
      statistics.contribute(parameters, gradients, examples, numbers, HEAD);
    } else {
      graph.getGradientsViewArray().assign(0);
    }
    double[] sums = ring.sum(numbers);
    ring.sum(gradientBytes, wire);
    int all = (int) sums[0];
    statistics.collect(sums, HEAD, all, parameters, gradients);
    return new Step(all, sums[1]);
  }
}
