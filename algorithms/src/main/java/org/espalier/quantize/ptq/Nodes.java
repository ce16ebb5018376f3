package org.espalier.quantize.ptq;

import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.params.ConvolutionParamInitializer;
import org.espalier.graph.Node;
import org.espalier.quantize.layer.WeightLayout;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What is asked of the nodes of a network without batch normalisation. */
final class Nodes {
  static final String BIAS = ConvolutionParamInitializer.BIAS_KEY;

  private Nodes() {}

  static boolean isWeighted(Node node) {
    return node.layer() != null && WeightLayout.serves(node.layer());
  }

  static InputPreProcessor preprocessor(ComputationGraph network, String name) {
    return network.getConfiguration().getVertices().get(name) instanceof LayerVertex layer
        ? layer.getPreProcessor()
        : null;
  }

  static INDArray weights(ComputationGraph network, String name) {
    return network.getVertex(name).paramTable(false).get(WeightLayout.WEIGHTS);
  }

  static double[] bias(ComputationGraph network, String name) {
    return network.getVertex(name).paramTable(false).get(BIAS).dup().toDoubleVector();
  }

  static void setBias(ComputationGraph network, String name, double[] bias) {
    INDArray parameter = network.getVertex(name).paramTable(false).get(BIAS);
    parameter.assign(
        Nd4j.createFromArray(bias).castTo(parameter.dataType()).reshape(parameter.shape()));
  }

  /** Which of a layer's input channels a weight multiplies. */
  static int inputChannel(Layer layer, int channel, int position) {
    if (layer instanceof DepthwiseConvolution2D depthwise) {
      return channel / depthwise.getDepthMultiplier();
    }
    if (layer instanceof ConvolutionLayer convolution) {
      return position / (convolution.getKernelSize()[0] * convolution.getKernelSize()[1]);
    }
    return position;
  }

  /** The activation function of a layer that has one. */
  static IActivation function(Layer layer) {
    return layer instanceof ActivationLayer activation
        ? activation.getActivationFn()
        : ((BaseLayer) layer).getActivationFn();
  }

  static boolean isRelu(IActivation function) {
    return function instanceof ActivationReLU relu
        && (relu.getMax() == null || relu.getMax() == 0)
        && (relu.getThreshold() == null || relu.getThreshold() == 0)
        && (relu.getNegativeSlope() == null || relu.getNegativeSlope() == 0);
  }

  static boolean isIdentity(IActivation function) {
    return function instanceof ActivationIdentity;
  }
}
