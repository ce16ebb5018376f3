package org.espalier.export.onnx;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.espalier.nn.BatchNorm;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Writes batch normalisation with its running statistics. */
final class NormalizationWriter {
  private NormalizationWriter() {}

  static Chain normalization(
      Chain chain, BatchNormalization layer, Map<String, INDArray> parameters) {
    INDArray mean = parameters.get(BatchNormalizationParamInitializer.GLOBAL_MEAN);
    chain.main(
        "BatchNormalization",
        List.of(
            Constants.vector(chain, "weight", scale(layer, parameters)),
            Constants.vector(chain, "bias", shift(layer, parameters)),
            Constants.vector(chain, "running_mean", mean),
            Constants.vector(chain, "running_var", variance(layer, parameters))),
        Attributes.real("epsilon", layer.getEps()));
    return layer instanceof BatchNorm ours && ours.isRelu() ? chain.then("Relu", List.of()) : chain;
  }

  private static float[] scale(BatchNormalization layer, Map<String, INDArray> parameters) {
    return layer.isLockGammaBeta()
        ? locked(layer, isHeeded(layer) ? layer.getGamma() : 1)
        : Floats.of(parameters.get(BatchNormalizationParamInitializer.GAMMA));
  }

  private static float[] shift(BatchNormalization layer, Map<String, INDArray> parameters) {
    return layer.isLockGammaBeta()
        ? locked(layer, isHeeded(layer) ? layer.getBeta() : 0)
        : Floats.of(parameters.get(BatchNormalizationParamInitializer.BETA));
  }

  /** Deeplearning4j's layer heeds a locked gamma and beta only where neither has its default. */
  private static boolean isHeeded(BatchNormalization layer) {
    return layer.getGamma() != 1 && layer.getBeta() != 0;
  }

  private static float[] locked(BatchNormalization layer, double value) {
    float[] values = new float[Math.toIntExact(layer.getNOut())];
    Arrays.fill(values, (float) value);
    return values;
  }

  private static float[] variance(BatchNormalization layer, Map<String, INDArray> parameters) {
    if (!layer.isUseLogStd()) {
      return Floats.of(parameters.get(BatchNormalizationParamInitializer.GLOBAL_VAR));
    }
    float[] values = Floats.of(parameters.get(BatchNormalizationParamInitializer.GLOBAL_LOG_STD));
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.pow(10, 2 * values[i]);
    }
    return values;
  }
}
