package org.espalier.spark.training;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.nn.fused.Compilation;
import org.espalier.nn.fused.FusedTraining;
import org.espalier.nn.fused.Precision;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Compiles networks for training, in the precision asked for or not at all. */
public final class CompiledTraining {
  private CompiledTraining() {}

  /**
   * Compiles a network, or finds that Deeplearning4j has to train it.
   *
   * @param graph an initialised network
   * @param images an array of images of the size that it will be trained on, [N, H, W, C]
   * @param precision what to compute with
   * @param threads threads that share the work, at least 1
   * @return a refusal where the network is to be trained layer by layer, which only float32 allows
   * @throws TrainingException when the precision cannot be had of this processor or this network
   */
  public static Compilation<FusedTraining> of(
      ComputationGraph graph, INDArray images, Precision precision, int threads) {
    try {
      precision.require();
    } catch (IllegalStateException e) {
      throw new TrainingException(e.getMessage(), e);
    }
    Compilation<FusedTraining> compilation =
        FusedTraining.compile(graph, images, precision, threads);
    if (compilation.compiled().isEmpty()) {
      requireFloat32(precision);
    }
    return compilation;
  }

  /** Refuses any other precision for what cannot be compiled. */
  static void requireFloat32(Precision precision) {
    if (precision != Precision.FLOAT32) {
      throw new TrainingException(
          "Cannot train in "
              + precision
              + ": the network, or what it is trained on, is of a kind that is not compiled;"
              + " use float32");
    }
  }
}
