package org.espalier.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class DenseTest {
  private static final INDArray X = Graphs.normal(DataType.FLOAT, 1, 6, 7);
  private static final INDArray EPSILON = Graphs.normal(DataType.FLOAT, 2, 6, 5);

  private static Dense.Builder dense() {
    return Dense.builder().nIn(7).nOut(5);
  }

  @Test
  void inputsAndGradientsMayBeViewsOfAnyOrder() {
    LayerRun plain = new LayerRun(dense().build(), DataType.FLOAT);
    LayerRun viewed = new LayerRun(dense().build(), DataType.FLOAT);
    INDArray wide = Nd4j.hstack(EPSILON, EPSILON);
    INDArray view = wide.get(NDArrayIndex.all(), NDArrayIndex.interval(5, 10));

    assertThat(viewed.forward(X.dup('f'), true)).isEqualTo(plain.forward(X, true));
    assertThat(viewed.backward(view)).isEqualTo(plain.backward(EPSILON));
    assertThat(viewed.gradients()).isEqualTo(plain.gradients());
  }

  @Test
  void weightsMayBeInAnyOrder() {
    LayerRun plain = new LayerRun(dense().build(), DataType.FLOAT);
    LayerRun other = new LayerRun(dense().build(), DataType.FLOAT);
    other.layer().paramTable().computeIfPresent("W", (name, weights) -> weights.dup('c'));

    assertThat(other.forward(X, true)).isEqualTo(plain.forward(X, true));
    assertThat(other.backward(EPSILON)).isEqualTo(plain.backward(EPSILON));
  }

  @Test
  void inputsOfAnotherWidthAreRefused() {
    LayerRun run = new LayerRun(dense().build(), DataType.FLOAT);
    assertThatThrownBy(() -> run.forward(Graphs.normal(DataType.FLOAT, 1, 6, 8), false))
        .hasMessageContaining("does not match layer input size (layer # inputs = 7)");
  }

  @Test
  void maskedExamplesAddNothingToTheGradient() {
    INDArray mask = Nd4j.createFromArray(1f, 1f, 1f, 1f, 0f, 0f).reshape(6, 1);
    LayerRun masked = new LayerRun(dense().build(), DataType.FLOAT);
    masked.layer().setMaskArray(mask);
    masked.forward(X, true);
    masked.backward(EPSILON.dup());

    LayerRun fewer = new LayerRun(dense().build(), DataType.FLOAT);
    fewer.forward(X.get(NDArrayIndex.interval(0, 4), NDArrayIndex.all()), true);
    fewer.backward(EPSILON.get(NDArrayIndex.interval(0, 4), NDArrayIndex.all()));
    assertThat(masked.gradients().equalsWithEps(fewer.gradients(), 1e-5)).isTrue();
  }

  @Test
  void frozenLayersPassTheGradientOnAndHaveNone() {
    Dense configuration = dense().build();
    Frozen.freeze(configuration);
    LayerRun frozen = new LayerRun(configuration, DataType.FLOAT);
    frozen.gradients().assign(7);
    frozen.forward(X, true);
    LayerRun learning = new LayerRun(dense().build(), DataType.FLOAT);
    learning.forward(X, true);

    assertThat(frozen.backward(EPSILON)).isEqualTo(learning.backward(EPSILON));
    assertThat(frozen.gradients().amaxNumber().doubleValue()).isZero();
    assertThat(learning.gradients().amaxNumber().doubleValue()).isPositive();
  }
}
