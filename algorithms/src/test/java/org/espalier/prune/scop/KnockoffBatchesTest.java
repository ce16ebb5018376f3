package org.espalier.prune.scop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.espalier.compress.BatchAdapter;
import org.espalier.data.ImageShape;
import org.espalier.data.batch.Batch;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.dataset.DataSet;

class KnockoffBatchesTest {
  private static final Batch BATCH =
      new Batch(
          new float[] {1, 2, 3, 4, 5, 6},
          new int[] {0, 1, 2},
          3,
          new ImageShape(1, 2, 1),
          new long[3]);

  private static DataSet adapt(BatchAdapter adapter) {
    return adapter.adapt(BATCH, 3, new SplittableRandom(1));
  }

  private static int[] classes(DataSet data) {
    return data.getLabels().argMax(1).toIntVector();
  }

  @Test
  void stacksKnockoffsBehindRealImagesAndRepeatsTheLabels() {
    DataSet data = adapt(new KnockoffBatches(Derangement.shiftedBy(1), false));
    assertThat(data.getFeatures().shape()).containsExactly(6, 1, 2, 1);
    assertThat(data.getFeatures().reshape(12).toFloatVector())
        .containsExactly(1, 2, 3, 4, 5, 6, 5, 6, 1, 2, 3, 4);
    assertThat(classes(data)).containsExactly(0, 1, 2, 0, 1, 2);
    assertThat(BATCH.features()).containsExactly(1, 2, 3, 4, 5, 6);
  }

  @Test
  void labelsFollowTheImagesInGoldenSticksVariant() {
    DataSet data = adapt(new KnockoffBatches(Derangement.shiftedBy(1), true));
    assertThat(classes(data)).containsExactly(0, 1, 2, 2, 0, 1);
  }

  @Test
  void theAlgorithmChoosesByItsVariant() {
    DataSet data = adapt(new Scop(ScopConfiguration.goldenStick(0.45, 1)).batches());
    for (int i = 0; i < 3; i++) {
      int origin = (int) (data.getFeatures().getDouble(3 + i, 0, 0, 0) - 1) / 2;
      assertThat(classes(data)[3 + i]).isEqualTo(origin);
    }
    assertThat(classes(adapt(new Scop(ScopConfiguration.official(0.45, 1)).batches())))
        .containsExactly(0, 1, 2, 0, 1, 2);
  }

  @Test
  void thePlainAdapterPassesImagesOn() {
    DataSet data = adapt(BatchAdapter.plain());
    assertThat(data.getFeatures().shape()).containsExactly(3, 1, 2, 1);
    assertThat(data.getFeatures().reshape(6).toFloatVector()).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(classes(data)).containsExactly(0, 1, 2);
  }

  @Test
  void refusesLabelsThatThereAreNot() {
    assertThatThrownBy(() -> BatchAdapter.plain().adapt(BATCH, 2, new SplittableRandom(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot encode a label: there are 2 classes (label 2)");
  }
}
