package org.espalier.nn.fused;

import java.util.Objects;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Trains a network as {@code ComputationGraph.fit} does, several layers at a time on slices of the
 * batch that fit into a core's cache.
 *
 * <p>Parameters, gradients, updater, counters and listeners are the network's own; layers may be
 * trained by turns here and there. Results do not depend on the number of threads.
 */
public final class FusedTraining implements AutoCloseable {
  private final ComputationGraph graph;
  private final CompiledNetwork<TrainingCompiler> network;
  private final GradientStep step;

  private FusedTraining(ComputationGraph graph, CompiledNetwork<TrainingCompiler> network) {
    this.graph = graph;
    this.network = network;
    this.step = new GradientStep(graph);
  }

  /**
   * Compiles a network as {@link #compile} does, when it does not matter why that cannot be done.
   *
   * @return nothing if it is not compiled
   */
  public static Optional<FusedTraining> of(
      ComputationGraph graph, INDArray images, Precision precision, int threads) {
    return compile(graph, images, precision, threads).compiled();
  }

  /**
   * Compiles a network.
   *
   * @param graph an initialised network
   * @param images an array of images of the size that the network will be trained on, [N, H, W, C]
   * @param threads threads that share the work, at least 1
   * @return a refusal if a layer is of a kind that is not compiled, or oneDNN does not serve here
   * @throws IllegalStateException if this processor does not compute in the precision
   */
  public static Compilation<FusedTraining> compile(
      ComputationGraph graph, INDArray images, Precision precision, int threads) {
    return CompiledNetwork.of(graph, images, precision, threads, TrainingCompiler::compile)
        .map(network -> new FusedTraining(graph, network));
  }

  /**
   * One step of training on a batch; the network's score is that of the batch before the step.
   *
   * @param batch images [N, H, W, C] and labels, without masks
   */
  public void fit(DataSet batch) {
    if (batch.hasMaskArrays()) {
      throw new IllegalArgumentException(
          "Cannot train a compiled network: the batch has masks, which only ComputationGraph.fit"
              + " takes");
    }
    fit(batch.getFeatures(), batch.getLabels());
  }

  /**
   * One step of training on a batch.
   *
   * @param images [N, H, W, C]
   * @param labels what the network's loss takes, N rows
   */
  public void fit(INDArray images, INDArray labels) {
    computeGradientAndScore(images, labels);
    graph.getListeners().forEach(listener -> listener.onGradientCalculation(graph));
    step.take((int) images.size(0));
  }

  /**
   * Writes the sum of the batch's gradients into the network's gradient view, and its score.
   *
   * @throws IllegalArgumentException if images are not of the size that the network was compiled
   *     for, or labels do not go with them
   */
  public void computeGradientAndScore(INDArray images, INDArray labels) {
    compute(images, labels, null, phase -> {});
  }

  /**
   * Does the same, and tells which gradients are done while others are being computed; listeners
   * are called when all are.
   *
   * @param progress who is told
   */
  public void computeGradientAndScore(INDArray images, INDArray labels, GradientProgress progress) {
    Objects.requireNonNull(progress, "Cannot train: there is nobody to be told of progress");
    GradientRanges ranges = network.compiler().gradientRanges();
    compute(images, labels, null, phase -> ranges.tell(progress, phase));
  }

  /**
   * Does the same for one part of a batch, others having the rest: batch normalisation sees the
   * whole, and the gradients that everyone gets add up to those of the whole batch. So do scores
   * and running statistics, when weighed by examples.
   *
   * @param exchange how to reach the others, who compute at the same time, or {@link #idle}
   */
  public void computeGradientAndScore(INDArray images, INDArray labels, BatchExchange exchange) {
    Objects.requireNonNull(exchange, "Cannot train: there is no exchange");
    compute(images, labels, exchange, phase -> {});
  }

  /**
   * Takes part where others compute the gradients of a batch of which there is no part for this
   * network; its gradients and score stay as they are.
   */
  public void idle(BatchExchange exchange) {
    network.idle(Objects.requireNonNull(exchange, "Cannot train: there is no exchange"));
  }

  private void compute(
      INDArray images, INDArray labels, BatchExchange exchange, IntConsumer phaseDone) {
    network.require(images);
    for (Layer layer : graph.getLayers()) {
      layer.setIterationCount(graph.getIterationCount());
      layer.setEpochCount(graph.getEpochCount());
    }
    if (!network.compiler().isReady()) {
      graph.output(true, images);
    }
    graph.setInputs(images);
    graph.setLabels(labels);
    network.run(images, exchange, phaseDone, features -> headGradient(features, labels));
    for (TrainingListener listener : graph.getListeners()) {
      listener.onBackwardPass(graph);
    }
  }

  /** Computes the score and the gradient at the output layer's features, and its parameters'. */
  private INDArray headGradient(INDArray features, INDArray labels) {
    IOutputLayer output = (IOutputLayer) graph.getOutputLayer(0);
    if (output instanceof WeightMaker maker) {
      maker.makeWeights(true);
    }
    output.setInput(features, LayerWorkspaceMgr.noWorkspaces());
    output.setLabels(labels);
    Pair<Gradient, INDArray> below =
        output.backpropGradient(null, LayerWorkspaceMgr.noWorkspaces());
    output.setInput(features, LayerWorkspaceMgr.noWorkspaces());
    graph.setScore(
        output.computeScore(step.regularization(), true, LayerWorkspaceMgr.noWorkspaces()));
    return below.getSecond();
  }

  /** Frees the native memory. */
  @Override
  public void close() {
    network.close();
  }
}
