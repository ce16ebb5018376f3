package org.espalier.export.onnx;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * Makes a network of the ONNX file of a convolutional classifier, whoever wrote it.
 *
 * <p>The file has one input of images [N, C, H, W] of a fixed size (the batch alone may be dynamic)
 * and one output [N, classes]; opsets 7 to 22. Operators are Add, AveragePool, BatchNormalization,
 * Clip (to 0..6 or at 0), Concat, Constant, Conv (with one group, or one a channel), Dropout,
 * Flatten, Gemm, GlobalAveragePool, Identity, MatMul, MaxPool, Pad, Relu, Reshape (as flattening)
 * and Softmax.
 *
 * <p>The network takes images [N, H, W, C] and has a softmax with cross entropy at its end, also
 * where the file ends in what goes into one. It is made of the layers of {@code org.espalier.nn}
 * where they serve: a ReLU goes into the normalisation, sum or dense layer before it. Vertices have
 * the names of the file's nodes.
 */
public final class OnnxImport {
  private OnnxImport() {}

  /**
   * Reads a network.
   *
   * @param path an ONNX file on any file system that Hadoop knows
   * @param configuration Hadoop's configuration
   * @return an initialised network
   * @throws OnnxException where the file is absent, broken, or holds what is not supported; the
   *     message names the node
   */
  public static ComputationGraph read(Path path, Configuration configuration) throws OnnxException {
    try (InputStream in = path.getFileSystem(configuration).open(path)) {
      return parse(in.readAllBytes());
    } catch (FileNotFoundException e) {
      throw new OnnxException("Cannot import " + path + ": there is no such file", e);
    } catch (IOException e) {
      throw new OnnxException("Cannot import " + path + ": " + e.getMessage(), e);
    }
  }

  /** Reads a network; messages are the reasons alone. */
  static ComputationGraph parse(byte[] content) throws OnnxException {
    return new NetworkReader(ModelReader.model(content)).read();
  }
}
