package org.espalier.spark.training;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Counts right predictions while a network trains; it costs one more pass of the last layer. */
final class TrainingAccuracy extends BaseTrainingListener {
  private WorkerBatch batch;
  private long judged;
  private long right;

  /** Announces the next batch, of which the rows that count are judged. */
  void expect(WorkerBatch next) {
    batch = next;
  }

  @Override
  public void onBackwardPass(Model model) {
    ComputationGraph graph = (ComputationGraph) model;
    INDArray labels = batch.data().getLabels(0);
    if (graph.getNumOutputArrays() != 1 || labels.rank() != 2) {
      return;
    }
    Layer last = graph.getOutputLayer(0);
    INDArray predictions = last.activate(false, LayerWorkspaceMgr.noWorkspaces());
    long[] predicted = predictions.argMax(1).toLongVector();
    long[] wanted = labels.argMax(1).toLongVector();
    int count = Math.min(batch.images(), predicted.length);
    for (int row = 0; row < count; row++) {
      if (predicted[row] == wanted[row]) {
        right++;
      }
    }
    judged += count;
  }

  long judged() {
    return judged;
  }

  long right() {
    return right;
  }
}
