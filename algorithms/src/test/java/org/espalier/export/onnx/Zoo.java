package org.espalier.export.onnx;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.espalier.zoo.CifarResNet;
import org.espalier.zoo.DenseNet;
import org.espalier.zoo.ImageNetResNet;
import org.espalier.zoo.LeNet5;
import org.espalier.zoo.MobileNetV2;
import org.espalier.zoo.Shortcut;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The networks of the zoo that go through ONNX, for small images. */
enum Zoo {
  RESNET20(32, 3),
  RESNET20_CONVOLUTION(32, 3),
  RESNET50(64, 3),
  MOBILENET(32, 3),
  DENSENET(32, 3),
  LENET5(28, 1);

  private final int side;
  private final int channels;

  Zoo(int side, int channels) {
    this.side = side;
    this.channels = channels;
  }

  ComputationGraphConfiguration configuration() {
    return switch (this) {
      case RESNET20 -> CifarResNet.builder(20).build();
      case RESNET20_CONVOLUTION -> CifarResNet.builder(20).shortcut(Shortcut.CONVOLUTION).build();
      case RESNET50 -> ImageNetResNet.builder(50).classes(10).input(64, 64, 3).build();
      case MOBILENET ->
          MobileNetV2.builder().widthMultiplier(0.25).classes(10).input(32, 32, 3).build();
      case DENSENET -> DenseNet.builder(22).build();
      case LENET5 -> LeNet5.builder().build();
    };
  }

  InputType input() {
    return Subjects.nhwc(side, side, channels);
  }

  /** Images [N, C, H, W]. */
  INDArray images(int count) {
    return Subjects.images(count, channels, side, side);
  }
}
