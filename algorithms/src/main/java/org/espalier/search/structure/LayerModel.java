package org.espalier.search.structure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.graph.ChannelGroup;
import org.espalier.graph.ChannelRole;
import org.espalier.graph.ChannelSlice;
import org.espalier.graph.LayerCost;
import org.espalier.graph.LayerWeights;

/** The cost of one layer as a function of its groups' widths. */
final class LayerModel {
  private static final String BIAS = "b";
  private static final String MEAN = "mean";

  /** An axis of a parameter loses so many indices for each channel of a group that goes. */
  private record Shortening(int axis, String group, int perChannel) {
    int lost(Map<String, Integer> removed) {
      return perChannel * removed.getOrDefault(group, 0);
    }
  }

  private final LayerCost full;
  private final boolean isConvolution;
  private final long outputs;
  private final Set<String> trainable;
  private final Map<String, long[]> shapes = new LinkedHashMap<>();
  private final Map<String, List<Shortening>> shortenings = new LinkedHashMap<>();
  private final List<Shortening> ofOutputs = new ArrayList<>();

  LayerModel(LayerCost full, Layer layer) {
    this.full = full;
    this.trainable = LayerWeights.trainable(layer).keySet();
    layer.paramTable().forEach((name, array) -> shapes.put(name, array.shape().clone()));
    this.isConvolution = LayerWeights.kind(layer) instanceof ConvolutionLayer;
    this.outputs =
        LayerWeights.kind(layer) instanceof ConvolutionLayer convolution
                && !(convolution instanceof DepthwiseConvolution2D)
            ? convolution.getNOut()
            : 0;
  }

  /** Notes an axis that goes with a group. */
  void add(ChannelGroup group, ChannelSlice slice, ComputationGraph network) {
    // As the slice sees it, where vectors have two axes.
    shapes.put(slice.parameter(), slice.parameterOf(network).shape().clone());
    Shortening shortening = new Shortening(slice.axis(), group.name(), slice.indices(0).length);
    shortenings.computeIfAbsent(slice.parameter(), name -> new ArrayList<>()).add(shortening);
    if (slice.role() == ChannelRole.OUTPUT && LayerWeights.isMultiplied(slice.parameter())) {
      ofOutputs.add(shortening);
    }
  }

  /** Returns the cost when so many channels of each group go. */
  StructureCost cost(Map<String, Integer> removed) {
    long parameters = 0;
    long weights = 0;
    long fullWeights = 0;
    for (String name : shapes.keySet()) {
      long length = length(name, removed);
      parameters += trainable.contains(name) ? length : 0;
      if (LayerWeights.isMultiplied(name)) {
        weights += length;
        fullWeights += length(name, Map.of());
      }
    }
    return new StructureCost(
        parameters,
        fullWeights == 0 ? 0 : full.macs() / fullWeights * weights,
        isConvolution ? scaled(full.biasAdditions(), BIAS, removed) : 0,
        scaled(full.normalized(), MEAN, removed),
        outputs == 0 ? 0 : outputs - ofOutputs.stream().mapToInt(each -> each.lost(removed)).sum());
  }

  /** Returns a number that goes with the length of a parameter. */
  private long scaled(long number, String parameter, Map<String, Integer> removed) {
    return number == 0 ? 0 : number / length(parameter, Map.of()) * length(parameter, removed);
  }

  private long length(String parameter, Map<String, Integer> removed) {
    long[] shape = shapes.get(parameter).clone();
    for (Shortening each : shortenings.getOrDefault(parameter, List.of())) {
      shape[each.axis()] -= each.lost(removed);
    }
    long length = 1;
    for (long size : shape) {
      length *= size;
    }
    return length;
  }
}
