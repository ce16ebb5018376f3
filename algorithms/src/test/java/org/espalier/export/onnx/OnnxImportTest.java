package org.espalier.export.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;

class OnnxImportTest {
  @ParameterizedTest
  @EnumSource
  void givesBackWhatWasExported(Zoo zoo) throws OnnxException {
    INDArray images = zoo.images(3);
    ComputationGraph network = Subjects.network(zoo.configuration(), Subjects.nhwc(images));
    INDArray expected = Subjects.outputOfNhwc(network, images);

    OnnxModel whole = OnnxExport.of(network, zoo.input()).build();
    ComputationGraph read = OnnxImport.parse(whole.bytes());
    Subjects.assertWithin(1e-5, Subjects.outputOfNhwc(read, images), expected);
    assertThat(read.numParams()).isEqualTo(network.numParams());

    OnnxModel folded = OnnxExport.of(network, zoo.input()).foldBatchNorm(true).build();
    ComputationGraph foldedRead = OnnxImport.parse(folded.bytes());
    Subjects.assertWithin(1e-5, Subjects.outputOfNhwc(foldedRead, images), expected);
  }
}
