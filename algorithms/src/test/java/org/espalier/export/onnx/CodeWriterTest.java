package org.espalier.export.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import onnx.Onnx.ModelProto;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A convolution with ReLU and a dense layer, in codes. */
class CodeWriterTest {
  private static final int CHANNELS = 8;
  private static final int SIDE = 6;
  private static final int CLASSES = 5;
  private static final float INPUT_SCALE = 0.03f;
  private static final int INPUT_ZERO = 120;
  private static final float HIDDEN_SCALE = 0.05f;

  private final Random random = new Random(9);
  private final byte[] convolution = codes(CHANNELS * 3 * 9);
  private final float[] convolutionScales = scales(CHANNELS);
  private final int[] convolutionBias = bias(CHANNELS);
  private final byte[] dense = codes(CLASSES * CHANNELS * SIDE * SIDE);
  private final float[] denseScales = scales(CLASSES);
  private final int[] denseBias = bias(CLASSES);

  @TempDir private Path folder;

  @Test
  void onnxRuntimeComputesInIntegers() {
    assertThat(OnnxRun.optimizedOperators(model(), folder))
        .contains("QLinearConv", "QGemm")
        .doesNotContain("Conv", "FusedConv", "Gemm", "FusedGemm", "MatMul", "Relu");
  }

  @Test
  void onnxRuntimeComputesWhatTheCodesSay() {
    INDArray images = Subjects.images(3, 3, SIDE, SIDE);
    INDArray actual = OnnxRun.run(model(), images);
    for (int image = 0; image < 3; image++) {
      for (int label = 0; label < CLASSES; label++) {
        assertThat(actual.getDouble(image, label))
            .isCloseTo(score(images.slice(image), label), within(1e-4));
      }
    }
  }

  @Test
  void scalesAreChecked() {
    CodeWriter codes = new CodeWriter(new GraphWriter());
    assertThatThrownBy(() -> codes.weights("w", new byte[4], new float[] {1}, 2, 2))
        .hasMessage("Cannot write codes of w: it needs one scale a channel (1)");
    assertThatThrownBy(() -> codes.weights("w", new byte[2], new float[] {0}, 1, 2))
        .hasMessage("Cannot write codes of w: its scales must be above 0 (0.0)");
  }

  private byte[] model() {
    GraphWriter graph = new GraphWriter();
    CodeWriter codes = new CodeWriter(graph);
    String input = rounded(codes, graph.input("input", 3, SIDE, SIDE), INPUT_SCALE, INPUT_ZERO);
    String convolved =
        graph.node(
            "Conv",
            "conv",
            "conv",
            List.of(
                input,
                codes.weights("conv", convolution, convolutionScales, CHANNELS, 3, 3, 3),
                codes.bias("conv", convolutionBias, INPUT_SCALE, convolutionScales)),
            Attributes.integers("pads", 1, 1, 1, 1));
    String positive = graph.node("Relu", "relu", "relu", List.of(convolved));
    String hidden = rounded(codes, positive, HIDDEN_SCALE, 0);
    String flat =
        rounded(codes, graph.node("Flatten", "flat", "flat", List.of(hidden)), HIDDEN_SCALE, 0);
    graph.node(
        "Gemm",
        "dense",
        "dense",
        List.of(
            flat,
            codes.weights("dense", dense, denseScales, CLASSES, (long) CHANNELS * SIDE * SIDE),
            codes.bias("dense", denseBias, HIDDEN_SCALE, denseScales)),
        Attributes.integer("transB", 1));
    graph.output("dense", CLASSES);
    ModelProto.Builder model =
        ModelProto.newBuilder().setIrVersion(7).setGraph(graph.build("codes"));
    model.addOpsetImportBuilder().setVersion(OnnxExport.OPSET);
    return new OnnxModel(model.build()).bytes();
  }

  private static String rounded(CodeWriter codes, String tensor, float scale, int zero) {
    ActivationGrid grid = new ActivationGrid(scale, zero, 0, ActivationGrid.LARGEST);
    return codes.values(codes.codes(tensor, grid), grid, tensor + ".rounded");
  }

  /** One output, in integers from the image's codes on. */
  private double score(INDArray image, int label) {
    long sum = denseBias[label];
    for (int channel = 0; channel < CHANNELS; channel++) {
      for (int pixel = 0; pixel < SIDE * SIDE; pixel++) {
        int place = channel * SIDE * SIDE + pixel;
        sum +=
            (long) hidden(image, channel, pixel / SIDE, pixel % SIDE)
                * dense[label * CHANNELS * SIDE * SIDE + place];
      }
    }
    return sum * (double) (HIDDEN_SCALE * denseScales[label]);
  }

  private int hidden(INDArray image, int channel, int row, int column) {
    int sum = convolutionBias[channel];
    for (int in = 0; in < 3; in++) {
      for (int k = 0; k < 9; k++) {
        int y = row + k / 3 - 1;
        int x = column + k % 3 - 1;
        if (y >= 0 && y < SIDE && x >= 0 && x < SIDE) {
          int code = (int) Math.rint(image.getFloat(in, y, x) / INPUT_SCALE) + INPUT_ZERO;
          int centred = Math.min(255, Math.max(0, code)) - INPUT_ZERO;
          sum += centred * convolution[(channel * 3 + in) * 9 + k];
        }
      }
    }
    float factor = INPUT_SCALE * convolutionScales[channel] / HIDDEN_SCALE;
    return Math.min(255, Math.max(0, (int) Math.rint(sum * factor)));
  }

  private byte[] codes(int count) {
    byte[] codes = new byte[count];
    for (int i = 0; i < count; i++) {
      // Small enough for processors that add products in 16 bits.
      codes[i] = (byte) (random.nextInt(127) - 63);
    }
    return codes;
  }

  private float[] scales(int count) {
    float[] scales = new float[count];
    for (int i = 0; i < count; i++) {
      scales[i] = 0.002f + 0.004f * random.nextFloat();
    }
    return scales;
  }

  private int[] bias(int count) {
    return random.ints(count, -2000, 2000).toArray();
  }
}
