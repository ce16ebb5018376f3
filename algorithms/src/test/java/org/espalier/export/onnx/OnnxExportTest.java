package org.espalier.export.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;

class OnnxExportTest {
  @ParameterizedTest
  @EnumSource
  void computesWhatTheNetworkComputes(Zoo zoo) {
    INDArray images = zoo.images(5);
    ComputationGraph network = Subjects.network(zoo.configuration(), Subjects.nhwc(images));
    INDArray expected = Subjects.outputOfNhwc(network, images);
    assertThat(expected.maxNumber().doubleValue()).isLessThan(0.999);
    for (boolean fold : new boolean[] {false, true}) {
      OnnxModel model = OnnxExport.of(network, zoo.input()).foldBatchNorm(fold).build();
      Subjects.assertWithin(1e-5, OnnxRun.run(model.bytes(), images), expected);
    }
  }
}
