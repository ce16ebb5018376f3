package org.espalier.quantize.simqat;

import java.util.Map;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.deeplearning4j.nn.params.ConvolutionParamInitializer;
import org.espalier.quantize.layer.Latent;
import org.espalier.quantize.layer.WeightLayout;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The weights of a convolution times the factors of its normalisation, by running statistics.
 *
 * @param raw the weights, channel by channel
 * @param folded the same times the factors
 * @param deviation the square root of running variance plus epsilon
 * @param factor gamma over deviation, at least a millionth in size
 * @param exact where the factor is just that
 * @param bias what is added to each channel
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record FoldedWeights(
    double[] raw,
    double[] folded,
    double[] deviation,
    double[] factor,
    boolean[] exact,
    double[] bias) {
  private static final double SMALLEST = 1e-6;

  static FoldedWeights of(FoldedConvolution layer, Map<String, INDArray> parameters) {
    double[] gamma = numbers(parameters, BatchNormalizationParamInitializer.GAMMA);
    double[] beta = numbers(parameters, BatchNormalizationParamInitializer.BETA);
    double[] mean = numbers(parameters, BatchNormalizationParamInitializer.GLOBAL_MEAN);
    double[] variance = numbers(parameters, BatchNormalizationParamInitializer.GLOBAL_VAR);
    double[] shift =
        parameters.containsKey(ConvolutionParamInitializer.BIAS_KEY)
            ? numbers(parameters, ConvolutionParamInitializer.BIAS_KEY)
            : new double[gamma.length];
    double[] raw = WeightLayout.of(layer.convolution()).read(parameters.get(WeightLayout.WEIGHTS));
    int channels = gamma.length;
    double[] deviation = new double[channels];
    double[] factor = new double[channels];
    boolean[] exact = new boolean[channels];
    double[] bias = new double[channels];
    for (int c = 0; c < channels; c++) {
      deviation[c] = Math.sqrt(variance[c] + layer.normalization().getEps());
      double wanted = gamma[c] / deviation[c];
      exact[c] = Math.abs(wanted) >= SMALLEST;
      factor[c] = exact[c] ? wanted : Math.copySign(SMALLEST, wanted);
      bias[c] = beta[c] + (shift[c] - mean[c]) * factor[c];
    }
    return new FoldedWeights(raw, times(raw, factor), deviation, factor, exact, bias);
  }

  private static double[] numbers(Map<String, INDArray> parameters, String name) {
    return parameters.get(name).dup().toDoubleVector();
  }

  /** Multiplies each channel of some weights with its factor. */
  static double[] times(double[] weights, double[] factor) {
    double[] product = new double[weights.length];
    int length = weights.length / factor.length;
    for (int i = 0; i < weights.length; i++) {
      product[i] = weights[i] * factor[i / length];
    }
    return product;
  }

  Latent latent() {
    return new Latent(factor.length, folded, Map.of());
  }

  /** Returns, for the gradient at the folded weights, the one at the factors that were not held. */
  double[] factorGradient(double[] gradient) {
    double[] sums = new double[factor.length];
    int length = raw.length / factor.length;
    for (int i = 0; i < raw.length; i++) {
      sums[i / length] += exact[i / length] ? gradient[i] * raw[i] : 0;
    }
    return sums;
  }
}
