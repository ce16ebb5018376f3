package org.espalier.graph;

import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.preprocessor.ComposableInputPreProcessor;

/** Keeps what is done to a layer's input when another node takes the layer's place. */
final class KeptPreprocessing {
  private KeptPreprocessing() {}

  /**
   * Has a layer's input preprocessed as another's was, before its own preprocessor.
   *
   * @param from the node that had the preprocessor
   * @param before that preprocessor
   * @param to the node to have it
   * @throws IllegalArgumentException when that is not a layer
   */
  static Entry first(String from, InputPreProcessor before, String to, Entry entry) {
    if (!(entry.vertex() instanceof LayerVertex layer)) {
      throw new IllegalArgumentException(
          "Cannot take node "
              + from
              + " away: its preprocessor would be lost, as "
              + to
              + " is no layer ("
              + before.getClass().getSimpleName()
              + ")");
    }
    InputPreProcessor own = layer.getPreProcessor();
    InputPreProcessor all =
        own == null ? before.clone() : new ComposableInputPreProcessor(before.clone(), own);
    return entry.of(new LayerVertex(layer.getLayerConf(), all));
  }
}
