package org.espalier.export.onnx;

import java.io.IOException;
import java.io.InputStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Reads what PyTorch exported; make_pytorch_networks.py among the resources says what. */
class ForeignNetworksTest {
  private static final double WITHIN = 1e-4;
  private static final INDArray IMAGES = Subjects.images(6, 3, 32, 32);

  @Test
  void residualNetworkThatEndsInScores() throws IOException {
    byte[] file = file("resnet-pytorch.onnx");
    INDArray scores = OnnxRun.run(file, IMAGES);
    ComputationGraph network = OnnxImport.parse(file);
    // Logarithms of probabilities are scores up to a number for each image.
    INDArray expected = scores.subColumnVector(scores.mean(true, 1));
    INDArray actual = Transforms.log(Subjects.outputOfNhwc(network, IMAGES));
    Subjects.assertWithin(WITHIN, actual.subColumnVector(actual.mean(true, 1)), expected);
  }

  @Test
  void mobileNetWithNormalisationsAndFlattenedMaps() throws IOException {
    byte[] file = file("mobilenetv2-pytorch.onnx");
    ComputationGraph network = OnnxImport.parse(file);
    Subjects.assertWithin(
        WITHIN, Subjects.outputOfNhwc(network, IMAGES), OnnxRun.run(file, IMAGES));
  }

  static byte[] file(String name) throws IOException {
    try (InputStream in = ForeignNetworksTest.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    }
  }
}
