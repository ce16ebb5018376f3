package org.espalier.jobs.benchmark;

import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.espalier.nn.BatchNorm;
import org.espalier.nn.Convolution;
import org.espalier.nn.GlobalAveragePooling;
import org.espalier.nn.Output;
import org.espalier.nn.ResidualSum;
import org.espalier.zoo.NetworkOptions;
import org.nd4j.linalg.activations.Activation;

/**
 * Writes a network of our layers in Deeplearning4j's own, as its user would: a layer for each
 * convolution, normalisation, ReLU and sum; images are NHWC, in which those are the faster by a
 * little.
 *
 * <p>It serves what ResNets for CIFAR with convolutions as shortcuts are made of; Deeplearning4j
 * has no layer for the identity shortcut that changes shape.
 */
public final class StockNetworks {
  /** What the name of a layer ends with whose ReLU has the name. */
  private static final String PLAIN = ".plain";

  private final GraphBuilder graph;

  private StockNetworks(NetworkOptions options) {
    this.graph =
        new NeuralNetConfiguration.Builder()
            .seed(options.seed())
            .updater(options.updater().clone())
            .l2(options.l2())
            .weightInit(WeightInit.RELU)
            .graphBuilder()
            .addInputs(NetworkOptions.INPUT)
            .setInputTypes(options.inputType());
  }

  /**
   * Translates a network.
   *
   * @param network of our layers
   * @param options what it was built with
   * @throws IllegalArgumentException where it has a layer that is not served
   */
  public static ComputationGraphConfiguration of(
      ComputationGraphConfiguration network, NetworkOptions options) {
    StockNetworks stock = new StockNetworks(options);
    for (Map.Entry<String, GraphVertex> vertex : network.getVertices().entrySet()) {
      stock.add(vertex.getKey(), vertex.getValue(), network.getVertexInputs().get(vertex.getKey()));
    }
    return stock.graph.setOutputs(network.getNetworkOutputs().toArray(new String[0])).build();
  }

  /**
   * Translates a network with its weights.
   *
   * @param network of our layers, initialised
   * @param options what it was built with
   * @throws IllegalArgumentException where it has a layer that is not served
   */
  public static ComputationGraph of(ComputationGraph network, NetworkOptions options) {
    ComputationGraph stock = new ComputationGraph(of(network.getConfiguration(), options));
    stock.init();
    for (org.deeplearning4j.nn.api.Layer layer : stock.getLayers()) {
      String name = layer.conf().getLayer().getLayerName();
      String ours = name.endsWith(PLAIN) ? name.substring(0, name.length() - PLAIN.length()) : name;
      layer
          .paramTable()
          .forEach(
              (key, parameter) ->
                  parameter.assign(
                      network.getLayer(ours).getParam(key).reshape(parameter.shape())));
    }
    return stock;
  }

  /**
   * Adds a vertex under its own name. Where ReLU follows, the name is the ReLU's, so that the
   * vertices behind it need not know.
   */
  private void add(String name, GraphVertex vertex, List<String> inputs) {
    String[] from = inputs.toArray(new String[0]);
    if (vertex instanceof ResidualSum sum) {
      String plain = sum.isRelu() ? name + PLAIN : name;
      graph.addVertex(plain, new ElementWiseVertex(ElementWiseVertex.Op.Add), from);
      relu(sum.isRelu(), name, plain);
    } else if (vertex instanceof LayerVertex layer) {
      add(name, layer.getLayerConf().getLayer(), from);
    } else {
      throw refused(name, vertex);
    }
  }

  private void add(String name, Layer layer, String... from) {
    if (layer instanceof BatchNorm norm) {
      String plain = norm.isRelu() ? name + PLAIN : name;
      graph.addLayer(
          plain,
          new BatchNormalization.Builder()
              .decay(norm.getDecay())
              .eps(norm.getEps())
              .useLogStd(false)
              .dataFormat(CNN2DFormat.NHWC)
              .build(),
          from);
      relu(norm.isRelu(), name, plain);
    } else {
      graph.addLayer(name, single(name, layer), from);
    }
  }

  private void relu(boolean wanted, String name, String plain) {
    if (wanted) {
      graph.addLayer(name, new ActivationLayer(Activation.RELU), plain);
    }
  }

  private Layer single(String name, Layer layer) {
    if (layer instanceof Convolution convolution) {
      return new ConvolutionLayer.Builder(
              convolution.getKernelSize(), convolution.getStride(), convolution.getPadding())
          .nOut(convolution.getNOut())
          .hasBias(convolution.hasBias())
          .activation(Activation.IDENTITY)
          .dataFormat(CNN2DFormat.NHWC)
          .build();
    } else if (layer instanceof GlobalAveragePooling) {
      return new GlobalPoolingLayer.Builder(PoolingType.AVG).build();
    } else if (layer instanceof Output output) {
      return new OutputLayer.Builder().nOut(output.getNOut()).build();
    }
    throw refused(name, layer);
  }

  private static IllegalArgumentException refused(String name, Object ours) {
    return new IllegalArgumentException(
        String.format(
            "Cannot write a network in stock layers: only layers of ResNets for CIFAR are served"
                + " (%s of type %s)",
            name, ours.getClass().getSimpleName()));
  }
}
