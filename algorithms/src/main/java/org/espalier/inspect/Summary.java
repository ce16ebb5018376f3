package org.espalier.inspect;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.graph.Cost;
import org.espalier.graph.LayerCost;
import org.espalier.graph.LayerWeights;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.reduce.longer.CountNonZero;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A network layer by layer: what each is, what it puts out, what it costs and how sparse it is.
 *
 * @param topology the network's vertices
 * @param cost the network's cost
 * @param layers a line for each input and vertex, in the topology's order
 */
public record Summary(Topology topology, Cost cost, List<LayerSummary> layers) {

  /** Copies the list. */
  public Summary {
    layers = List.copyOf(layers);
  }

  /**
   * Sums a network up.
   *
   * @param graph an initialised network
   * @param inputs the type of each input in the network's order
   * @throws IllegalArgumentException as {@link Cost#of} does
   */
  public static Summary of(ComputationGraph graph, InputType... inputs) {
    Cost cost = Cost.of(graph, inputs);
    Topology topology = Topology.of(graph, inputs);
    Map<String, LayerCost> costs =
        cost.layers().stream().collect(Collectors.toMap(LayerCost::name, Function.identity()));
    List<LayerSummary> layers = new ArrayList<>();
    for (Node node : topology.nodes()) {
      LayerCost spent = costs.get(node.name());
      layers.add(
          spent == null
              ? new LayerSummary(node, 0, 0, 0, 0, 0, Double.NaN)
              : line(node, spent, graph.getLayer(node.name())));
    }
    return new Summary(topology, cost, layers);
  }

  private static LayerSummary line(Node node, LayerCost cost, Layer layer) {
    boolean bare = layer == null || layer.numParams() == 0;
    return new LayerSummary(
        node,
        cost.parameters(),
        cost.macs(),
        cost.activationBytes(),
        cost.sizeBytes(),
        bare ? 0 : 8 * layer.paramTable().values().iterator().next().dataType().width(),
        bare ? Double.NaN : sparsity(LayerWeights.scaling(layer).values()));
  }

  private static double sparsity(Collection<INDArray> arrays) {
    long all = 0;
    long filled = 0;
    for (INDArray array : arrays) {
      all += array.length();
      filled += Nd4j.getExecutioner().exec(new CountNonZero(array)).getLong(0);
    }
    return all == 0 ? Double.NaN : 1 - (double) filled / all;
  }

  /** Returns the table as text, with totals in its last line. */
  public String text() {
    TextTable table =
        new TextTable(
            3,
            "layer",
            "type",
            "output",
            "parameters",
            "MACs",
            "activations, B",
            "bits",
            "sparsity");
    for (LayerSummary layer : layers) {
      table.row(
          layer.node().name(),
          layer.node().type(),
          layer.node().shapeText(),
          count(layer.parameters()),
          count(layer.macs()),
          count(layer.activationBytes()),
          layer.bits() == 0 ? "" : Integer.toString(layer.bits()),
          Double.isNaN(layer.sparsity())
              ? ""
              : String.format(Locale.ROOT, "%.2f %%", 100 * layer.sparsity()));
    }
    table.row(
        "total",
        "",
        "",
        count(cost.parameters()),
        count(cost.macs()),
        count(cost.activationBytes()),
        "",
        "");
    return table.text();
  }

  private static String count(long value) {
    return value == 0 ? "" : String.format(Locale.ROOT, "%,d", value);
  }
}
