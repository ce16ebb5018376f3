package org.espalier.inspect;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.dataset.DataSet;

/**
 * The distribution of each vertex's output over images.
 *
 * <p>Memory is bounded: that of one batch's outputs, and a histogram a vertex.
 *
 * @param images how many images
 * @param layers by the vertex's name, in the network's order
 */
public record Profile(long images, Map<String, Distribution> layers) {

  /** Copies the map, in its order. */
  public Profile {
    layers = Collections.unmodifiableMap(new LinkedHashMap<>(layers));
  }

  /**
   * Profiles a network of one input.
   *
   * @param graph an initialised network; not changed
   * @param batches images in the shape that it takes
   */
  public static Profile of(ComputationGraph graph, Iterable<DataSet> batches) {
    Map<String, Distribution> layers = new LinkedHashMap<>();
    long images = 0;
    for (DataSet batch : batches) {
      Activations.of(graph, batch.getFeatures())
          .forEach(
              (name, output) ->
                  layers
                      .computeIfAbsent(name, key -> new Distribution())
                      .add(Activations.values(output)));
      images += batch.getFeatures().size(0);
    }
    return new Profile(images, layers);
  }

  /** Returns the profile of both's images, for a network whose images were profiled in parts. */
  public Profile plus(Profile other) {
    Map<String, Distribution> merged = new LinkedHashMap<>(layers);
    other.layers.forEach((name, layer) -> merged.merge(name, layer, Distribution::plus));
    return new Profile(images + other.images, merged);
  }
}
