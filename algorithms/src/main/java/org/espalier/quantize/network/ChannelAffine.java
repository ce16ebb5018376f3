package org.espalier.quantize.network;

import java.util.Map;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.espalier.nn.BatchNorm;
import org.espalier.quantize.CodeRange;
import org.espalier.quantize.layer.IntegerWeights;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What batch normalisation does to each channel at inference: x factor + shift.
 *
 * @param factor gamma / sqrt(var + eps)
 * @param shift beta - mean factor
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record ChannelAffine(double[] factor, double[] shift) {
  static ChannelAffine of(BatchNorm layer, Map<String, INDArray> parameters) {
    double[] gamma = numbers(parameters, BatchNormalizationParamInitializer.GAMMA);
    double[] beta = numbers(parameters, BatchNormalizationParamInitializer.BETA);
    double[] mean = numbers(parameters, BatchNormalizationParamInitializer.GLOBAL_MEAN);
    double[] variance = numbers(parameters, BatchNormalizationParamInitializer.GLOBAL_VAR);
    double[] factor = new double[gamma.length];
    double[] shift = new double[gamma.length];
    for (int c = 0; c < gamma.length; c++) {
      factor[c] = gamma[c] / Math.sqrt(variance[c] + layer.getEps());
      shift[c] = beta[c] - mean[c] * factor[c];
    }
    return new ChannelAffine(factor, shift);
  }

  private static double[] numbers(Map<String, INDArray> parameters, String name) {
    return parameters.get(name).dup().toDoubleVector();
  }

  /** Whether integers can take a factor of either sign: their zero is 0, and -q is one with q. */
  static boolean canScale(IntegerWeights weights) {
    for (int zeroPoint : weights.zeroPoints()) {
      if (zeroPoint != 0) {
        return false;
      }
    }
    return weights.range().narrow() || weights.range().bits() < 8;
  }

  /** Returns the weights times the factor; a channel without a scale becomes zeros. */
  IntegerWeights scaled(IntegerWeights weights) {
    int[] codes = weights.codes().clone();
    float[] scales = new float[factor.length];
    int length = codes.length / factor.length;
    for (int c = 0; c < factor.length; c++) {
      float scale = (float) (weights.scales()[c] * Math.abs(factor[c]));
      boolean dead = !(scale > 0);
      scales[c] = dead ? 1 : scale;
      for (int i = c * length; i < (c + 1) * length; i++) {
        codes[i] = dead ? 0 : factor[c] < 0 ? -codes[i] : codes[i];
      }
    }
    CodeRange range = weights.range();
    CodeRange both = range.narrow() ? range : CodeRange.narrow(range.bits() + 1);
    return new IntegerWeights(weights.bits(), both, codes, scales, weights.zeroPoints());
  }

  /** Returns the bias behind the normalisation, of the one before it, which may be null. */
  INDArray shifted(INDArray bias) {
    double[] shifted = shift.clone();
    if (bias != null) {
      double[] before = bias.dup().toDoubleVector();
      for (int c = 0; c < shifted.length; c++) {
        shifted[c] += before[c] * factor[c];
      }
    }
    return Nd4j.createFromArray(shifted).reshape(1, shifted.length);
  }
}
