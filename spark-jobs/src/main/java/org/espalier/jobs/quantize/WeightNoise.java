package org.espalier.jobs.quantize;

import java.util.HashMap;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.graph.ChannelAffine;
import org.espalier.graph.NetworkGraph;
import org.espalier.graph.Node;
import org.espalier.quantize.layer.NormalizedWeights;
import org.espalier.quantize.layer.QuantizedLayer;
import org.espalier.quantize.layer.WeightLayout;
import org.espalier.quantize.network.QuantizedNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;

/** How much of the weights rounding leaves, layer by layer, as signal-to-noise ratio in dB. */
public final class WeightNoise {
  private WeightNoise() {}

  /**
   * Compares what layers of a network in training form have learned with the integers that they
   * stand for; layers that have nothing but integers are left out.
   *
   * @return ratios by the layer's name
   */
  public static Map<String, Double> ofTrainingForm(ComputationGraph trained) {
    Map<String, Double> noise = new HashMap<>();
    for (Node node : NetworkGraph.of(trained).nodes()) {
      Map<String, INDArray> table = trained.getVertex(node.name()).paramTable(false);
      if (node.layer() instanceof QuantizedLayer layer && layer.quantizer().keepsWeights()) {
        WeightLayout layout = WeightLayout.of(layer.getUnderlying());
        noise.put(
            node.name(),
            decibels(layout.read(table.get(WeightLayout.WEIGHTS)), layer.integers(table).values()));
      } else if (node.layer() instanceof NormalizedWeights folded) {
        noise.put(
            folded.convolutionName(),
            decibels(folded(folded, table), folded.integers(table).values()));
      }
    }
    return noise;
  }

  private static double[] folded(NormalizedWeights layer, Map<String, INDArray> table) {
    double[] weights = WeightLayout.of(layer.convolution()).read(table.get(WeightLayout.WEIGHTS));
    double[] factor = ChannelAffine.of(layer.normalization(), table).factor();
    int length = weights.length / factor.length;
    for (int i = 0; i < weights.length; i++) {
      weights[i] *= factor[i / length];
    }
    return weights;
  }

  /**
   * Compares the weights of a network, whose batch normalisation is folded, with the integers that
   * they were rounded to.
   *
   * @return ratios by the layer's name
   */
  public static Map<String, Double> ofRounded(ComputationGraph folded, QuantizedNetwork rounded) {
    Map<String, Double> noise = new HashMap<>();
    for (QuantizedNetwork.WeightedLayer layer : rounded.layers()) {
      noise.put(layer.name(), decibels(weights(folded, layer), layer.weights().values()));
    }
    return noise;
  }

  /** Returns a layer's weights in a network with the layer's name, channel by channel. */
  static double[] weights(ComputationGraph network, QuantizedNetwork.WeightedLayer layer) {
    return WeightLayout.of(layer.layer())
        .read(network.getVertex(layer.name()).paramTable(false).get(WeightLayout.WEIGHTS));
  }

  private static double decibels(double[] weights, double[] rounded) {
    double signal = 0;
    double noise = 0;
    for (int i = 0; i < weights.length; i++) {
      signal += weights[i] * weights[i];
      noise += (weights[i] - rounded[i]) * (weights[i] - rounded[i]);
    }
    return noise == 0 ? Double.POSITIVE_INFINITY : 10 * Math.log10(signal / noise);
  }
}
