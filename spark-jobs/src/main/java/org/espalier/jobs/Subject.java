package org.espalier.jobs;

import java.io.IOException;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.data.ImageShape;
import org.espalier.graph.LayerWeights;
import org.espalier.inspect.Summary;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A network under inspection, and what it takes.
 *
 * @param graph the network
 * @param shape the shape of an image
 * @param format where the network has the channels
 * @param summary the network layer by layer
 * @param fileBytes size of the file that holds the network, without its updater's state
 */
record Subject(
    ComputationGraph graph, ImageShape shape, CNN2DFormat format, Summary summary, long fileBytes) {

  /**
   * Takes a network up.
   *
   * @param what the network in words, for the error
   * @throws JobFailedException when the network does not take one image of that shape
   */
  static Subject of(String what, ComputationGraph graph, ImageShape shape) throws IOException {
    CNN2DFormat format = format(graph);
    InputType type =
        InputType.convolutional(shape.height(), shape.width(), shape.channels(), format);
    try {
      Summary summary = Summary.of(graph, type);
      Subject subject = new Subject(graph, shape, format, summary, Measuring.size(graph));
      graph.output(false, subject.noise()); // sizes that do not fit show only now
      return subject;
    } catch (RuntimeException e) { // Deeplearning4j has many kinds for shapes that do not fit
      throw new JobFailedException(
          String.format(
              "Cannot inspect %s for images of %s: %s (inspect.input sets their shape)",
              what, shape, e.getMessage()),
          e);
    }
  }

  /** Returns where the first convolution has the channels; ours have them last. */
  static CNN2DFormat format(ComputationGraph graph) {
    for (Layer layer : graph.getLayers()) {
      if (LayerWeights.kind(layer) instanceof ConvolutionLayer convolution) {
        return convolution.getCnn2dDataFormat();
      }
    }
    return CNN2DFormat.NHWC;
  }

  /** Turns images [N, H, W, C] into what the network takes. */
  INDArray layout(INDArray images) {
    return layout(format, images);
  }

  /** Turns images [N, H, W, C] into what networks take that have the channels there. */
  static INDArray layout(CNN2DFormat format, INDArray images) {
    return format == CNN2DFormat.NHWC ? images : images.permute(0, 3, 1, 2).dup('c');
  }

  /** Returns one image of noise, as the network takes it. */
  INDArray noise() {
    return layout(Nd4j.rand(DataType.FLOAT, 1, shape.height(), shape.width(), shape.channels()));
  }
}
