package org.espalier.quantize;

import java.util.Set;
import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Deeplearning4j's comparison of gradients with central differences. */
public final class GradientChecks {
  private GradientChecks() {}

  /** Whether the gradients of a network in double precision are right, but for some parameters. */
  public static boolean passes(ComputationGraph network, String... excluded) {
    DataType before = Nd4j.dataType();
    Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE);
    try {
      DataSet data = QuantizedNetworks.data(DataType.DOUBLE, 3, 4);
      return GradientCheckUtil.checkGradients(
          new GradientCheckUtil.GraphConfig()
              .net(network)
              .inputs(new INDArray[] {data.getFeatures()})
              .labels(new INDArray[] {data.getLabels()})
              .epsilon(1e-6)
              .maxRelError(1e-3)
              .minAbsoluteError(1e-8)
              .excludeParams(Set.of(excluded)));
    } finally {
      Nd4j.setDefaultDataTypes(before, before);
    }
  }
}
