package org.espalier.graph;

import java.util.Map;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What batch normalisation does to each channel at inference: x factor + shift.
 *
 * @param factor gamma / sqrt(var + eps)
 * @param shift beta - mean factor
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record ChannelAffine(double[] factor, double[] shift) {
  /**
   * Reads a normalisation.
   *
   * @param parameters its parameters by name
   */
  public static ChannelAffine of(BatchNormalization layer, Map<String, INDArray> parameters) {
    double[] mean = numbers(parameters, BatchNormalizationParamInitializer.GLOBAL_MEAN);
    double[] factor = inverseDeviation(layer, parameters);
    double[] gamma = null;
    double[] beta = null;
    if (!layer.isLockGammaBeta()) {
      gamma = numbers(parameters, BatchNormalizationParamInitializer.GAMMA);
      beta = numbers(parameters, BatchNormalizationParamInitializer.BETA);
    }
    // Deeplearning4j's layer heeds a locked gamma and beta only where neither has its default.
    boolean heeded = layer.getGamma() != 1 && layer.getBeta() != 0;
    double lockedGamma = heeded ? layer.getGamma() : 1;
    double lockedBeta = heeded ? layer.getBeta() : 0;
    double[] shift = new double[factor.length];
    for (int c = 0; c < factor.length; c++) {
      factor[c] *= gamma == null ? lockedGamma : gamma[c];
      shift[c] = (beta == null ? lockedBeta : beta[c]) - mean[c] * factor[c];
    }
    return new ChannelAffine(factor, shift);
  }

  private static double[] inverseDeviation(
      BatchNormalization layer, Map<String, INDArray> parameters) {
    boolean logarithmic = layer.isUseLogStd();
    double[] values =
        numbers(
            parameters,
            logarithmic
                ? BatchNormalizationParamInitializer.GLOBAL_LOG_STD
                : BatchNormalizationParamInitializer.GLOBAL_VAR);
    for (int c = 0; c < values.length; c++) {
      double variance = logarithmic ? Math.pow(10, 2 * values[c]) : values[c];
      values[c] = 1 / Math.sqrt(variance + layer.getEps());
    }
    return values;
  }

  /** Returns the bias behind the normalisation, of the one before it, which may be null. */
  public double[] shifted(INDArray bias) {
    double[] shifted = shift.clone();
    if (bias != null) {
      double[] before = numbers(bias);
      for (int c = 0; c < shifted.length; c++) {
        shifted[c] += before[c] * factor[c];
      }
    }
    return shifted;
  }

  private static double[] numbers(Map<String, INDArray> parameters, String name) {
    return numbers(parameters.get(name));
  }

  private static double[] numbers(INDArray vector) {
    return vector.reshape(vector.length()).castTo(DataType.DOUBLE).dup().toDoubleVector();
  }
}
