package org.espalier.prune.scop;

import java.util.List;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.graph.ChannelGroup;
import org.espalier.graph.ChannelGroups;
import org.espalier.graph.NetworkGraph;
import org.espalier.graph.NewNode;
import org.espalier.graph.Slimmer;
import org.espalier.nn.ChannelMask;

/**
 * The two forms of a pruned network: masked, with zeros where channels were, and slim, without
 * them.
 *
 * <p>A pruned channel is zero behind its batch normalisation, so that nothing of the
 * normalisation's shift is left. In the slim form the first convolution of a block reads the whole
 * residual stream, each further one reads the channels that its predecessor kept, and the last
 * one's channels are scattered back to their places in the stream, among zeros, before the sum.
 * Shortcuts and stem stay. Elsewhere a sum ties the channels of all its inputs together ({@link
 * ChannelGroups}); here only what lies between a block's first and last normalisation goes.
 */
final class PrunedForm {
  private static final String MASK = ".mask";

  private PrunedForm() {}

  /** Puts a mask behind the batch normalisation of every unit. */
  static ComputationGraph masked(ComputationGraph network, ChannelSelection selection) {
    NetworkGraph graph = NetworkGraph.of(network);
    for (PrunableUnit unit : ResidualBlocks.units(network.getConfiguration())) {
      long width = graph.layer(unit.convolution(), ConvolutionLayer.class).getNOut();
      int[] kept = kept(unit, width, selection);
      graph.insertAfter(
          unit.normalization(),
          NewNode.layer(
              unit.normalization() + MASK, new ChannelMask(Math.toIntExact(width), kept)));
    }
    return graph.restart().build();
  }

  /** Cuts the channels out. */
  static ComputationGraph slim(ComputationGraph network, ChannelSelection selection) {
    List<ResidualBlock> blocks = ResidualBlocks.of(network.getConfiguration());
    ChannelGroups groups =
        ChannelGroups.scatteredBehind(
            network,
            blocks.stream().map(ResidualBlock::end).collect(Collectors.toSet()),
            NominalInputs.of(NetworkGraph.of(network)));
    Slimmer slimmer = Slimmer.of(network, groups);
    for (ResidualBlock block : blocks) {
      for (PrunableUnit unit : block.units()) {
        ChannelGroup group = groups.group(unit.convolution());
        slimmer.keep(group, kept(unit, group.channels(), selection));
      }
    }
    return NetworkGraph.of(slimmer.slim()).restart().build();
  }

  /** Returns the channels of a unit that stay, having checked that it has them. */
  private static int[] kept(PrunableUnit unit, long width, ChannelSelection selection) {
    int[] kept = selection.kept(unit.convolution());
    if (kept[kept.length - 1] >= width) {
      throw new IllegalArgumentException(
          String.format(
              "Cannot prune %s: it has %d channels (channel %d)",
              unit.convolution(), width, kept[kept.length - 1]));
    }
    return kept;
  }
}
