package org.espalier.export.onnx;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import onnx.Onnx.ModelProto;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.graph.BatchNormFolding;
import org.espalier.quantize.network.IntegerForm;
import org.espalier.quantize.network.QuantizedNetwork;

/**
 * Writes a network as an ONNX model of opset {@value #OPSET}, as it computes in inference.
 *
 * <p>A network in deployment form, which {@code org.espalier.quantize} makes, is written in
 * integers: weights as int8 with one scale an output channel, biases as int32, activations as uint8
 * between pairs of QuantizeLinear and DequantizeLinear, placed so that ONNX Runtime computes
 * convolutions, dense layers, sums and averages in integers. What it computes is what {@link
 * IntegerForm} computes. Layers whose inputs are not rounded have integer weights and compute in
 * float32, and so does every other network.
 *
 * <p>The input is [N, C, H, W] for images, whatever the network's own format, and has the name of
 * the network's input; outputs and intermediate tensors have the names of vertices, in integers
 * outputs, weights and rounded activations alone. The model has no transpositions between layers.
 * What is known of the network's origin goes into the model's metadata: {@code classes} (one name a
 * line), {@code top1}, and whatever else is given.
 *
 * <p>Networks have one input. Layers are those of {@code org.espalier.nn} and Deeplearning4j's
 * two-dimensional convolutions (transposed and separable ones aside), pooling, batch normalisation,
 * dense, activation, dropout, padding and output layers; vertices are sums and other element-wise
 * ones, merging of channels and preprocessors. Anything else is refused with its name. <a
 * href="https://onnx.ai/onnx/operators/">The operators</a>.
 */
public final class OnnxExport {
  /** The version of ONNX's operators. */
  public static final int OPSET = 13;

  private static final int IR_VERSION = 7;
  private static final String PRODUCER = "Espalier";

  private final ComputationGraph network;
  private final InputType input;
  private final Map<String, String> metadata = new TreeMap<>();
  private boolean foldBatchNorm;
  private boolean reduceRange;

  private OnnxExport(ComputationGraph network, InputType input) {
    this.network = network;
    this.input = input;
  }

  /**
   * An export of a network, batch normalisation not folded and nothing known of its origin unless
   * told.
   *
   * @param network an initialised network of one input
   * @param input the type of that input
   */
  public static OnnxExport of(ComputationGraph network, InputType input) {
    int inputs = network.getNumInputArrays();
    if (inputs != 1) {
      throw new IllegalArgumentException(
          "Cannot export a network: it must have one input (" + inputs + ")");
    }
    return new OnnxExport(network, input);
  }

  /**
   * Whether batch normalisation is folded into convolutions first; see {@link BatchNormFolding}.
   */
  public OnnxExport foldBatchNorm(boolean foldBatchNorm) {
    this.foldBatchNorm = foldBatchNorm;
    return this;
  }

  /**
   * Whether integer weights are held to 7 bits, for x86 processors without VNNI, which add products
   * in 16 bits; those of more bits are rounded once more. Of no effect where weights are float32.
   */
  public OnnxExport reduceRange(boolean reduceRange) {
    this.reduceRange = reduceRange;
    return this;
  }

  /** The names of the classes, in the order of the outputs. */
  public OnnxExport classNames(List<String> names) {
    return metadata("classes", String.join("\n", names));
  }

  /** The share of test images whose class the network finds, from 0 to 1. */
  public OnnxExport top1(double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "Cannot export a network: top1 must be from 0 to 1 (" + share + ")");
    }
    return metadata("top1", Double.toString(share));
  }

  /** Anything else worth knowing, such as the data that the network was trained on. */
  public OnnxExport metadata(String key, String value) {
    metadata.put(key, value);
    return this;
  }

  /**
   * Makes the model.
   *
   * @throws IllegalArgumentException where a layer or vertex has no ONNX form, or is in training
   *     form, with its name
   */
  public OnnxModel build() {
    ComputationGraph written = foldBatchNorm ? BatchNormFolding.fold(network).network() : network;
    if (QuantizedNetwork.isDeployed(written)) {
      written = IntegerForm.of(written, reduceRange);
    }
    String version = OnnxExport.class.getPackage().getImplementationVersion();
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .setProducerName(PRODUCER)
            .setProducerVersion(version == null ? "" : version)
            .setGraph(new NetworkWriter(written, input).write());
    model.addOpsetImportBuilder().setDomain("").setVersion(OPSET);
    metadata.forEach((key, value) -> model.addMetadataPropsBuilder().setKey(key).setValue(value));
    return new OnnxModel(model.build());
  }
}
