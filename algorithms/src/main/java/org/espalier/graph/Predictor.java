package org.espalier.graph;

import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.nn.fused.FusedInference;
import org.espalier.nn.fused.Precision;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What a network says of images of one size, compiled where that is possible. */
public final class Predictor implements AutoCloseable {
  private final ComputationGraph graph;
  private final int threads;
  private Optional<FusedInference> compiled;

  /**
   * Predicts with the parameters that the network has when the first images come.
   *
   * @param threads threads that share the work where it is compiled, at least 1
   */
  public Predictor(ComputationGraph graph, int threads) {
    this.graph = graph;
    this.threads = threads;
  }

  /** Returns the network's output for images [N, H, W, C]. */
  public INDArray probabilities(INDArray images) {
    if (compiled == null) {
      compiled = FusedInference.of(graph, images, Precision.FLOAT32, threads);
    }
    return compiled.isPresent() ? compiled.get().output(images) : graph.output(false, images)[0];
  }

  /**
   * Returns how many classes come before one: those more probable, and equals of lower number.
   *
   * @param probabilities those of several images, one after the other
   * @param offset where an image's begin
   */
  public static int rank(float[] probabilities, int offset, int classes, int label) {
    float own = probabilities[offset + label];
    int rank = 0;
    for (int c = 0; c < classes; c++) {
      float value = probabilities[offset + c];
      rank += value > own || (value == own && c < label) ? 1 : 0;
    }
    return rank;
  }

  @Override
  public void close() {
    if (compiled != null) {
      compiled.ifPresent(FusedInference::close);
    }
  }
}
