package org.espalier.jobs.quantize;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.inspect.ChannelMap;
import org.espalier.inspect.Comparison;
import org.espalier.inspect.Distribution;
import org.espalier.inspect.Fidelity;
import org.espalier.inspect.Profile;
import org.espalier.quantize.network.QuantizedNetwork;
import org.espalier.quantize.ptq.LayerSensitivity;
import org.nd4j.linalg.dataset.DataSet;

/** Looks at the layers of a quantised network beside those of the network that it was made of. */
public final class LayerReports {
  private final ComputationGraph given;
  private final ComputationGraph deployed;
  private final Profile before;
  private final Profile after;
  private final Distribution images = new Distribution();
  private final Comparison comparison;

  private LayerReports(
      ComputationGraph given, ComputationGraph deployed, Iterable<DataSet> batches) {
    this.given = given;
    this.deployed = deployed;
    this.before = Profile.of(given, batches);
    this.after = Profile.of(deployed, batches);
    this.comparison = Comparison.of(deployed, given, ChannelMap.none(), batches);
    batches.forEach(
        batch ->
            images.add(
                batch
                    .getFeatures()
                    .dup('c')
                    .reshape(batch.getFeatures().length())
                    .toFloatVector()));
  }

  /**
   * Describes every layer with integer weights.
   *
   * @param given the network before, its batch normalisation folded
   * @param deployed the network in deployment form
   * @param weightNoise signal-to-noise ratios of weights by the layer's name, where there are any
   * @param sensitivity what rounding each layer alone does; empty where not measured
   * @param batches images that are run through both
   */
  public static List<QuantizedLayerReport> of(
      ComputationGraph given,
      ComputationGraph deployed,
      Map<String, Double> weightNoise,
      List<LayerSensitivity> sensitivity,
      Iterable<DataSet> batches) {
    LayerReports reports = new LayerReports(given, deployed, batches);
    List<QuantizedLayerReport> layers = new ArrayList<>();
    for (QuantizedNetwork.WeightedLayer layer : QuantizedNetwork.of(deployed).layers()) {
      LayerSensitivity alone =
          sensitivity.stream()
              .filter(one -> one.layer().equals(layer.name()))
              .findFirst()
              .orElse(new LayerSensitivity(layer.name(), Double.NaN, Double.NaN));
      layers.add(
          reports.describe(layer, weightNoise.getOrDefault(layer.name(), Double.NaN), alone));
    }
    return layers;
  }

  private QuantizedLayerReport describe(
      QuantizedNetwork.WeightedLayer layer, double weightNoise, LayerSensitivity alone) {
    Fidelity fidelity = comparison.layers().get(layer.name());
    return new QuantizedLayerReport(
        layer.name(),
        layer.weights().codes().length,
        layer.weights().bits(),
        layer.input().map(grid -> grid.codes().bits()).orElse(null),
        weightNoise,
        fidelity == null ? Double.NaN : fidelity.signalToNoise(),
        alone.accuracyDrop(),
        alone.signalToNoise(),
        Overlay.of(
            distribution(WeightNoise.weights(given, layer)),
            distribution(layer.weights().values())),
        Overlay.of(input(given, before, layer.name()), input(deployed, after, layer.name())));
  }

  private static Distribution distribution(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    Distribution distribution = new Distribution();
    distribution.add(floats);
    return distribution;
  }

  private Distribution input(ComputationGraph network, Profile profile, String layer) {
    String name = network.getConfiguration().getVertexInputs().get(layer).get(0);
    return profile.layers().getOrDefault(name, images);
  }
}
