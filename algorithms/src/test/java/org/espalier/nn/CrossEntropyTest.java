package org.espalier.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

class CrossEntropyTest {
  private static final IActivation SOFTMAX = new ActivationSoftmax();

  @Test
  void aHopelessExampleLosesAllItsNats() {
    INDArray logits = Nd4j.createFromArray(new float[][] {{100, 0, 0}, {0, 200, 0}});
    INDArray labels = Nd4j.createFromArray(new float[][] {{0, 1, 0}, {0, 1, 0}});
    double[] losses =
        new CrossEntropy()
            .computeScoreArray(labels, logits, SOFTMAX, null)
            .reshape(2)
            .toDoubleVector();
    assertThat(losses[0]).isCloseTo(100, within(1e-4));
    assertThat(losses[1]).isCloseTo(0, within(1e-6));
  }

  @Test
  void ordinaryExamplesLoseWhatDeeplearning4jSays() {
    Nd4j.getRandom().setSeed(3);
    INDArray logits = Nd4j.randn(6, 4);
    INDArray labels = Nd4j.eye(4).get(Nd4j.createFromArray(0, 1, 2, 3, 0, 1));
    double stock = new LossMCXENT().computeScore(labels, logits.dup(), SOFTMAX, null, true);
    INDArray before = logits.dup();
    double ours = new CrossEntropy().computeScore(labels, logits, SOFTMAX, null, true);
    assertThat(ours).isCloseTo(stock, within(1e-5));
    assertThat(logits).isEqualTo(before);
  }
}
