package org.espalier.quantize.simqat;

import static org.deeplearning4j.nn.params.BatchNormalizationParamInitializer.BETA;
import static org.deeplearning4j.nn.params.BatchNormalizationParamInitializer.GAMMA;

import java.util.Map;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Normalisation of one batch by its own statistics, on top of weights folded with running ones.
 *
 * <p>With x = conv(input, round(W f)), y0 the values whose statistics m and s count (conv(input,
 * W), or x / f), and s' the running deviation:
 *
 * <pre>
 * two convolutions:  y = x s' / s + beta - gamma m / s
 * one convolution:   y = gamma (x / f - m) / s + beta
 * </pre>
 */
final class BatchFold {
  private final FoldedWeights weights;
  private final double[] gamma;
  private final double[] beta;
  private final INDArray images;
  private final INDArray x;
  private final INDArray reference;
  private final BatchScale batch;
  private INDArray referenceGradient;

  private BatchFold(
      FoldedWeights weights,
      Map<String, INDArray> parameters,
      INDArray images,
      INDArray reference,
      double eps) {
    this.weights = weights;
    this.gamma = parameters.get(GAMMA).dup().toDoubleVector();
    this.beta = parameters.get(BETA).dup().toDoubleVector();
    this.images = images;
    this.x = ChannelRows.of(images, gamma.length);
    this.reference = reference;
    INDArray seen = reference == null ? unfolded() : ChannelRows.of(reference, gamma.length);
    this.batch = BatchScale.of(ChannelRows.means(seen), ChannelRows.variances(seen), eps);
  }

  /**
   * Prepares a batch.
   *
   * @param x what the rounded weights give
   * @param reference what the raw weights give; null for one convolution
   */
  static BatchFold of(
      FoldedConvolution layer,
      FoldedWeights weights,
      Map<String, INDArray> parameters,
      INDArray x,
      INDArray reference) {
    return new BatchFold(weights, parameters, x, reference, layer.normalization().getEps());
  }

  BatchScale batch() {
    return batch;
  }

  private INDArray unfolded() {
    return ChannelRows.scale(x.dup('c'), inverse(weights.factor()));
  }

  private static double[] inverse(double[] values) {
    double[] inverse = new double[values.length];
    for (int c = 0; c < values.length; c++) {
      inverse[c] = 1 / values[c];
    }
    return inverse;
  }

  INDArray forward(LayerWorkspaceMgr workspaces) {
    double[] scale = new double[gamma.length];
    double[] shift = new double[gamma.length];
    for (int c = 0; c < gamma.length; c++) {
      double deviation = batch.deviation()[c];
      scale[c] =
          reference == null
              ? gamma[c] / deviation / weights.factor()[c]
              : weights.deviation()[c] / deviation;
      shift[c] = beta[c] - gamma[c] * batch.mean()[c] / deviation;
    }
    INDArray y = workspaces.dup(ArrayType.ACTIVATIONS, images, 'c');
    ChannelRows.shift(ChannelRows.scale(ChannelRows.of(y, gamma.length), scale), shift);
    return y;
  }

  /**
   * Makes of the gradient at y that at x, in place.
   *
   * @param sums of the gradient, for each channel
   * @param gammaGradient receives what gamma gets but for its part in the folded weights
   */
  void backward(INDArray d, double[] sums, double[] gammaGradient) {
    if (reference == null) {
      oneConvolution(d, sums, gammaGradient);
    } else {
      twoConvolutions(d, sums, gammaGradient);
    }
  }

  /** Returns the gradient at what the raw weights gave; null for one convolution. */
  INDArray referenceGradient() {
    return referenceGradient;
  }

  private void oneConvolution(INDArray d, double[] sums, double[] gammaGradient) {
    double[] minusMean = new double[gamma.length];
    for (int c = 0; c < gamma.length; c++) {
      minusMean[c] = -batch.mean()[c];
    }
    INDArray normal = ChannelRows.shift(unfolded(), minusMean);
    ChannelRows.scale(normal, inverse(batch.deviation()));
    double[] products = ChannelRows.sums(normal.mul(d));
    long rows = d.size(0);
    double[] shift = new double[gamma.length];
    double[] slope = new double[gamma.length];
    double[] scale = new double[gamma.length];
    for (int c = 0; c < gamma.length; c++) {
      shift[c] = -sums[c] / rows;
      slope[c] = -products[c] / rows;
      scale[c] = gamma[c] / batch.deviation()[c];
      gammaGradient[c] += products[c];
    }
    d.addi(ChannelRows.scale(normal, slope));
    ChannelRows.scale(ChannelRows.shift(d, shift), scale);
    double[] inverse = inverse(weights.factor());
    double[] factor = ChannelRows.sums(d.mul(x));
    for (int c = 0; c < gamma.length; c++) {
      if (weights.exact()[c]) {
        gammaGradient[c] -= factor[c] * inverse[c] * inverse[c] / weights.deviation()[c];
      }
    }
    ChannelRows.scale(d, inverse);
  }

  private void twoConvolutions(INDArray d, double[] sums, double[] gammaGradient) {
    double[] products = ChannelRows.sums(d.mul(x));
    long rows = d.size(0);
    double[] scale = new double[gamma.length];
    double[] slope = new double[gamma.length];
    double[] shift = new double[gamma.length];
    for (int c = 0; c < gamma.length; c++) {
      double mean = batch.mean()[c];
      double s = batch.deviation()[c];
      double running = weights.deviation()[c];
      scale[c] = running / s;
      gammaGradient[c] -= sums[c] * mean / s;
      double meanGradient = -sums[c] * gamma[c] / s;
      double deviationGradient = (sums[c] * gamma[c] * mean - products[c] * running) / (s * s);
      slope[c] = deviationGradient / (s * rows);
      shift[c] = meanGradient / rows - slope[c] * mean;
    }
    referenceGradient = reference.dup('c');
    ChannelRows.shift(
        ChannelRows.scale(ChannelRows.of(referenceGradient, gamma.length), slope), shift);
    ChannelRows.scale(d, scale);
  }
}
