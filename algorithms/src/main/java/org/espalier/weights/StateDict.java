package org.espalier.weights;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Lists the parameters of a network as a PyTorch state_dict names and lays them out. */
final class StateDict {
  private static final Map<String, String> BATCH_NORM =
      Map.of("gamma", "weight", "beta", "bias", "mean", "running_mean", "var", "running_var");
  private static final Map<String, String> WEIGHT_AND_BIAS = Map.of("W", "weight", "b", "bias");

  private StateDict() {}

  /**
   * The entries of a network, in the network's order.
   *
   * @throws IllegalArgumentException where a layer has parameters that no PyTorch module has
   */
  static List<StateEntry> of(ComputationGraph graph) {
    List<StateEntry> entries = new ArrayList<>();
    for (GraphVertex vertex : graph.getVertices()) {
      if (vertex.hasLayer() && vertex.getLayer().numParams() > 0) {
        add(entries, vertex, graph);
      }
    }
    return entries;
  }

  private static void add(List<StateEntry> entries, GraphVertex vertex, ComputationGraph graph) {
    Layer layer = vertex.getLayer();
    org.deeplearning4j.nn.conf.layers.Layer kind = layer.conf().getLayer();
    boolean batchNorm = kind instanceof BatchNormalization;
    boolean convolution = kind instanceof ConvolutionLayer;
    boolean dense = kind instanceof DenseLayer || kind instanceof BaseOutputLayer;
    for (Map.Entry<String, INDArray> parameter : layer.paramTable().entrySet()) {
      String suffix = (batchNorm ? BATCH_NORM : WEIGHT_AND_BIAS).get(parameter.getKey());
      if (suffix == null || !(batchNorm || convolution || dense)) {
        throw new IllegalArgumentException(
            "Cannot name the weights of layer %s as PyTorch does: parameter %s of %s has no counterpart"
                .formatted(
                    vertex.getVertexName(), parameter.getKey(), kind.getClass().getSimpleName()));
      }
      StateEntry.Layout layout;
      if (!parameter.getKey().equals("W")) {
        layout = new StateEntry.Vector();
      } else {
        layout = dense ? denseLayout(graph, vertex.getVertexName()) : new StateEntry.Same();
      }
      entries.add(
          new StateEntry(vertex.getVertexName() + "." + suffix, parameter.getValue(), layout));
    }
  }

  private static StateEntry.Layout denseLayout(ComputationGraph graph, String name) {
    InputPreProcessor before =
        graph.getConfiguration().getVertices().get(name)
                instanceof org.deeplearning4j.nn.conf.graph.LayerVertex vertex
            ? vertex.getPreProcessor()
            : null;
    return before instanceof CnnToFeedForwardPreProcessor flatten
            && flatten.getFormat() == CNN2DFormat.NHWC
        ? new StateEntry.Flattened(
            flatten.getInputHeight(), flatten.getInputWidth(), flatten.getNumChannels())
        : new StateEntry.Transposed();
  }
}
