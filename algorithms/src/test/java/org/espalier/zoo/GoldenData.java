package org.espalier.zoo;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.testing.RealData;
import org.espalier.weights.SafeTensors;
import org.espalier.weights.WeightsFile;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Real data for tests: CIFAR-10 images, pretrained ResNets, and values that an independent
 * implementation computed.
 *
 * <p>Every method skips the test, saying why, where the data folder is absent.
 */
public final class GoldenData {
  private static final double[] MEAN = {0.485, 0.456, 0.406};
  private static final double[] DEVIATION = {0.229, 0.224, 0.225};
  private static final int SIDE = 32;
  private static final int PLANE = SIDE * SIDE;
  private static final int ROW = 1 + 3 * PLANE;

  private GoldenData() {}

  /**
   * Golden values of the pretrained ResNet-20, such as {@code logits} or {@code sgd10}, in single
   * precision.
   */
  public static Map<String, INDArray> values(String name) throws IOException {
    Map<String, INDArray> values = new TreeMap<>();
    SafeTensors.read(hadoop("golden/resnet20-" + name + ".safetensors"), new Configuration())
        .forEach((key, tensor) -> values.put(key, tensor.toINDArray()));
    return values;
  }

  /** A pretrained network of an architecture for CIFAR. */
  public static ComputationGraph pretrained(int depth, CifarResNet.Builder architecture)
      throws IOException {
    String file = depth == 20 ? "resnet20-12fca82f" : "resnet56-4bfd9763";
    return WeightsFile.load(
        hadoop("pretrained/" + file + ".safetensors"), new Configuration(), architecture.build());
  }

  /**
   * Training images {@code 64 * index} to {@code 64 * index + 63}, normalised, with one-hot labels.
   */
  public static DataSet trainingBatch(int index, DataType type) throws IOException {
    return images("data_batch_1.bin", 64 * index, 64, type);
  }

  /** Test images, normalised, with one-hot labels. */
  public static DataSet testImages(int first, int count, DataType type) throws IOException {
    return images("test_batch.bin", first, count, type);
  }

  private static DataSet images(String file, int first, int count, DataType type)
      throws IOException {
    byte[] rows = Files.readAllBytes(RealData.path("cifar10-lossless/" + file));
    float[] pixels = new float[count * 3 * PLANE];
    INDArray labels = Nd4j.zeros(type, count, 10);
    for (int i = 0; i < count; i++) {
      int row = (first + i) * ROW;
      labels.putScalar(i, rows[row], 1);
      for (int pixel = 0; pixel < PLANE; pixel++) {
        for (int c = 0; c < 3; c++) {
          double value = (rows[row + 1 + c * PLANE + pixel] & 0xff) / 255.0;
          pixels[(i * PLANE + pixel) * 3 + c] = (float) ((value - MEAN[c]) / DEVIATION[c]);
        }
      }
    }
    return new DataSet(
        Nd4j.createFromArray(pixels).reshape('c', count, SIDE, SIDE, 3).castTo(type), labels);
  }

  private static org.apache.hadoop.fs.Path hadoop(String name) {
    return new org.apache.hadoop.fs.Path(RealData.path(name).toUri());
  }
}
