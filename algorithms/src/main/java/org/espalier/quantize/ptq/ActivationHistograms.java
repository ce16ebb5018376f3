package org.espalier.quantize.ptq;

import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.graph.NetworkGraph;
import org.espalier.graph.Node;
import org.espalier.quantize.network.Placement;
import org.espalier.quantize.observe.Histogram;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How often numbers occur in each activation that is to be quantised, over calibration images.
 *
 * <p>Neither the order of batches nor their distribution over workers matters: what several workers
 * have seen merges exactly.
 */
public final class ActivationHistograms implements Serializable {
  private static final long serialVersionUID = 1L;

  private final Map<String, Histogram> histograms = new LinkedHashMap<>();
  private long rows;

  /** Returns the number of images seen. */
  public long rows() {
    return rows;
  }

  /**
   * Takes in what a batch makes of a network.
   *
   * @param network what {@link Ptq#apply} gave; not changed
   * @param features images in the shape that the network takes; may be none
   */
  public void observe(ComputationGraph network, INDArray features) {
    if (features.isEmpty()) {
      return;
    }
    NetworkGraph graph = NetworkGraph.of(network);
    Set<String> wanted = sources(graph);
    NetworkWalk walk = new NetworkWalk(network, features);
    for (String input : graph.inputs()) {
      add(wanted, input, features);
    }
    for (String name : NetworkWalk.order(network)) {
      add(wanted, name, walk.step(name)[0]);
    }
    rows += features.size(0);
  }

  /** The activations that have a grid, and those that a layer with weights reads. */
  private static Set<String> sources(NetworkGraph graph) {
    Placement placement = Placement.of(graph);
    Set<String> sources = new TreeSet<>();
    placement.sites().forEach(site -> sources.add(site.source()));
    for (String layer : placement.weighted()) {
      Node node = graph.node(layer);
      sources.add(node.inputs().get(0));
    }
    return sources;
  }

  private void add(Set<String> wanted, String name, INDArray values) {
    if (wanted.contains(name)) {
      histograms
          .computeIfAbsent(name, key -> new Histogram())
          .add(values.castTo(DataType.FLOAT).dup('c').reshape(values.length()).toFloatVector());
    }
  }

  /**
   * Takes in what another worker has seen; the other must not be used any more.
   *
   * @return this
   * @throws IllegalArgumentException when the other saw another network
   */
  public ActivationHistograms merge(ActivationHistograms other) {
    if (rows > 0 && other.rows > 0 && !histograms.keySet().equals(other.histograms.keySet())) {
      throw new IllegalArgumentException(
          "Cannot merge histograms: they are of different networks ("
              + other.histograms.keySet()
              + ")");
    }
    other.histograms.forEach(
        (name, histogram) ->
            histograms.computeIfAbsent(name, key -> new Histogram()).merge(histogram));
    rows += other.rows;
    return this;
  }

  /**
   * Returns what was seen of an activation.
   *
   * @param name a node or network input
   * @throws IllegalArgumentException when it was not seen
   */
  public Histogram histogram(String name) {
    Histogram histogram = histograms.get(name);
    if (histogram == null) {
      throw new IllegalArgumentException(
          "Cannot calibrate: no images went through an activation (" + name + ")");
    }
    return histogram;
  }
}
