package org.espalier.quantize.network;

import java.util.Arrays;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.params.ConvolutionParamInitializer;
import org.espalier.graph.NetworkGraph;
import org.espalier.graph.NewNode;
import org.espalier.quantize.CodeRange;
import org.espalier.quantize.layer.FixedWeights;
import org.espalier.quantize.layer.IntegerWeights;
import org.espalier.quantize.layer.QuantizedLayer;
import org.espalier.quantize.layer.WeightLayout;
import org.espalier.quantize.network.QuantizedNetwork.WeightedLayer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Makes of a network whose weights are integers one whose biases are, so that every sum can be
 * computed in 32-bit integers: what a runtime computes is then what the network computes. Compiled,
 * the network rounds as ONNX Runtime does, code for code; layer by layer it multiplies real numbers
 * in float32, whose last digits now and then make a code its neighbour.
 *
 * <p>Biases become multiples of (input scale) (weight scale), by at most half of that. In a channel
 * whose weights are so small beside its bias that the bias would need more than 30 bits, the
 * weights get a coarser grid; the sum of what this moves is below a thousandth of the bias.
 */
public final class IntegerForm {
  private static final String BIAS = ConvolutionParamInitializer.BIAS_KEY;
  private static final double LARGEST_BIAS = 1 << 30;
  private static final double NEARLY = 1e-6;
  private static final int REDUCED = 63;

  private IntegerForm() {}

  /**
   * Returns the network; the one given stays.
   *
   * @param deployed a network in deployment form
   * @param reducedRange whether weights are held to 7 bits, -63 to 63, for processors that add
   *     products of 8-bit integers in 16 bits (x86 without VNNI); weights that need more are
   *     rounded once more
   * @throws IllegalArgumentException when the network is not in deployment form
   */
  public static ComputationGraph of(ComputationGraph deployed, boolean reducedRange) {
    NetworkGraph graph = NetworkGraph.of(deployed);
    for (WeightedLayer layer : QuantizedNetwork.of(deployed).layers()) {
      float[] scales = scales(layer, reducedRange);
      WeightedLayer moved = layer;
      if (!Arrays.equals(scales, layer.weights().scales())) {
        moved = layer.withWeights(onGrids(layer.weights(), scales));
        graph.replace(layer.name(), node(moved, deployed.getConfiguration().getDataType()));
      }
      if (layer.bias() != null && layer.input().isPresent()) {
        graph.parameter(layer.name(), BIAS, bias(moved));
      }
    }
    return graph.build();
  }

  private static NewNode node(WeightedLayer layer, DataType type) {
    return NewNode.layer(
            layer.name(), new QuantizedLayer(layer.layer(), FixedWeights.of(layer.weights())))
        .parameter(
            WeightLayout.WEIGHTS,
            WeightLayout.of(layer.layer()).array(layer.weights().values(), type));
  }

  private static INDArray bias(WeightedLayer layer) {
    int[] codes = layer.biasCodes();
    double[] values = new double[codes.length];
    for (int c = 0; c < values.length; c++) {
      values[c] =
          codes[c] * (double) (layer.input().orElseThrow().scale() * layer.weights().scales()[c]);
    }
    return Nd4j.createFromArray(values).reshape(1, values.length);
  }

  private static float[] scales(WeightedLayer layer, boolean reducedRange) {
    float[] scales = layer.weights().scales().clone();
    for (int c = 0; c < scales.length; c++) {
      int largest = largest(layer.weights(), c);
      if (reducedRange && largest > REDUCED) {
        scales[c] = (float) (scales[c] * (double) largest / REDUCED);
      }
      if (layer.bias() != null && layer.input().isPresent()) {
        double least = Math.abs(layer.bias()[c]) / (layer.input().get().scale() * LARGEST_BIAS);
        if (scales[c] < least * (1 - NEARLY)) {
          scales[c] = (float) least;
        }
      }
    }
    return scales;
  }

  private static int largest(IntegerWeights weights, int channel) {
    int length = weights.codes().length / weights.channels();
    int largest = 0;
    for (int i = channel * length; i < (channel + 1) * length; i++) {
      largest = Math.max(largest, Math.abs(weights.codes()[i] - weights.zeroPoints()[channel]));
    }
    return largest;
  }

  /** The same weights, rounded to other scales around zero; those whose scale stays do not move. */
  private static IntegerWeights onGrids(IntegerWeights weights, float[] scales) {
    int[] codes = weights.codes().clone();
    int length = codes.length / scales.length;
    for (int i = 0; i < codes.length; i++) {
      int channel = i / length;
      double value =
          (codes[i] - weights.zeroPoints()[channel]) * (double) weights.scales()[channel];
      codes[i] = (int) Math.rint(value / scales[channel]);
    }
    return new IntegerWeights(
        weights.bits(), CodeRange.signed(8), codes, scales, new int[scales.length]);
  }
}
