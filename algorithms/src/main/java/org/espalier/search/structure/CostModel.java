package org.espalier.search.structure;

import java.util.LinkedHashMap;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.graph.ChannelGroup;
import org.espalier.graph.ChannelGroups;
import org.espalier.graph.ChannelSlice;
import org.espalier.graph.Cost;
import org.espalier.graph.LayerCost;

/**
 * A network's cost as a function of its groups' widths, without making the network.
 *
 * <p>Removing channels shortens axes of parameters, each by so many indices a channel, and leaves
 * the images' sizes as they are. So parameters are counted by their shortened axes; and each weight
 * is used as often as before, so that MACs change as the weights' number does.
 */
final class CostModel {
  private final Map<String, LayerModel> layers = new LinkedHashMap<>();

  CostModel(ComputationGraph network, ChannelGroups groups, InputType... inputs) {
    for (LayerCost layer : Cost.of(network, inputs).layers()) {
      Layer runtime = network.getLayer(layer.name());
      if (runtime != null && runtime.numParams() > 0) {
        layers.put(layer.name(), new LayerModel(layer, runtime));
      }
    }
    for (ChannelGroup group : groups.free()) {
      for (ChannelSlice slice : group.slices()) {
        layers.get(slice.layer()).add(group, slice, network);
      }
    }
  }

  /**
   * Returns the cost.
   *
   * @param removed how many channels go, by group; groups that are not named stay whole
   */
  StructureCost of(Map<String, Integer> removed) {
    StructureCost sum = new StructureCost(0, 0, 0, 0, 0);
    for (LayerModel layer : layers.values()) {
      sum = sum.plus(layer.cost(removed));
    }
    return sum;
  }
}
