package org.espalier.export.onnx;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Writes the weights and the bias of a layer, in float or in integers. */
interface WeightWriter {
  /**
   * Writes weights and bias.
   *
   * @param chain the layer's nodes
   * @param weights output channels first
   * @param bias one number an output channel, or null
   * @return the names of both
   */
  List<String> write(Chain chain, INDArray weights, INDArray bias);
}
