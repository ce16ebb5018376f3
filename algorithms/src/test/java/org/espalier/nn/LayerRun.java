package org.espalier.nn;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/** One layer outside a network, in one data type, with seeded parameters. */
final class LayerRun {
  private final DataType type;
  private final Layer layer;
  private final INDArray gradients;

  LayerRun(org.deeplearning4j.nn.conf.layers.Layer configuration, DataType type) {
    this.type = type;
    NeuralNetConfiguration conf =
        new NeuralNetConfiguration.Builder()
            .dataType(type)
            .updater(new Sgd(0.1))
            .layer(configuration.clone())
            .build();
    long length = conf.getLayer().initializer().numParams(conf);
    INDArray parameters = null;
    if (length > 0) {
      parameters = Graphs.normal(DataType.DOUBLE, 11, 1, length).muli(0.3);
      if (configuration instanceof BatchNorm norm) {
        // Scales that differ, and running variances, which must be positive.
        long channels = norm.getNOut();
        for (long i = 0; i < channels; i++) {
          parameters.putScalar(i, 1 + 0.1 * i);
          parameters.putScalar(3 * channels + i, 0.5 + 0.2 * i);
        }
      }
      parameters = parameters.castTo(type);
    }
    layer = conf.getLayer().instantiate(conf, null, 0, parameters, false, type);
    gradients = length > 0 ? Nd4j.create(type, 1, length) : null;
    if (gradients != null) {
      layer.setBackpropGradientsViewArray(gradients);
    }
  }

  Layer layer() {
    return layer;
  }

  DataType type() {
    return type;
  }

  INDArray forward(INDArray input, boolean training) {
    return layer.activate(input.castTo(type), training, LayerWorkspaceMgr.noWorkspaces());
  }

  INDArray backward(INDArray epsilon) {
    return layer
        .backpropGradient(epsilon.castTo(type), LayerWorkspaceMgr.noWorkspaces())
        .getSecond();
  }

  /** All gradients of the last backward pass, in the order of the parameters. */
  INDArray gradients() {
    return gradients;
  }
}
