package org.espalier.prune.scop;

import java.util.Objects;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Lets only the first half of the rows, the real images, into a loss.
 *
 * <p>Deeplearning4j divides score and gradient by the number of rows, of which half count here;
 * both are scaled by rows / n, n = floor(rows / 2), so that what training sees is the mean over the
 * real rows. Knockoff rows have gradient zero.
 */
public final class RealRowsLoss implements ILossFunction {
  private static final long serialVersionUID = 1L;

  @JsonProperty private final ILossFunction loss;

  /** Restricts a loss to the real rows. */
  public RealRowsLoss(@JsonProperty("loss") ILossFunction loss) {
    this.loss = Objects.requireNonNull(loss, "Cannot restrict a loss: there is none");
  }

  /** Returns the loss that is restricted. */
  public ILossFunction unrestricted() {
    return loss;
  }

  @Override
  public double computeScore(
      INDArray labels, INDArray preOutput, IActivation activation, INDArray mask, boolean average) {
    double score =
        loss.computeScore(real(labels), real(preOutput), activation, real(mask), average);
    return average ? score : score * scale(preOutput);
  }

  @Override
  public INDArray computeScoreArray(
      INDArray labels, INDArray preOutput, IActivation activation, INDArray mask) {
    INDArray scores = loss.computeScoreArray(real(labels), real(preOutput), activation, real(mask));
    INDArray all = Nd4j.zeros(scores.dataType(), preOutput.size(0), 1);
    real(all).assign(scores.mul(scale(preOutput)));
    return all;
  }

  @Override
  public INDArray computeGradient(
      INDArray labels, INDArray preOutput, IActivation activation, INDArray mask) {
    INDArray gradient = loss.computeGradient(real(labels), real(preOutput), activation, real(mask));
    INDArray all = Nd4j.zeros(preOutput.dataType(), preOutput.shape());
    real(all).assign(gradient.mul(scale(preOutput)));
    return all;
  }

  @Override
  public Pair<Double, INDArray> computeGradientAndScore(
      INDArray labels, INDArray preOutput, IActivation activation, INDArray mask, boolean average) {
    return new Pair<>(
        computeScore(labels, preOutput, activation, mask, average),
        computeGradient(labels, preOutput, activation, mask));
  }

  @Override
  public String name() {
    return toString();
  }

  private static double scale(INDArray rows) {
    long real = rows.size(0) / 2;
    return (double) rows.size(0) / real;
  }

  private static INDArray real(INDArray rows) {
    if (rows == null) {
      return null;
    }
    if (rows.size(0) < 2) {
      throw new IllegalArgumentException(
          "Cannot tell real rows from knockoffs: there must be at least two rows ("
              + rows.size(0)
              + ")");
    }
    return rows.get(NDArrayIndex.interval(0, rows.size(0) / 2), NDArrayIndex.all());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RealRowsLoss that && loss.equals(that.loss);
  }

  @Override
  public int hashCode() {
    return loss.hashCode();
  }

  @Override
  public String toString() {
    return "RealRowsLoss(" + loss + ")";
  }
}
