package org.espalier.export.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.quantize.network.IntegerForm;
import org.espalier.quantize.ptq.Ptq;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The zoo's networks in integers. */
class IntegerZooTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(Zoo.class)
  void onnxRuntimeComputesInIntegersWhatTheCodesSay(Zoo subject) throws Exception {
    INDArray images = Subjects.nhwc(subject.images(4));
    ComputationGraph network =
        IntegerForm.of(
            new Ptq(8).convert(Subjects.network(subject.configuration(), images), List.of(images)),
            false);
    byte[] model = OnnxExport.of(network, subject.input()).build().bytes();
    assertThat(OnnxRun.optimizedOperators(model, folder))
        .contains("QLinearConv", "QGemm")
        .doesNotContain("Conv", "FusedConv", "Gemm", "FusedGemm", "MatMul", "Relu");
    try (IntegerAgreement agreement = new IntegerAgreement(network, model)) {
      agreement.compare(images);
      assertThat(agreement.leastShareOfEqualCodes()).as(agreement.toString()).isGreaterThan(0.999);
      if (OnnxRun.roundsAsCompiled() && subject != Zoo.MOBILENET) { // 4 codes are one apart
        assertThat(agreement.farthestOutput()).as(agreement.toString()).isLessThan(1e-5);
      }
    }
  }
}
