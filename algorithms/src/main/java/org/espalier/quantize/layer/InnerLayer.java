package org.espalier.quantize.layer;

import java.util.Collection;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A layer that computes for another one, with parameters that the other one gives it before.
 *
 * @param layer the layer
 * @param gradients where its gradients go unless it is told otherwise
 */
public record InnerLayer(Layer layer, INDArray gradients) {
  /** Makes a layer with parameters and gradients of its own. */
  @SuppressWarnings("try")
  public static InnerLayer of(
      org.deeplearning4j.nn.conf.layers.Layer configuration,
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      DataType dataType) {
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      NeuralNetConfiguration settings = settings(configuration, conf);
      long length = settings.getLayer().initializer().numParams(settings.getLayer());
      INDArray parameters = Nd4j.create(dataType, 1, length);
      Layer layer =
          settings.getLayer().instantiate(settings, listeners, index, parameters, false, dataType);
      return new InnerLayer(layer, Nd4j.create(dataType, 1, length));
    }
  }

  /** Returns a network's settings for a layer inside. */
  public static NeuralNetConfiguration settings(
      org.deeplearning4j.nn.conf.layers.Layer layer, NeuralNetConfiguration conf) {
    NeuralNetConfiguration settings = conf.clone();
    settings.clearVariables();
    settings.setLayer(layer);
    return settings;
  }

  /** Gives the layer all its parameters but the weights. */
  void copyOthers(Map<String, INDArray> table) {
    layer
        .paramTable(false)
        .forEach(
            (name, array) -> {
              if (!name.equals(WeightLayout.WEIGHTS)) {
                array.assign(table.get(name));
              }
            });
  }

  /** Returns the weights that the layer computes with. */
  public INDArray weights() {
    return layer.getParam(WeightLayout.WEIGHTS);
  }
}
