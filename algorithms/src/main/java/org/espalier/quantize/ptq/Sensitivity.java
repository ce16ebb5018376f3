package org.espalier.quantize.ptq;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.graph.NetworkGraph;
import org.espalier.graph.NewNode;
import org.espalier.quantize.Quantization;
import org.espalier.quantize.layer.FixedActivation;
import org.espalier.quantize.layer.WeightLayout;
import org.espalier.quantize.network.QuantizedNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/** Rounds one layer of a network at a time, to find those that suffer. */
public final class Sensitivity {
  private static final String INPUT = ".sensitivity";

  private final ComputationGraph original;
  private final List<DataSet> data;
  private final List<INDArray> outputs = new ArrayList<>();

  private Sensitivity(ComputationGraph original, List<DataSet> data) {
    this.original = original;
    this.data = data;
    data.forEach(batch -> outputs.add(original.outputSingle(batch.getFeatures()).dup()));
  }

  /**
   * Measures every layer with weights.
   *
   * @param algorithm how layers are rounded; biases stay those of the network
   * @param network a trained network of one output; not changed
   * @param calibration batches of images to calibrate with
   * @param data batches of images to measure with, with one-hot labels [N, classes]
   * @return one for each layer, in the network's order
   * @throws IllegalArgumentException when the network cannot be quantised, or there are no images
   */
  public static List<LayerSensitivity> of(
      Ptq algorithm,
      ComputationGraph network,
      Iterable<INDArray> calibration,
      Iterable<DataSet> data) {
    List<DataSet> batches = new ArrayList<>();
    data.forEach(batches::add);
    if (batches.isEmpty()) {
      throw new IllegalArgumentException(
          "Cannot measure sensitivity: there are no images to measure with (0)");
    }
    QuantizedNetwork rounded = QuantizedNetwork.of(algorithm.convert(network, calibration));
    Sensitivity sensitivity = new Sensitivity(linear(algorithm.apply(network)), batches);
    return rounded.layers().stream().map(sensitivity::measured).toList();
  }

  /** The network without the softmax at its end, which hides errors. */
  private static ComputationGraph linear(ComputationGraph network) {
    return NetworkGraph.of(network)
        .forEach(
            BaseOutputLayer.class,
            layer -> layer.setActivationFn(Activation.IDENTITY.getActivationFunction()))
        .build();
  }

  private LayerSensitivity measured(QuantizedNetwork.WeightedLayer layer) {
    NetworkGraph graph = NetworkGraph.of(original);
    graph.parameter(
        layer.name(),
        WeightLayout.WEIGHTS,
        WeightLayout.of(layer.layer())
            .array(layer.weights().values(), original.getConfiguration().getDataType()));
    Optional<Quantization> input = layer.input();
    if (input.isPresent()) {
      graph.insertBefore(
          layer.name(), NewNode.layer(layer.name() + INPUT, new FixedActivation(input.get())));
    }
    ComputationGraph network = graph.build();
    double signal = 0;
    double noise = 0;
    long lost = 0;
    long images = 0;
    for (int i = 0; i < outputs.size(); i++) {
      INDArray output = network.outputSingle(data.get(i).getFeatures());
      INDArray labels = data.get(i).getLabels().argMax(1);
      signal += power(outputs.get(i));
      noise += power(output.sub(outputs.get(i)));
      lost += right(outputs.get(i), labels) - right(output, labels);
      images += labels.length();
    }
    return new LayerSensitivity(
        layer.name(), 10 * Math.log10(signal / noise), (double) lost / images);
  }

  private static double power(INDArray values) {
    return values.mul(values).castTo(DataType.DOUBLE).sumNumber().doubleValue();
  }

  private static long right(INDArray output, INDArray labels) {
    return output.argMax(1).eq(labels).castTo(DataType.INT64).sumNumber().longValue();
  }
}
