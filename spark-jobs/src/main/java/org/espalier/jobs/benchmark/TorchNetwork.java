package org.espalier.jobs.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.espalier.nn.BatchNorm;
import org.espalier.nn.Concatenation;
import org.espalier.nn.Convolution;
import org.espalier.nn.Dense;
import org.espalier.nn.GlobalAveragePooling;
import org.espalier.nn.Output;
import org.espalier.nn.PaddedShortcut;
import org.espalier.nn.Pooling;
import org.espalier.nn.ResidualSum;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU6;

/**
 * Describes a network of the zoo as a list of PyTorch modules: for each its name, its kind, the
 * names of its inputs, and the arguments of its constructor. An activation is a module of its own,
 * and has the name of what it belongs to, so that those behind it need not know.
 */
final class TorchNetwork {
  private final List<Module> modules = new ArrayList<>();

  /** A PyTorch module; the fields are what torch_peer.py reads. */
  record Module(String name, String kind, List<String> inputs, Map<String, Object> settings) {}

  private TorchNetwork() {}

  /**
   * Describes a network.
   *
   * @param network of our layers
   * @return modules, in an order in which they can be called; the last is the logits
   * @throws IllegalArgumentException where it has a layer that is not served
   */
  static List<Module> of(ComputationGraphConfiguration network) {
    TorchNetwork torch = new TorchNetwork();
    for (Map.Entry<String, GraphVertex> vertex : network.getVertices().entrySet()) {
      torch.add(vertex.getKey(), vertex.getValue(), network.getVertexInputs().get(vertex.getKey()));
    }
    return torch.modules;
  }

  private void add(String name, GraphVertex vertex, List<String> inputs) {
    if (vertex instanceof LayerVertex layer) {
      add(name, layer.getLayerConf().getLayer(), inputs);
    } else if (vertex instanceof ResidualSum sum) {
      add(name, "sum", inputs, Map.of(), relu(sum.isRelu()));
    } else if (vertex instanceof Concatenation) {
      add(name, "concatenation", inputs, Map.of(), "");
    } else {
      throw refused(name, vertex);
    }
  }

  private void add(String name, Layer layer, List<String> inputs) {
    if (layer instanceof Convolution convolution) {
      Map<String, Object> settings =
          Map.of(
              "in_channels", convolution.getNIn(),
              "out_channels", convolution.getNOut(),
              "kernel_size", convolution.getKernelSize(),
              "stride", convolution.getStride(),
              "padding", convolution.getPadding(),
              "bias", convolution.hasBias());
      add(name, "convolution", inputs, settings, activation(name, convolution.getActivationFn()));
    } else if (layer instanceof DepthwiseConvolution2D depthwise) {
      Map<String, Object> settings =
          Map.of(
              "in_channels", depthwise.getNIn(),
              "out_channels", depthwise.getNIn() * depthwise.getDepthMultiplier(),
              "kernel_size", depthwise.getKernelSize(),
              "stride", depthwise.getStride(),
              "padding", depthwise.getPadding(),
              "groups", depthwise.getNIn(),
              "bias", depthwise.hasBias());
      add(name, "convolution", inputs, settings, activation(name, depthwise.getActivationFn()));
    } else if (layer instanceof BatchNorm norm) {
      Map<String, Object> settings =
          Map.of(
              "num_features", norm.getNOut(),
              "eps", norm.getEps(),
              "momentum", 1 - norm.getDecay());
      add(name, "batchNorm", inputs, settings, relu(norm.isRelu()));
    } else if (layer instanceof Dense dense) {
      Map<String, Object> settings = linear(dense.getNIn(), dense.getNOut(), dense.hasBias());
      add(name, "dense", inputs, settings, activation(name, dense.getActivationFn()));
    } else if (layer instanceof Output output) {
      Map<String, Object> settings = linear(output.getNIn(), output.getNOut(), output.hasBias());
      add(name, "dense", inputs, settings, "");
    } else if (layer instanceof ActivationLayer activation) {
      add(name, activation(name, activation.getActivationFn()), inputs, Map.of(), "");
    } else {
      addUnlearned(name, layer, inputs);
    }
  }

  private void addUnlearned(String name, Layer layer, List<String> inputs) {
    if (layer instanceof Pooling pooling) {
      Map<String, Object> settings =
          Map.of(
              "kernel_size", pooling.getKernelSize(),
              "stride", pooling.getStride(),
              "padding", pooling.getPadding());
      boolean max = pooling.getPoolingType() == PoolingType.MAX;
      add(name, max ? "maxPooling" : "averagePooling", inputs, settings, "");
    } else if (layer instanceof GlobalAveragePooling) {
      add(name, "globalAverage", inputs, Map.of(), "");
    } else if (layer instanceof PaddedShortcut shortcut) {
      Map<String, Object> settings =
          Map.of(
              "stride", shortcut.stride(),
              "before", shortcut.before(),
              "after", shortcut.after());
      add(name, "paddedShortcut", inputs, settings, "");
    } else {
      throw refused(name, layer);
    }
  }

  /** Adds a module and its activation, which may be the empty text for none. */
  private void add(
      String name,
      String kind,
      List<String> inputs,
      Map<String, Object> settings,
      String activation) {
    if (activation.isEmpty()) {
      modules.add(new Module(name, kind, inputs, settings));
    } else {
      String plain = name + ".plain";
      modules.add(new Module(plain, kind, inputs, settings));
      modules.add(new Module(name, activation, List.of(plain), Map.of()));
    }
  }

  private static Map<String, Object> linear(long nIn, long nOut, boolean bias) {
    return Map.of("in_features", nIn, "out_features", nOut, "bias", bias);
  }

  private static String relu(boolean wanted) {
    return wanted ? "relu" : "";
  }

  private static String activation(String name, IActivation function) {
    if (function instanceof ActivationIdentity) {
      return "";
    } else if (function instanceof ActivationReLU6) {
      return "relu6";
    } else if (function instanceof ActivationReLU) {
      return "relu";
    }
    throw refused(name, function);
  }

  private static IllegalArgumentException refused(String name, Object ours) {
    return new IllegalArgumentException(
        String.format(
            "Cannot write a network in PyTorch: only what networks of the zoo are made of is served"
                + " (%s of type %s)",
            name, ours.getClass().getSimpleName()));
  }
}
