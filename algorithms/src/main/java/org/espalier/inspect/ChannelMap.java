package org.espalier.inspect;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.espalier.graph.LayerWeights;

/** Which channels of the original network's layers a compressed network's layers still have. */
public final class ChannelMap {
  private final Map<String, int[]> kept;

  private ChannelMap(Map<String, int[]> kept) {
    this.kept = kept;
  }

  /** Returns a map without entries. */
  public static ChannelMap none() {
    return new ChannelMap(Map.of());
  }

  /**
   * Makes a map.
   *
   * @param kept for each layer whose output lost channels, the positions of those kept, ascending
   */
  public static ChannelMap of(Map<String, int[]> kept) {
    Map<String, int[]> copy = new HashMap<>();
    kept.forEach((name, channels) -> copy.put(name, channels.clone()));
    return new ChannelMap(copy);
  }

  /**
   * Returns a map that also has the layers which pass channels on one by one (normalisation,
   * activation, pooling) and read, through such layers alone, a layer of this map.
   */
  public ChannelMap spreadOver(ComputationGraph compressed) {
    Map<String, int[]> spread = new HashMap<>(kept);
    for (int index : compressed.topologicalSortOrder()) {
      GraphVertex vertex = compressed.getVertices()[index];
      String name = vertex.getVertexName();
      List<String> inputs =
          compressed.getConfiguration().getVertexInputs().getOrDefault(name, List.of());
      if (vertex.hasLayer()
          && inputs.size() == 1
          && spread.containsKey(inputs.get(0))
          && keepsChannels(vertex.getLayer())) {
        spread.putIfAbsent(name, spread.get(inputs.get(0)));
      }
    }
    return new ChannelMap(spread);
  }

  private static boolean keepsChannels(Layer layer) {
    org.deeplearning4j.nn.conf.layers.Layer kind = LayerWeights.kind(layer);
    return !(kind instanceof ConvolutionLayer
        || kind instanceof DenseLayer
        || kind instanceof BaseOutputLayer);
  }

  /** Returns the channels that a layer kept, or nothing where the map does not have it. */
  public Optional<int[]> kept(String layer) {
    return Optional.ofNullable(kept.get(layer)).map(int[]::clone);
  }
}
