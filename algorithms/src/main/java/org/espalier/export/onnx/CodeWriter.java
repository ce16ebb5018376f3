package org.espalier.export.onnx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes quantised tensors as pairs of QuantizeLinear and DequantizeLinear, which ONNX Runtime
 * fuses with the operators between them into integer ones.
 *
 * <p>Activations are uint8 with one scale and zero point a tensor; weights are int8, symmetric,
 * with one scale an output channel, output channels first; biases are int32 with scale (input
 * scale) (weight scale). Where one of these rules is broken, ONNX Runtime computes in float without
 * a word. <a
 * href="https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html">ONNX Runtime
 * on quantisation</a>.
 */
final class CodeWriter {
  /** What the name of a tensor's codes has behind the tensor's own. */
  static final String CODES = "/codes";

  private static final int MATRIX = 2;

  private final GraphWriter graph;
  private final Map<ActivationGrid, List<String>> constants = new HashMap<>();
  private final Map<Integer, String> zeroPoints = new HashMap<>();

  CodeWriter(GraphWriter graph) {
    this.graph = graph;
  }

  /**
   * Rounds an activation to the codes of a grid, all of which it may have.
   *
   * @param tensor the activation
   * @return the codes
   */
  String codes(String tensor, ActivationGrid grid) {
    return graph.node("QuantizeLinear", "", tensor + CODES, inputs(tensor, grid));
  }

  /**
   * Makes numbers of codes.
   *
   * @param name the name of the numbers
   */
  String values(String codes, ActivationGrid grid, String name) {
    return graph.node("DequantizeLinear", "", name, inputs(codes, grid));
  }

  /** Brings codes to those that a grid uses. */
  String limited(String codes, ActivationGrid grid) {
    return graph.node(
        "Clip",
        "",
        codes + ".limited",
        List.of(
            codes,
            graph.unsignedByte(codes + ".min", grid.low()),
            graph.unsignedByte(codes + ".max", grid.high())));
  }

  /** The code of zero. */
  String zero(ActivationGrid grid) {
    return constants(grid).get(1);
  }

  private List<String> inputs(String tensor, ActivationGrid grid) {
    List<String> constants = constants(grid);
    return List.of(tensor, constants.get(0), constants.get(1));
  }

  private List<String> constants(ActivationGrid grid) {
    return constants.computeIfAbsent(
        grid.unlimited(),
        key ->
            List.of(
                graph.floats("scale", new float[] {key.scale()}),
                zeroPoints.computeIfAbsent(
                    key.zero(), code -> graph.unsignedByte("zero_point" + code, code))));
  }

  /**
   * Writes the weights of a layer.
   *
   * @param layer its name
   * @param codes their codes, output channels first
   * @param scales the distance of two codes, one an output channel, each above 0
   * @param shape their shape
   * @return the weights as float32
   */
  String weights(String layer, byte[] codes, float[] scales, long... shape) {
    requireScales(layer, scales, shape[0]);
    List<String> inputs = new ArrayList<>();
    inputs.add(graph.signedBytes(layer + ".weight", codes, shape));
    inputs.add(graph.floats(layer + ".scale", scales, scales.length));
    if (shape.length == MATRIX) {
      inputs.add(graph.signedZeros(scales.length)); // ONNX Runtime's QGemm does not assume them
    }
    return dequantized(layer + ".w", inputs);
  }

  /**
   * Writes the bias of a layer.
   *
   * @param layer its name
   * @param codes its codes, one an output channel
   * @param inputScale the scale of the activation that the weights are multiplied with
   * @param weightScales the weights' scales, one an output channel
   * @return the bias as float32
   */
  String bias(String layer, int[] codes, float inputScale, float... weightScales) {
    requireScales(layer, weightScales, codes.length);
    float[] scales = weightScales.clone();
    for (int i = 0; i < scales.length; i++) {
      scales[i] *= inputScale;
    }
    return dequantized(
        layer + ".b",
        List.of(
            graph.integers(layer + ".bias", codes, codes.length),
            graph.floats(layer + ".bias.scale", scales, scales.length)));
  }

  private String dequantized(String name, List<String> inputs) {
    return graph.node("DequantizeLinear", "", name, inputs, Attributes.integer("axis", 0));
  }

  private static void requireScales(String name, float[] scales, long channels) {
    require(scales.length == channels, name, "it needs one scale a channel", scales.length);
    for (float scale : scales) {
      require(scale > 0 && Float.isFinite(scale), name, "its scales must be above 0", scale);
    }
  }

  private static void require(boolean condition, String name, String rule, Object value) {
    if (!condition) {
      throw new IllegalArgumentException(
          "Cannot write codes of " + name + ": " + rule + " (" + value + ")");
    }
  }
}
