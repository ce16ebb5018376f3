package org.espalier.quantize.ptq;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.quantize.Quantization;
import org.espalier.quantize.layer.IntegerWeights;
import org.espalier.quantize.layer.WeightLayout;
import org.espalier.quantize.network.QuantizedNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Improves a rounded network layer by layer, each with those before it rounded, by what the
 * original one makes of the same images.
 *
 * <p>All images go through both networks together, in memory.
 */
final class Refinement {
  private final PtqConfiguration configuration;
  private final ComputationGraph original;
  private final ComputationGraph rounded;

  /**
   * Prepares two networks.
   *
   * @param original stays
   * @param rounded of the same nodes, and others; changed in place
   */
  Refinement(PtqConfiguration configuration, ComputationGraph original, ComputationGraph rounded) {
    this.configuration = configuration;
    this.original = original;
    this.rounded = rounded;
  }

  void run(INDArray... images) {
    NetworkWalk reference = new NetworkWalk(original, images);
    NetworkWalk walk = new NetworkWalk(rounded, images);
    Set<String> both = new HashSet<>(NetworkWalk.order(original));
    Map<String, QuantizedNetwork.WeightedLayer> layers = new HashMap<>();
    QuantizedNetwork.of(rounded).layers().forEach(layer -> layers.put(layer.name(), layer));
    for (String name : NetworkWalk.order(rounded)) {
      if (layers.containsKey(name)) {
        refine(layers.get(name), walk.read(name), reference.read(name));
      }
      walk.step(name);
      if (both.contains(name)) {
        reference.step(name);
      }
    }
  }

  private void refine(
      QuantizedNetwork.WeightedLayer layer, INDArray[] inputs, INDArray[] references) {
    WeightLayout layout = WeightLayout.of(layer.layer());
    double[] weights = layout.read(Nodes.weights(original, layer.name()));
    LayerMoments moments =
        new LayerMoments(layer.layer(), weights, original.getConfiguration().getDataType());
    for (int i = 0; i < inputs.length; i++) {
      moments.add(inputs[i], references[i]);
    }
    double[] values = layer.weights().values();
    if (configuration.roundingSteps() > 0) {
      values = chosen(layer, weights, moments);
      layout.write(values, Nodes.weights(rounded, layer.name()));
    }
    if (configuration.biasCorrection() == BiasCorrection.EMPIRICAL) {
      double[] bias = Nodes.bias(original, layer.name());
      double[] shift = moments.shift(values);
      for (int c = 0; c < bias.length; c++) {
        bias[c] += shift[c];
      }
      Nodes.setBias(rounded, layer.name(), bias);
    }
  }

  private double[] chosen(
      QuantizedNetwork.WeightedLayer layer, double[] weights, LayerMoments moments) {
    IntegerWeights integers = layer.weights();
    boolean centred = configuration.biasCorrection() == BiasCorrection.EMPIRICAL;
    int part = weights.length / moments.groups();
    double[] values = new double[weights.length];
    for (int g = 0; g < moments.groups(); g++) {
      Quantization[] grids = new Quantization[moments.outputs()];
      for (int c = 0; c < grids.length; c++) {
        int channel = g * grids.length + c;
        grids[c] =
            new Quantization(
                integers.scales()[channel], integers.zeroPoints()[channel], integers.range());
      }
      int[] codes =
          new AdaptiveRounding(
                  Arrays.copyOfRange(weights, g * part, (g + 1) * part),
                  grids,
                  moments.gram(g, centred),
                  moments.cross(g, centred))
              .codes(configuration.roundingSteps());
      for (int i = 0; i < part; i++) {
        values[g * part + i] = grids[i / (part / grids.length)].value(codes[i]);
      }
    }
    return values;
  }
}
