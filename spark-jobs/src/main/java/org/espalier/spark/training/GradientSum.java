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
  private final Wire wire;
  private final boolean several;
  private double[] numbers;
  private int batches;
  private INDArray earlier;

  /**
   * Makes the sum of a network's gradients.
   *
   * @param several whether this rank may add several batches in a step
   */
  GradientSum(ComputationGraph graph, RingAllReduce ring, Wire wire, boolean several) {
    this.several = several;
    this.wire = wire;
    this.graph = graph;
    this.ring = ring;
    this.statistics = RunningStatistics.of(graph);
    this.parameterBytes = bytes(graph.params());
    this.parameters = parameterBytes.asFloatBuffer();
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

  /** Returns the memory of the parameters. */
  ByteBuffer parameters() {
    return parameterBytes.duplicate();
  }

  /** Begins a step. */
  void begin() {
    numbers = new double[HEAD + statistics.numbers()];
    batches = 0;
  }

  /**
   * Adds a batch, whose gradients are in the view, to what this rank brings to the step.
   *
   * @param loss the sum of its examples' losses
   */
  void add(int examples, double loss) {
    numbers[0] += examples;
    numbers[1] += loss;
    statistics.contribute(parameters, gradients, examples, numbers, HEAD);
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
    double[] sums = ring.sum(numbers);
    ring.sum(gradientBytes, wire);
    int all = (int) sums[0];
    statistics.collect(sums, HEAD, all, parameters, gradients);
    return new Step(all, sums[1], sums[2] > 0);
  }
}
