package org.espalier.quantize.ptq;

import java.util.HashMap;
import java.util.Map;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.espalier.graph.BatchNormFolding;
import org.espalier.graph.NetworkGraph;
import org.espalier.graph.NewNode;
import org.espalier.graph.Node;
import org.espalier.quantize.layer.WeightLayout;
import org.espalier.quantize.network.TrainingForm;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A network as it is rounded: without the batch normalisation that could be folded, every layer
 * with weights with a bias.
 *
 * @param network computes what the network given did
 * @param made how the channels of convolutions are distributed, by the layer's name, where batch
 *     normalisation said it
 */
record FoldedNetwork(ComputationGraph network, Map<String, NormalChannels> made) {
  /**
   * Folds a copy of a network.
   *
   * @throws IllegalArgumentException when it is quantised already, or has no layer that can be
   */
  static FoldedNetwork of(ComputationGraph network) {
    ComputationGraph folded = BatchNormFolding.fold(network).network();
    TrainingForm.of(folded);
    NetworkGraph graph = NetworkGraph.of(folded);
    for (Node node : graph.nodes()) {
      if (Nodes.isWeighted(node)
          && !folded.getVertex(node.name()).paramTable(false).containsKey(Nodes.BIAS)) {
        INDArray zeros = Nd4j.zeros(1, WeightLayout.of(node.layer()).channels());
        graph.replace(
            node.name(),
            NewNode.layer(node.name(), biased(node.layer())).parameter(Nodes.BIAS, zeros));
      }
    }
    return new FoldedNetwork(graph.restart().build(), normalized(network, folded));
  }

  private static Layer biased(Layer layer) {
    Layer copy = layer.clone();
    if (copy instanceof ConvolutionLayer convolution) {
      convolution.setHasBias(true);
    } else if (copy instanceof DenseLayer dense) {
      dense.setHasBias(true);
    } else {
      ((BaseOutputLayer) copy).setHasBias(true);
    }
    return copy;
  }

  private static Map<String, NormalChannels> normalized(
      ComputationGraph network, ComputationGraph folded) {
    NetworkGraph before = NetworkGraph.of(network);
    NetworkGraph after = NetworkGraph.of(folded);
    Map<String, NormalChannels> made = new HashMap<>();
    for (Node node : before.nodes()) {
      boolean gone =
          node.layer() instanceof BatchNormalization layer
              && !layer.isLockGammaBeta()
              && !(after.contains(node.name())
                  && after.node(node.name()).layer() instanceof BatchNormalization);
      if (gone) {
        Map<String, INDArray> table = network.getVertex(node.name()).paramTable(false);
        made.put(
            node.inputs().get(0),
            NormalChannels.of(
                table.get(BatchNormalizationParamInitializer.BETA).dup().toDoubleVector(),
                table.get(BatchNormalizationParamInitializer.GAMMA).dup().toDoubleVector()));
      }
    }
    return made;
  }
}
