package org.espalier.prune.scop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

class RealRowsLossTest {
  private static final IActivation SOFTMAX = new ActivationSoftmax();
  private static final INDArray LABELS =
      Nd4j.createFromArray(new double[][] {{1, 0}, {0, 1}, {1, 0}, {0, 1}, {1, 0}});
  private static final INDArray LOGITS =
      Nd4j.createFromArray(new double[][] {{1, 2}, {0, 3}, {-1, 4}, {2, 2}, {5, 0}});

  private static INDArray rows(INDArray array, int count) {
    return array.getRows(java.util.stream.IntStream.range(0, count).toArray());
  }

  @Test
  void theMeanIsThatOfTheRealRows() {
    RealRowsLoss loss = new RealRowsLoss(new LossMCXENT());
    double expected =
        new LossMCXENT().computeScore(rows(LABELS, 2), rows(LOGITS, 2), SOFTMAX, null, true);
    assertThat(loss.computeScore(LABELS, LOGITS, SOFTMAX, null, true))
        .isCloseTo(expected, within(1e-12));
    assertThat(loss.computeScore(LABELS, LOGITS, SOFTMAX, null, false) / 5)
        .isCloseTo(expected, within(1e-12));
    assertThat(loss.computeScoreArray(LABELS, LOGITS, SOFTMAX, null).meanNumber().doubleValue())
        .isCloseTo(expected, within(1e-12));
  }

  @Test
  void knockoffRowsHaveNoGradientAndRealOnesCountForAll() {
    INDArray gradient =
        new RealRowsLoss(new LossMCXENT()).computeGradient(LABELS, LOGITS, SOFTMAX, null);
    INDArray real =
        new LossMCXENT().computeGradient(rows(LABELS, 2), rows(LOGITS, 2), SOFTMAX, null);
    assertThat(rows(gradient, 2).div(5).sub(real.div(2)).amaxNumber().doubleValue())
        .isLessThan(1e-12);
    assertThat(gradient.getRows(2, 3, 4).amaxNumber().doubleValue()).isZero();
  }

  @Test
  void refusesABatchWithoutKnockoffs() {
    assertThatThrownBy(
            () ->
                new RealRowsLoss(new LossMCXENT())
                    .computeScore(rows(LABELS, 1), rows(LOGITS, 1), SOFTMAX, null, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot tell real rows from knockoffs: there must be at least two rows (1)");
  }
}
