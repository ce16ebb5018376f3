package org.espalier.export.onnx;

import java.util.List;

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
  private static final int LARGEST_CODE = 255;

  private final GraphWriter graph;

  CodeWriter(GraphWriter graph) {
    this.graph = graph;
  }

  /**
   * Rounds an activation to its codes and back.
   *
   * @param tensor the activation
   * @param scale the distance of two codes, above 0
   * @param zeroPoint the code of 0, from 0 to 255
   * @return the rounded activation
   */
  String activation(String tensor, float scale, int zeroPoint) {
    require(scale > 0 && Float.isFinite(scale), tensor, "its scale must be above 0", scale);
    require(
        zeroPoint >= 0 && zeroPoint <= LARGEST_CODE,
        tensor,
        "its zero point must be from 0 to 255",
        zeroPoint);
    List<String> grid =
        List.of(
            graph.floats(tensor + ".scale", new float[] {scale}),
            graph.unsignedByte(tensor + ".zero_point", zeroPoint));
    String codes =
        graph.node(
            "QuantizeLinear",
            tensor + "/QuantizeLinear",
            tensor + ".codes",
            List.of(tensor, grid.get(0), grid.get(1)));
    return graph.node(
        "DequantizeLinear",
        tensor + "/DequantizeLinear",
        tensor + ".rounded",
        List.of(codes, grid.get(0), grid.get(1)));
  }

  /**
   * Writes weights.
   *
   * @param name their name
   * @param codes their codes, output channels first
   * @param scales the distance of two codes, one an output channel, each above 0
   * @param shape their shape
   * @return the weights as float32
   */
  String weights(String name, byte[] codes, float[] scales, long... shape) {
    requireScales(name, scales, shape[0]);
    return dequantized(
        name,
        graph.signedBytes(name + ".codes", codes, shape),
        scales,
        graph.signedBytes(name + ".zero_point", new byte[scales.length], scales.length));
  }

  /**
   * Writes a bias.
   *
   * @param name its name
   * @param codes its codes, one an output channel
   * @param inputScale the scale of the activation that the weights are multiplied with
   * @param weightScales the weights' scales, one an output channel
   * @return the bias as float32
   */
  String bias(String name, int[] codes, float inputScale, float... weightScales) {
    requireScales(name, weightScales, codes.length);
    float[] scales = weightScales.clone();
    for (int i = 0; i < scales.length; i++) {
      scales[i] *= inputScale;
    }
    return dequantized(
        name,
        graph.integers(name + ".codes", codes, codes.length),
        scales,
        graph.integers(name + ".zero_point", new int[scales.length], scales.length));
  }

  private String dequantized(String name, String codes, float[] scales, String zeroPoints) {
    return graph.node(
        "DequantizeLinear",
        name + "/DequantizeLinear",
        name,
        List.of(codes, graph.floats(name + ".scale", scales, scales.length), zeroPoints),
        Attributes.integer("axis", 0));
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
