package org.espalier.nn.fused;

import java.util.function.BooleanSupplier;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.espalier.nn.BatchNorm;
import org.espalier.nn.Frozen;

/**
 * A batch normalisation's parameters and where their gradients belong, all float32 vectors.
 *
 * @param gammaGradient 0 where gamma and beta do not learn
 * @param frozen whether training uses running statistics at the moment, and leaves them alone
 */
record BatchNormParameters(
    int channels,
    float eps,
    double decay,
    long gammaAddress,
    long betaAddress,
    long meanAddress,
    long varianceAddress,
    long gammaGradient,
    long betaGradient,
    long meanGradient,
    long varianceGradient,
    BooleanSupplier frozen) {

  /**
   * The parameters of a runtime layer.
   *
   * @param gradients how far behind a parameter its gradient lies; 0 if there are no gradients
   */
  static BatchNormParameters of(BatchNorm layer, Layer runtime, long gradients) {
    long gamma = Compiler.address(runtime.getParam(BatchNormalizationParamInitializer.GAMMA));
    long beta = Compiler.address(runtime.getParam(BatchNormalizationParamInitializer.BETA));
    long mean = Compiler.address(runtime.getParam(BatchNormalizationParamInitializer.GLOBAL_MEAN));
    long variance =
        Compiler.address(runtime.getParam(BatchNormalizationParamInitializer.GLOBAL_VAR));
    boolean still = gradients == 0 || Frozen.is(layer);
    return new BatchNormParameters(
        (int) layer.getNOut(),
        (float) layer.getEps(),
        layer.getDecay(),
        gamma,
        beta,
        mean,
        variance,
        still ? 0 : gamma + gradients,
        still ? 0 : beta + gradients,
        mean + gradients,
        variance + gradients,
        runtime instanceof FreezableStatistics statistics ? statistics::isFrozen : () -> false);
  }

  boolean learn() {
    return gammaGradient != 0;
  }

  Place gamma() {
    return cursor -> gammaAddress;
  }

  /** The normalisation with the running statistics. */
  Normalization running() {
    return normalization(cursor -> meanAddress, cursor -> varianceAddress);
  }

  /** The normalisation with these statistics. */
  Normalization normalization(Place mean, Place variance) {
    return new Normalization(gamma(), cursor -> betaAddress, mean, variance, eps);
  }

  /** Lets a factor and an offset of each channel normalise by these statistics. */
  void fold(BatchStatistics batch, RowAffine affine) {
    affine.normalize(
        batch,
        eps,
        Floats.readDoubles(gammaAddress, channels),
        Floats.readDoubles(betaAddress, channels));
  }

  /** What each channel is multiplied with when running statistics normalise it. */
  float[] foldedScale() {
    float[] scale = Floats.read(gammaAddress, channels);
    float[] variance = Floats.read(varianceAddress, channels);
    for (int c = 0; c < channels; c++) {
      scale[c] = (float) (scale[c] / Math.sqrt((double) variance[c] + eps));
    }
    return scale;
  }

  /** What is then added. */
  float[] foldedShift(float[] scale) {
    float[] shift = Floats.read(betaAddress, channels);
    float[] mean = Floats.read(meanAddress, channels);
    for (int c = 0; c < channels; c++) {
      shift[c] -= mean[c] * scale[c];
    }
    return shift;
  }

  /** Writes the gradients of gamma and, behind it, beta. */
  void gradients(double[] gammaThenBeta) {
    if (learn()) {
      Floats.write(gammaThenBeta, 0, channels, gammaGradient);
      Floats.write(gammaThenBeta, channels, channels, betaGradient);
    }
  }

  /** Notes that a phase writes the gradients of gamma and beta. */
  void noteGradients(Phase phase) {
    if (learn()) {
      phase.writes(gammaGradient, channels);
      phase.writes(betaGradient, channels);
    }
  }

  /** Notes that a phase writes what is to be taken from the running statistics. */
  void noteMovements(Phase phase) {
    phase.writes(meanGradient, channels);
    phase.writes(varianceGradient, channels);
  }

  /**
   * Writes what is to be taken from the running statistics so that they keep {@code decay} of
   * themselves; frozen, they take the place of the batch's, and keep all.
   */
  void move(BatchStatistics batch) {
    if (frozen.getAsBoolean()) {
      batch.replace(
          Floats.readDoubles(meanAddress, channels), Floats.readDoubles(varianceAddress, channels));
    }
    move(meanAddress, batch.pooledMean(), meanGradient);
    move(varianceAddress, batch.pooledVariance(), varianceGradient);
  }

  private void move(long running, double[] batch, long movement) {
    float[] values = Floats.read(running, channels);
    for (int c = 0; c < channels; c++) {
      values[c] = (float) ((values[c] - (float) batch[c]) * (1 - decay));
    }
    Floats.write(values, movement);
  }
}
