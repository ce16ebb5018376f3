package org.espalier.nn;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.layers.convolution.subsampling.SubsamplingLayer;
import org.nd4j.linalg.api.buffer.DataType;

/** Computes {@link Pooling}. */
final class PoolingRuntime extends SubsamplingLayer {
  private static final long serialVersionUID = 1L;

  PoolingRuntime(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
  }
}
