package org.espalier.inspect;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.espalier.graph.NetworkGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/**
 * How much accuracy each layer's compression costs alone: the original is measured with one layer's
 * parameters at a time taken from the compressed network.
 *
 * <p>That needs parameters of equal shapes. A layer that lost channels has none that fit, and says
 * so.
 *
 * @param original share of images that the original predicts rightly, 0 to 1
 * @param layers by the vertex's name, in the compressed network's order: those with parameters
 */
public record AccuracyByLayer(double original, Map<String, LayerLoss> layers) {

  /** Copies the map, in its order. */
  public AccuracyByLayer {
    layers = Collections.unmodifiableMap(new LinkedHashMap<>(layers));
  }

  /**
   * Measures.
   *
   * @param compressed an initialised network; not changed
   * @param original the network that it was made of; not changed
   * @param batches images [N, H, W, C] and one-hot labels [N, classes], gone through once a layer
   * @param threads threads of the measurement, at least 1
   */
  public static AccuracyByLayer of(
      ComputationGraph compressed,
      ComputationGraph original,
      Iterable<DataSet> batches,
      int threads) {
    ComputationGraph trial = NetworkGraph.copy(original);
    double whole = Accuracy.of(trial, batches, threads).top1();
    Map<String, LayerLoss> layers = new LinkedHashMap<>();
    for (int index : compressed.topologicalSortOrder()) {
      GraphVertex vertex = compressed.getVertices()[index];
      if (vertex.hasLayer() && vertex.getLayer().numParams() > 0) {
        String name = vertex.getVertexName();
        Map<String, INDArray> given = vertex.getLayer().paramTable();
        String reason = obstacle(given, trial.getLayer(name));
        layers.put(
            name,
            reason.isEmpty()
                ? loss(trial, name, given, whole, batches, threads)
                : new LayerLoss(Double.NaN, Double.NaN, reason));
      }
    }
    return new AccuracyByLayer(whole, layers);
  }

  private static String obstacle(Map<String, INDArray> given, Layer target) {
    if (target == null) {
      return "the original has no such layer";
    }
    Map<String, INDArray> own = target.paramTable();
    if (!own.keySet().equals(given.keySet())) {
      return "the original's parameters are others";
    }
    for (Map.Entry<String, INDArray> entry : given.entrySet()) {
      INDArray other = own.get(entry.getKey());
      if (!entry.getValue().equalShapes(other)) {
        return String.format(
            "%s has shape %s here, %s before",
            entry.getKey(),
            Arrays.toString(entry.getValue().shape()),
            Arrays.toString(other.shape()));
      }
    }
    return "";
  }

  private static LayerLoss loss(
      ComputationGraph trial,
      String name,
      Map<String, INDArray> given,
      double whole,
      Iterable<DataSet> batches,
      int threads) {
    Map<String, INDArray> own = trial.getLayer(name).paramTable();
    if (own.entrySet().stream().allMatch(e -> e.getValue().equals(given.get(e.getKey())))) {
      return new LayerLoss(whole, 0, "");
    }
    Map<String, INDArray> saved = new LinkedHashMap<>();
    own.forEach((key, value) -> saved.put(key, value.dup()));
    own.forEach((key, value) -> value.assign(given.get(key)));
    double accuracy = Accuracy.of(trial, batches, threads).top1();
    own.forEach((key, value) -> value.assign(saved.get(key)));
    return new LayerLoss(accuracy, whole - accuracy, "");
  }
}
