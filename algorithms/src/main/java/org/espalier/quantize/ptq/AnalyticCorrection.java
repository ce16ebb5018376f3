package org.espalier.quantize.ptq;

import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.graph.NetworkGraph;
import org.espalier.quantize.layer.WeightLayout;
import org.espalier.quantize.network.QuantizedNetwork;

/** Takes the error of weights times the expected input from each bias. */
final class AnalyticCorrection {
  private AnalyticCorrection() {}

  /**
   * Corrects biases.
   *
   * @param original what was rounded
   * @param rounded changed in place
   */
  static void apply(FoldedNetwork original, ComputationGraph rounded) {
    ExpectedInputs inputs = ExpectedInputs.of(NetworkGraph.of(original.network()), original.made());
    for (QuantizedNetwork.WeightedLayer layer : QuantizedNetwork.of(rounded).layers()) {
      Optional<double[]> mean = inputs.mean(layer.name());
      if (mean.isPresent()) {
        double[] weights =
            WeightLayout.of(layer.layer()).read(Nodes.weights(original.network(), layer.name()));
        double[] bias = Nodes.bias(original.network(), layer.name());
        subtract(layer, weights, mean.get(), bias);
        Nodes.setBias(rounded, layer.name(), bias);
      }
    }
  }

  private static void subtract(
      QuantizedNetwork.WeightedLayer layer, double[] weights, double[] mean, double[] bias) {
    double[] rounded = layer.weights().values();
    int length = weights.length / bias.length;
    for (int i = 0; i < weights.length; i++) {
      int input = Nodes.inputChannel(layer.layer(), i / length, i % length);
      bias[i / length] -= (rounded[i] - weights[i]) * mean[input];
    }
  }
}
