package org.espalier.nn.fused;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.params.ConvolutionParamInitializer;
import org.espalier.nn.Frozen;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The weights in training, in float32, and the bias of a convolution or a dense layer.
 *
 * @param place where the weights lie
 * @param gradient where their gradient belongs, laid out alike; null where they do not learn
 * @param bias where the bias lies; null where it has none
 * @param biasGradient where its gradient belongs; null where it does not learn
 * @param maker what makes them of parameters, and takes the gradient back; null where they are the
 *     parameters
 * @param written where in the gradient view the gradients of the parameters are
 */
record ConvolutionWeights(
    Place place,
    Place gradient,
    Place bias,
    Place biasGradient,
    WeightMaker maker,
    Phase.Gradient written) {
  /** Weights that neither change nor learn. */
  static ConvolutionWeights constant(float[] weights) {
    return new ConvolutionWeights(Block.of(weights), null, null, null, null, null);
  }

  /**
   * The weights of a runtime layer.
   *
   * @param layer its configuration, without that of a wrapper
   * @param gradients how far behind a parameter its gradient lies
   */
  static ConvolutionWeights of(BaseLayer layer, Layer runtime, long gradients) {
    Phase.Gradient written =
        new Phase.Gradient(Compiler.address(runtime.params()) + gradients, runtime.numParams());
    if (runtime instanceof WeightMaker maker) {
      Layer inside = maker.computing();
      long behind =
          Compiler.address(inside.getGradientsViewArray()) - Compiler.address(inside.params());
      return of(layer, inside, behind, maker, written);
    }
    return of(layer, runtime, gradients, null, written);
  }

  private static ConvolutionWeights of(
      BaseLayer layer, Layer computing, long gradients, WeightMaker maker, Phase.Gradient written) {
    long weights = address(computing);
    Place bias = bias(computing);
    boolean learns = !Frozen.is(layer);
    return new ConvolutionWeights(
        cursor -> weights,
        learns ? cursor -> weights + gradients : null,
        bias,
        learns && bias != null ? cursor -> bias.address(cursor) + gradients : null,
        maker,
        written);
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
