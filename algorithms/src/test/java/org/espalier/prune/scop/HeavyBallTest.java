package org.espalier.prune.scop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.espalier.nn.CosineSchedule;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;

class HeavyBallTest {

  @Test
  void stepsAccumulateWithMomentum() {
    HeavyBall updater = new HeavyBall(0.1, null, 0.9);
    INDArray state = Nd4j.ones(DataType.DOUBLE, 1, 2);
    GradientUpdater<HeavyBall> steps = updater.instantiate(state, true);
    double[] expected = {0.1, 0.19, 0.271};
    for (double step : expected) {
      INDArray gradient = Nd4j.createFromArray(1.0, -2.0);
      steps.applyUpdater(gradient, 0, 0);
      assertThat(gradient.toDoubleVector())
          .containsExactly(new double[] {step, -2 * step}, within(1e-12));
    }
    assertThat(state.getDouble(0)).isCloseTo(2.71, within(1e-12));
  }

  @Test
  void theScheduleSetsTheRate() {
    HeavyBall updater = new HeavyBall(0.1, new CosineSchedule(0.1, 10, 0), 0.9);
    assertThat(updater.getLearningRate(0, 5)).isCloseTo(0.05, within(1e-12));
    assertThat(updater.clone()).isEqualTo(updater);
  }

  @Test
  void refusesMomentumOfOne() {
    assertThatThrownBy(() -> new HeavyBall(0.1, null, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot use momentum: it must be in [0, 1) (1.0)");
  }
}
