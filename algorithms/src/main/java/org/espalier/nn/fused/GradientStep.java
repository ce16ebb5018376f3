package org.espalier.nn.fused;

import java.util.Optional;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The second half of a training step: what {@code ComputationGraph.fit} does once the gradients are
 * in the network's gradient view. Whoever changes the view in between, as workers do that add up
 * their gradients, takes the step that a single process would take on all the examples.
 */
public final class GradientStep {
  private final ComputationGraph graph;
  private final Gradient gradient;
  private final Optional<FusedUpdate> fusedUpdate;

  /** Makes the steps of an initialised network, and its gradient view if it has none yet. */
  public GradientStep(ComputationGraph graph) {
    if (graph.getGradientsViewArray() == null) {
      graph.initGradientsView();
    }
    this.graph = graph;
    this.gradient = gradient(graph);
    this.fusedUpdate = FusedUpdate.of(graph);
  }

  private static Gradient gradient(ComputationGraph graph) {
    INDArray flat = graph.getGradientsViewArray();
    INDArray row = flat.reshape(flat.length());
    Gradient gradient = new DefaultGradient(flat);
    long offset = 0;
    for (int vertex : graph.topologicalSortOrder()) {
      GraphVertex current = graph.getVertices()[vertex];
      if (current.numParams() == 0) {
        continue;
      }
      for (var entry : current.paramTable(false).entrySet()) {
        long length = entry.getValue().length();
        gradient.setGradientFor(
            current.getVertexName() + "_" + entry.getKey(),
            row.get(NDArrayIndex.interval(offset, offset + length)));
        offset += length;
      }
    }
    return gradient;
  }

  /** What regularisation adds to the loss. */
  double regularization() {
    return fusedUpdate.map(FusedUpdate::score).orElseGet(() -> graph.calcRegularizationScore(true));
  }

  /**
   * Takes the step, counts it, applies constraints and tells the listeners.
   *
   * @param examples how many examples' gradients the view is the sum of, at least 1
   */
  public void take(int examples) {
    if (examples < 1) {
      throw new IllegalArgumentException(
          "Cannot take a step: it must be along the gradients of at least 1 example ("
              + examples
              + ")");
    }
    update(examples);
    int iteration = graph.getIterationCount();
    int epoch = graph.getEpochCount();
    for (TrainingListener listener : graph.getListeners()) {
      listener.iterationDone(graph, iteration, epoch);
    }
    graph.getConfiguration().setIterationCount(iteration + 1);
    graph.applyConstraints(iteration + 1, epoch);
    graph.clearLayersStates();
  }

  private void update(int examples) {
    if (fusedUpdate.isPresent()) {
      fusedUpdate.get().step(examples);
      return;
    }
    graph
        .getUpdater(true)
        .update(
            gradient,
            graph.getIterationCount(),
            graph.getEpochCount(),
            examples,
            LayerWorkspaceMgr.noWorkspaces());
    INDArray step = graph.getGradientsViewArray();
    INDArray parameters = graph.params();
    Nd4j.getBlasWrapper()
        .level1()
        .axpy(
            step.length(),
            -1,
            step.reshape(step.length()),
            parameters.reshape(parameters.length()));
  }
}
