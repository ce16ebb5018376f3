package org.espalier.export.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.nn.Convolution;
import org.espalier.nn.GlobalAveragePooling;
import org.espalier.nn.Output;
import org.espalier.nn.ResidualSum;
import org.espalier.nn.fused.FusedInference;
import org.espalier.nn.fused.Precision;
import org.espalier.quantize.CodeRange;
import org.espalier.quantize.Quantization;
import org.espalier.quantize.layer.FixedActivation;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** Sums of two codes, all 65,536 of them, against ONNX Runtime's. */
class IntegerSumTest {
  private static final InputType INPUT = Subjects.nhwc(1, 1, 2);
  private static final int CODES = 256;

  @TempDir private Path folder;

  @BeforeAll
  static void roundsAsCompiled() {
    assumeTrue(OnnxRun.roundsAsCompiled(), "compiled networks round otherwise on this machine");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void everySumOfTwoCodesIsThatOfOnnxRuntime(long seed) {
    Random random = new Random(seed);
    Quantization first = grid(random);
    Quantization second = grid(random);
    ComputationGraph network = network(first, second, grid(random), random.nextBoolean());
    byte[] model = OnnxExport.of(network, INPUT).build().bytes();
    assertThat(OnnxRun.optimizedOperators(model, folder)).contains("QLinearAdd");
    INDArray pairs = pairs(first, second);
    INDArray expected = OnnxRun.run(model, pairs.permute(0, 3, 1, 2).dup('c'));
    try (FusedInference inference =
        FusedInference.of(network, pairs, Precision.FLOAT32, 1).orElseThrow()) {
      float[] actual = Floats.of(inference.output(pairs));
      assertThat(actual).hasSize(CODES * CODES);
      assertThat(Arrays.mismatch(actual, Floats.of(expected))).isEqualTo(-1);
    }
  }

  private static Quantization grid(Random random) {
    float scale = (float) Math.exp(random.nextGaussian()) / 50;
    boolean signed = random.nextInt(4) == 0;
    return new Quantization(
        scale,
        signed ? 0 : random.nextInt(3) * random.nextInt(100),
        signed ? CodeRange.signed(8) : CodeRange.unsigned(8));
  }

  /** Images of one pixel: the first number rounded to one grid, the second to the other, summed. */
  private static ComputationGraph network(
      Quantization first, Quantization second, Quantization sum, boolean relu) {
    GraphBuilder graph =
        new NeuralNetConfiguration.Builder()
            .graphBuilder()
            .addInputs("input")
            .setInputTypes(INPUT)
            .addLayer("swap", Convolution.builder(1, 1).nOut(2).build(), "input")
            .addLayer("first", new FixedActivation(first), "input")
            .addLayer("second", new FixedActivation(second), "swap")
            .addVertex("sum", new ResidualSum(relu), "first", "second")
            .addLayer("codes", new FixedActivation(sum), "sum")
            .addLayer("pool", GlobalAveragePooling.builder().build(), "codes")
            .addLayer(
                "output",
                Output.builder()
                    .nOut(1)
                    .activation(Activation.IDENTITY)
                    .lossFunction(LossFunctions.LossFunction.MSE)
                    .build(),
                "pool")
            .setOutputs("output");
    ComputationGraph network = new ComputationGraph(graph.build());
    network.init();
    network
        .getLayer("swap")
        .getParam("W")
        .assign(Nd4j.createFromArray(0f, 1f, 1f, 0f).reshape(2, 2, 1, 1));
    network.getLayer("output").getParam("W").assign(Nd4j.createFromArray(1f, 0f).reshape(2, 1));
    return network;
  }

  private static INDArray pairs(Quantization first, Quantization second) {
    float[] numbers = new float[2 * CODES * CODES];
    for (int i = 0; i < CODES * CODES; i++) {
      numbers[2 * i] = first.value(first.codes().min() + i / CODES);
      numbers[2 * i + 1] = second.value(second.codes().min() + i % CODES);
    }
    return Nd4j.createFromArray(numbers).reshape('c', CODES * CODES, 1, 1, 2);
  }
}
