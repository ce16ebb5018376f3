package org.espalier.nn;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class PoolingTest {
  private static final int BATCH = 2;
  private static final int CHANNELS = 3;

  /** 3x3 windows of stride 2 with padding 1, on values below zero: padding must not win. */
  @ParameterizedTest
  @CsvSource({"FLOAT, 8, 6", "FLOAT, 7, 5", "FLOAT, 1, 2", "DOUBLE, 8, 6", "DOUBLE, 7, 5"})
  void maximaAndTheirGradientsAreThoseOfTheWindowsWithoutPadding(
      DataType type, int height, int width) {
    INDArray x = Graphs.normal(type, 3, BATCH, height, width, CHANNELS).subi(10);
    int rows = (height - 1) / 2 + 1;
    int columns = (width - 1) / 2 + 1;
    INDArray epsilon = Graphs.normal(type, 4, BATCH, rows, columns, CHANNELS);
    INDArray maxima = Nd4j.create(type, BATCH, rows, columns, CHANNELS);
    INDArray gradient = Nd4j.create(type, BATCH, height, width, CHANNELS);
    for (int n = 0; n < BATCH; n++) {
      for (int row = 0; row < rows; row++) {
        for (int column = 0; column < columns; column++) {
          for (int c = 0; c < CHANNELS; c++) {
            int[] winner = winner(x, n, row, column, c);
            maxima.putScalar(new int[] {n, row, column, c}, x.getDouble(winner));
            gradient.putScalar(
                winner, gradient.getDouble(winner) + epsilon.getDouble(n, row, column, c));
          }
        }
      }
    }
    LayerRun pooling = new LayerRun(Pooling.max(3, 3).stride(2).padding(1).build(), type);

    assertThat(pooling.forward(x, false)).isEqualTo(maxima);
    assertThat(pooling.forward(x, true)).isEqualTo(maxima);
    assertThat(pooling.backward(epsilon).equalsWithEps(gradient, 1e-6)).isTrue();
  }

  private static int[] winner(INDArray x, int n, int row, int column, int c) {
    int[] winner = null;
    for (int i = Math.max(0, 2 * row - 1); i <= Math.min(x.size(1) - 1, 2 * row + 1); i++) {
      for (int j = Math.max(0, 2 * column - 1); j <= Math.min(x.size(2) - 1, 2 * column + 1); j++) {
        int[] here = {n, i, j, c};
        if (winner == null || x.getDouble(here) > x.getDouble(winner)) {
          winner = here;
        }
      }
    }
    return winner;
  }
}
