package org.espalier.nn.kernel;

import java.util.Random;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The feature maps of the three stages of a ResNet for CIFAR. */
public enum CifarShape {
  /** 16 channels of 32x32. */
  STAGE1(32, 16),
  /** 32 channels of 16x16. */
  STAGE2(16, 32),
  /** 64 channels of 8x8. */
  STAGE3(8, 64);

  final int side;
  final int channels;

  CifarShape(int side, int channels) {
    this.side = side;
    this.channels = channels;
  }

  /** Normal numbers as feature maps. */
  INDArray images(int batch, long seed) {
    return normal(seed, batch, side, side, channels);
  }

  static INDArray normal(long seed, long... shape) {
    Random random = new Random(seed);
    INDArray array = Nd4j.create(DataType.FLOAT, shape);
    for (long i = 0; i < array.length(); i++) {
      array.data().put(i, (float) random.nextGaussian());
    }
    return array;
  }
}
