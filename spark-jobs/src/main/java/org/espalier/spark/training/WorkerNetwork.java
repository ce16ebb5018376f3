package org.espalier.spark.training;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.nn.fused.BatchExchange;
import org.espalier.nn.fused.Compilation;
import org.espalier.nn.fused.FusedTraining;
import org.espalier.nn.fused.GradientProgress;
import org.espalier.nn.fused.GradientStep;
import org.espalier.nn.fused.Precision;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * An executor's network together with its compiled form, which is made when it is first trained.
 *
 * <p>Compiling takes as long as many steps, and its result holds threads and native memory: it
 * rests with its network, and goes when that is closed.
 */
final class WorkerNetwork implements AutoCloseable {
  private final ComputationGraph graph;
  private Form form;
  private Optional<FusedTraining> compiled = Optional.empty();
  private Optional<String> refusal = Optional.empty();
  private GradientStep step;

  /** What a network is compiled for. */
  private record Form(List<Long> image, Precision precision, int threads) {
    static Form of(INDArray images, Precision precision, int threads) {
      long[] shape = images.shape();
      return new Form(Arrays.stream(shape).skip(1).boxed().toList(), precision, threads);
    }
  }

  /** Makes one that is not compiled yet. */
  WorkerNetwork(ComputationGraph graph) {
    this.graph = graph;
  }

  /** Returns the network. */
  ComputationGraph graph() {
    return graph;
  }

  /**
   * Takes a step as {@code ComputationGraph.fit} does, compiled where that is possible.
   *
   * @param threads threads that share the work where it is compiled, at least 1; the result does
   *     not depend on them
   * @throws TrainingException when the precision cannot be had
   */
  void train(MultiDataSet batch, Precision precision, int threads) {
    if (!isPlain(batch)) {
      CompiledTraining.requireFloat32(precision);
      graph.fit(batch);
      return;
    }
    INDArray images = batch.getFeatures(0);
    compile(images, precision, threads);
    if (compiled.isPresent()) {
      compiled.get().fit(images, batch.getLabels(0));
    } else {
      graph.fit(batch);
    }
  }

  /**
   * Writes the sum of a batch's gradients into the network's gradient view and the score of the
   * batch into the network, compiled where that is possible.
   *
   * @param progress is told which gradients are done, where it is compiled; whoever changes them
   *     then does so before listeners are called
   * @throws TrainingException when the precision cannot be had
   */
  void computeGradient(
      MultiDataSet batch, Precision precision, int threads, GradientProgress progress) {
    if (isPlain(batch)) {
      compile(batch.getFeatures(0), precision, threads);
    } else {
      CompiledTraining.requireFloat32(precision);
    }
    if (isPlain(batch) && compiled.isPresent()) {
      compiled.get().computeGradientAndScore(batch.getFeatures(0), batch.getLabels(0), progress);
    } else {
      graph.setInputs(batch.getFeatures());
      graph.setLabels(batch.getLabels());
      graph.setLayerMaskArrays(batch.getFeaturesMaskArrays(), batch.getLabelsMaskArrays());
      graph.computeGradientAndScore();
      graph.clearLayerMaskArrays();
    }
    graph.getListeners().forEach(listener -> listener.onGradientCalculation(graph));
  }

  /**
   * Compiles the network for parts of batches that others share.
   *
   * @param images an array of images of the size that it will be trained on, [N, H, W, C]
   * @return why it cannot be trained so, as the end of a sentence; nothing if it can
   * @throws TrainingException when the precision cannot be had
   */
  Optional<String> compileShared(INDArray images, Precision precision, int threads) {
    compile(images, precision, threads);
    return refusal;
  }

  /**
   * Does the same for one part of a batch, others having the rest; for networks that are compiled.
   *
   * @throws TrainingException when the batch is not of the kind that was compiled for
   */
  void computeGradient(
      MultiDataSet batch, Precision precision, int threads, BatchExchange exchange) {
    if (!isPlain(batch)) {
      throw new TrainingException(
          "Cannot synchronise batch normalisation: a batch has masks, or several inputs or outputs");
    }
    INDArray images = batch.getFeatures(0);
    compile(images, precision, threads);
    shared().computeGradientAndScore(images, batch.getLabels(0), exchange);
    graph.getListeners().forEach(listener -> listener.onGradientCalculation(graph));
  }

  /** Takes part where others compute the gradients of a batch without a part for this network. */
  void idle(BatchExchange exchange) {
    shared().idle(exchange);
  }

  private FusedTraining shared() {
    return compiled.orElseThrow(
        () ->
            new TrainingException(
                "Cannot synchronise batch normalisation: the network is not compiled ("
                    + refusal.orElse("it was not tried")
                    + ")"));
  }

  /** Returns the steps along the network's gradient view. */
  GradientStep step() {
    if (step == null) {
      step = new GradientStep(graph);
    }
    return step;
  }

  private static boolean isPlain(MultiDataSet batch) {
    return batch.numFeatureArrays() == 1 && batch.numLabelsArrays() == 1 && !batch.hasMaskArrays();
  }

  private void compile(INDArray images, Precision precision, int threads) {
    Form wanted = Form.of(images, precision, threads);
    if (!wanted.equals(form)) {
      close();
      Compilation<FusedTraining> compilation =
          CompiledTraining.of(graph, images, precision, threads);
      compiled = compilation.compiled();
      refusal = compilation.refusal();
      form = wanted;
    }
  }

  /** Returns whether it holds a compiled form. */
  boolean isCompiled() {
    return compiled.isPresent();
  }

  /** Frees the compiled form; training makes another. */
  @Override
  public void close() {
    compiled.ifPresent(FusedTraining::close);
    compiled = Optional.empty();
    form = null;
  }
}
