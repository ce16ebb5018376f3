package org.espalier.nn.fused;

/**
 * A batch normalisation's parameters and where their gradients belong, all float32 vectors.
 *
 * @param gammaGradient 0 where gamma and beta do not learn
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
    long varianceGradient) {

  boolean learn() {
    return gammaGradient != 0;
  }

  Place gamma() {
    return cursor -> gammaAddress;
  }

  Place beta() {
    return cursor -> betaAddress;
  }

  /** Writes the gradients of gamma and, behind it, beta. */
  void gradients(double[] gammaThenBeta) {
    if (learn()) {
      Floats.write(gammaThenBeta, 0, channels, gammaGradient);
      Floats.write(gammaThenBeta, channels, channels, betaGradient);
    }
  }

  /**
   * Writes what is to be taken from the running statistics so that they keep {@code decay} of
   * themselves.
   */
  void move(double[] batchMean, double[] batchVariance) {
    move(meanAddress, batchMean, meanGradient);
    move(varianceAddress, batchVariance, varianceGradient);
  }

  private void move(long running, double[] batch, long movement) {
    float[] values = Floats.read(running, channels);
    for (int c = 0; c < channels; c++) {
      values[c] = (float) ((values[c] - (float) batch[c]) * (1 - decay));
    }
    Floats.write(values, movement);
  }
}
