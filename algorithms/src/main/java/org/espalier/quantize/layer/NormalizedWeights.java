package org.espalier.quantize.layer;

import java.util.Map;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.espalier.nn.BatchNorm;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A convolution and its batch normalisation as one layer, the latter folded into the weights. */
public interface NormalizedWeights {
  /** Returns the convolution that is inside. */
  ConvolutionLayer convolution();

  /** Returns the name that the convolution had as a node. */
  String convolutionName();

  /** Returns the normalisation that is inside. */
  BatchNorm normalization();

  /** Returns the folded weights at inference, as integers. */
  IntegerWeights integers(Map<String, INDArray> parameters);

  /** Returns what is added to each output channel at inference. */
  double[] foldedBias(Map<String, INDArray> parameters);
}
