package org.espalier.quantize.ptq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.quantize.QuantizedNetworks;
import org.espalier.quantize.network.QuantizedNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class PtqTest {
  private static final ComputationGraph NETWORK =
      QuantizedNetworks.plain(DataType.FLOAT, QuantizedNetworks.updater());
  private static final INDArray IMAGES =
      QuantizedNetworks.data(DataType.FLOAT, 1, 16).getFeatures();

  @Test
  void activationsTakeCalibrationImages() {
    refusedWithoutImages(() -> new Ptq(8).convert(NETWORK, List.of()));
    refusedWithoutImages(() -> new Ptq(8).convert(NETWORK, List.of(noImages())));
    Ptq ptq = new Ptq(8);
    refusedWithoutImages(() -> ptq.convert(NETWORK, new ActivationHistograms(), List.of(IMAGES)));
  }

  @Test
  void refinementTakesCalibrationImages() {
    PtqConfiguration weights = PtqConfiguration.weightsOnly(4);
    for (PtqConfiguration refined :
        List.of(
            weights.withRoundingSteps(5), weights.withBiasCorrection(BiasCorrection.EMPIRICAL))) {
      refusedWithoutImages(() -> new Ptq(refined).convert(NETWORK, List.of()));
      refusedWithoutImages(() -> new Ptq(refined).convert(NETWORK, List.of(noImages())));
    }
  }

  @Test
  void weightsAloneTakeNone() {
    ComputationGraph rounded = new Ptq(PtqConfiguration.weightsOnly(4)).convert(NETWORK, List.of());
    assertThat(QuantizedNetwork.of(rounded).layers()).hasSize(3);
    assertThat(QuantizedNetwork.of(rounded).activations()).isEmpty();
  }

  @Test
  void batchesWithoutImagesAreNoMatter() {
    assertThat(grids(List.of(noImages(), IMAGES))).isEqualTo(grids(List.of(IMAGES)));
  }

  @Test
  void bitsAreChecked() {
    for (int bits : new int[] {1, 9}) {
      String sentence = "Cannot quantise: the number of bits must be from 2 to 8 (" + bits + ")";
      PtqConfiguration standard = PtqConfiguration.standard(8, 8);
      for (ThrowingCallable wrong :
          List.<ThrowingCallable>of(
              () -> new Ptq(bits),
              () -> PtqConfiguration.standard(8, bits),
              () -> PtqConfiguration.weightsOnly(bits),
              () -> standard.withEndBits(bits))) {
        assertThatThrownBy(wrong).isInstanceOf(IllegalArgumentException.class).hasMessage(sentence);
      }
    }
  }

  private static Object grids(List<INDArray> images) {
    return QuantizedNetwork.of(new Ptq(8).convert(NETWORK, images)).activations();
  }

  private static INDArray noImages() {
    return Nd4j.create(DataType.FLOAT, 0, QuantizedNetworks.SIZE, QuantizedNetworks.SIZE, 2);
  }

  private static void refusedWithoutImages(ThrowingCallable conversion) {
    assertThatThrownBy(conversion)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot calibrate: the calibration set has no images (0)");
  }
}
