package org.espalier.prune.scop;

import java.util.List;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.graph.NetworkGraph;
import org.espalier.graph.NewNode;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/**
 * The form that a network has during the knockoff stage, and the way back.
 *
 * <p>Control factors stand behind every convolution of a residual branch; everything else is
 * frozen, but in training mode, batch normalisation included.
 */
final class KnockoffForm {
  private static final String SUFFIX = ".factor";

  private KnockoffForm() {}

  /** Adds control factors and freezes the rest. */
  static ComputationGraph add(
      ComputationGraph network,
      IUpdater updater,
      boolean projected,
      UnaryOperator<ILossFunction> loss) {
    List<PrunableUnit> units = ResidualBlocks.units(network.getConfiguration());
    NetworkGraph graph = NetworkGraph.of(network);
    graph.forEach(BaseLayer.class, Suspended::suspend);
    for (PrunableUnit unit : units) {
      if (unit.factor() != null) {
        throw new IllegalArgumentException(
            "Cannot add control factors to " + unit.convolution() + ": it has them already");
      }
      long channels = graph.layer(unit.convolution(), ConvolutionLayer.class).getNOut();
      graph.insertAfter(
          unit.convolution(),
          NewNode.layer(
              unit.convolution() + SUFFIX,
              new ControlFactor(channels, updater.clone(), projected)));
    }
    return replaceLoss(graph, loss).restart().build();
  }

  /** Takes control factors away and lets everything learn again as it did. */
  static ComputationGraph remove(ComputationGraph network) {
    NetworkGraph graph = NetworkGraph.of(network);
    for (PrunableUnit unit : ResidualBlocks.units(network.getConfiguration())) {
      if (unit.factor() != null) {
        graph.remove(unit.factor());
      }
    }
    graph.forEach(BaseLayer.class, Suspended::resume);
    return replaceLoss(
            graph,
            loss -> loss instanceof RealRowsLoss restricted ? restricted.unrestricted() : loss)
        .restart()
        .build();
  }

  private static NetworkGraph replaceLoss(NetworkGraph graph, UnaryOperator<ILossFunction> loss) {
    graph.forEach(
        BaseOutputLayer.class, output -> output.setLossFn(loss.apply(output.getLossFn())));
    return graph.forEach(
        LossLayer.class, output -> output.setLossFn(loss.apply(output.getLossFn())));
  }
}
