package org.espalier.export.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.compress.CompressionAlgorithm;
import org.espalier.quantize.lsq.Lsq;
import org.espalier.quantize.network.IntegerForm;
import org.espalier.quantize.ptq.Ptq;
import org.espalier.quantize.simqat.SimQat;
import org.espalier.zoo.CifarResNet;
import org.espalier.zoo.GoldenData;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Trained networks in integers on real images: ONNX Runtime computes what the quantised network
 * does, with integer kernels alone.
 */
@Tag("slow")
class RealNetworksTest {
  private static final InputType INPUT = Subjects.nhwc(32, 32, 3);
  private static final int CALIBRATION = 8;
  private static final int TRAINING = 62;

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "20, ptq, false",
    "20, simqat, false",
    "20, lsq, false",
    "20, ptq, true",
    "20, simqat, true",
    "56, ptq, false",
  })
  void aResNetIsTheSameInOnnxRuntime(int depth, String way, boolean slim) throws Exception {
    ComputationGraph trained = GoldenData.pretrained(depth, CifarResNet.builder(depth));
    ComputationGraph network =
        slim ? Subjects.without(channel -> channel % 3 == 0, trained, INPUT) : trained;
    check(network, IntegerForm.of(deployed(network, way), false));
  }

  private void check(ComputationGraph network, ComputationGraph deployed)
      throws OrtException, IOException {
    byte[] model = OnnxExport.of(deployed, INPUT).build().bytes();
    byte[] original = OnnxExport.of(network, INPUT).build().bytes();
    if (network.numParams() > 200_000) {
      assertThat((double) model.length / original.length).isLessThan(0.27);
    }
    assertThat(OnnxRun.optimizedOperators(model, folder))
        .contains("QLinearConv", "QGemm", "QLinearAdd", "QLinearGlobalAveragePool")
        .doesNotContain("Conv", "FusedConv", "Gemm", "FusedGemm", "MatMul", "Add", "Relu");
    try (IntegerAgreement agreement = new IntegerAgreement(deployed, model)) {
      agreement.compare(GoldenData.testImages(0, 200, DataType.FLOAT).getFeatures());
      for (int batch = 1; batch < 5; batch++) {
        agreement.compareOutputs(
            GoldenData.testImages(200 * batch, 200, DataType.FLOAT).getFeatures());
      }
      for (int batch = CALIBRATION; batch < TRAINING; batch++) {
        agreement.compareOutputs(GoldenData.trainingBatch(batch, DataType.FLOAT).getFeatures());
      }
      assertThat(agreement.leastShareOfEqualCodes()).as(agreement.toString()).isGreaterThan(0.999);
      assumeTrue(OnnxRun.roundsAsCompiled(), "compiled networks round otherwise on this machine");
      assertThat(agreement.farthestOutput()).as(agreement.toString()).isLessThan(1e-4);
      assertThat(agreement.otherClasses()).as(agreement.toString()).isZero();
    }
  }

  private static ComputationGraph deployed(ComputationGraph network, String way)
      throws IOException {
    List<INDArray> images = new ArrayList<>();
    for (int batch = 0; batch < CALIBRATION; batch++) {
      images.add(GoldenData.trainingBatch(batch, DataType.FLOAT).getFeatures());
    }
    if (way.equals("ptq")) {
      return new Ptq(8).convert(network, images);
    }
    CompressionAlgorithm algorithm = way.equals("lsq") ? new Lsq(8) : new SimQat(8);
    ComputationGraph form = algorithm.apply(network);
    images.forEach(batch -> form.output(true, batch));
    return algorithm.convert(form);
  }
}
