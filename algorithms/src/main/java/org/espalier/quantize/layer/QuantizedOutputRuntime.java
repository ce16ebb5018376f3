package org.espalier.quantize.layer;

import java.util.List;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/** Computes {@link QuantizedLayer} around an output layer. */
@SuppressWarnings("overrides")
final class QuantizedOutputRuntime extends QuantizedRuntime implements IOutputLayer {
  private static final long serialVersionUID = 1L;

  QuantizedOutputRuntime(InnerLayer inner, NeuralNetConfiguration conf) {
    super(inner, conf);
  }

  private IOutputLayer output() {
    return (IOutputLayer) underlying;
  }

  @Override
  public boolean needsLabels() {
    return output().needsLabels();
  }

  @Override
  public void setLabels(INDArray labels) {
    output().setLabels(labels);
  }

  @Override
  public INDArray getLabels() {
    return output().getLabels();
  }

  @Override
  public double computeScore(double penalty, boolean training, LayerWorkspaceMgr workspaces) {
    makeWeights(training);
    return output().computeScore(penalty, training, workspaces);
  }

  @Override
  public INDArray computeScoreForExamples(double penalty, LayerWorkspaceMgr workspaces) {
    makeWeights(false);
    return output().computeScoreForExamples(penalty, workspaces);
  }

  @Override
  public double f1Score(DataSet data) {
    return output().f1Score(data);
  }

  @Override
  public double f1Score(INDArray examples, INDArray labels) {
    return output().f1Score(examples, labels);
  }

  @Override
  @Deprecated
  public int numLabels() {
    return output().numLabels();
  }

  @Override
  public void fit(DataSetIterator iterator) {
    throw alone();
  }

  @Override
  public int[] predict(INDArray examples) {
    makeWeights(false);
    return output().predict(examples);
  }

  @Override
  public List<String> predict(DataSet dataSet) {
    makeWeights(false);
    return output().predict(dataSet);
  }

  @Override
  public void fit(INDArray examples, INDArray labels) {
    throw alone();
  }

  @Override
  public void fit(DataSet data) {
    throw alone();
  }

  @Override
  public void fit(INDArray examples, int[] labels) {
    throw alone();
  }

  private static UnsupportedOperationException alone() {
    return new UnsupportedOperationException(
        "Cannot train a layer by itself: train the network that it is part of");
  }
}
