package org.espalier.nn.fused;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.params.ConvolutionParamInitializer;
import org.espalier.nn.Convolution;
import org.espalier.nn.Frozen;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A convolution's weights in training, [out, in, kH, kW] in float32.
 *
 * @param place where they lie
 * @param gradient where their gradient belongs, laid out alike; null where they do not learn
 * @param maker what makes them of parameters, and takes the gradient back; null where they are the
 *     parameters
 * @param written where in the gradient view the gradients of the parameters are
 */
record ConvolutionWeights(Place place, Place gradient, WeightMaker maker, Phase.Gradient written) {
  /** Weights that neither change nor learn. */
  static ConvolutionWeights constant(float[] weights) {
    return new ConvolutionWeights(Block.of(weights), null, null, null);
  }

  /**
   * The weights of a runtime layer.
   *
   * @param layer its configuration, without that of a wrapper
   * @param gradients how far behind a parameter its gradient lies
   */
  static ConvolutionWeights of(Convolution layer, Layer runtime, long gradients) {
    Phase.Gradient written =
        new Phase.Gradient(Compiler.address(runtime.params()) + gradients, runtime.numParams());
    boolean learns = !Frozen.is(layer);
    if (runtime instanceof WeightMaker maker) {
      long made = address(maker.computing());
      long gradient = Compiler.address(maker.computing().getGradientsViewArray());
      return new ConvolutionWeights(
          cursor -> made, learns ? cursor -> gradient : null, maker, written);
    }
    long own = address(runtime);
    return new ConvolutionWeights(
        cursor -> own, learns ? cursor -> own + gradients : null, null, written);
  }

  /** Makes them as parameters are now. */
  void make() {
    if (maker != null) {
      maker.makeWeights(true);
    }
  }

  /** Where the bias lies that a layer computes with; null where it has none. */
  static Place bias(Layer runtime) {
    INDArray bias = runtime.getParam(ConvolutionParamInitializer.BIAS_KEY);
    long address = bias == null ? 0 : Compiler.address(bias);
    return bias == null ? null : cursor -> address;
  }

  /** Where the weights lie that a layer computes with. */
  static long address(Layer runtime) {
    return Compiler.address(runtime.getParam(ConvolutionParamInitializer.WEIGHT_KEY));
  }
}
