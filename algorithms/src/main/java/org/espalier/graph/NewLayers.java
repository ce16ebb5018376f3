package org.espalier.graph;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;

/** Makes vertices of new nodes, with what the network says about all of its layers. */
final class NewLayers {
  private final NeuralNetConfiguration defaults;
  private final IUpdater updater;

  NewLayers(ComputationGraphConfiguration configuration) {
    this.defaults = configuration.getDefaultConfiguration();
    this.updater = updater(configuration);
  }

  /** The updater of the first layer that has one. */
  private static IUpdater updater(ComputationGraphConfiguration configuration) {
    for (GraphVertex vertex : configuration.getVertices().values()) {
      if (vertex instanceof LayerVertex holder
          && holder.getLayerConf().getLayer() instanceof BaseLayer layer
          && layer.getIUpdater() != null) {
        return layer.getIUpdater();
      }
    }
    return new Sgd();
  }

  GraphVertex vertex(NewNode node) {
    if (node.layer() == null) {
      return Configurations.copy(node.vertex());
    }
    Layer layer = node.layer().clone();
    layer.setLayerName(node.name());
    if (layer instanceof BaseLayer base
        && (base.getIUpdater() == null || base.getWeightInitFn() == null)) {
      new NeuralNetConfiguration.Builder().updater(updater.clone()).layer(layer).build();
    }
    NeuralNetConfiguration settings = defaults.clone();
    settings.clearVariables();
    settings.setLayer(layer);
    return new LayerVertex(
        settings, node.preprocessor() == null ? null : node.preprocessor().clone());
  }
}
