package org.espalier.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.assertj.core.data.Offset;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.nn.fused.FusedTraining;
import org.espalier.nn.fused.Precision;
import org.espalier.nn.kernel.OneDnn;
import org.espalier.testing.RealData;
import org.espalier.weights.PyTorchWeights;
import org.espalier.weights.Tensor;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * The pretrained ResNet-20 against values that PyTorch computed in single precision.
 *
 * <p>Double precision runs on Deeplearning4j's own layers, single precision on the fast kernels
 * where there are any. Errors are Euclidean norms, relative to that of the tensor: single entries
 * near zero have no relative precision.
 *
 * <p>What limits the agreement of gradients is no rounding error of theirs but ReLU: an activation
 * within rounding of zero falls on one side here and on the other there, and its gradient is there
 * or not. In this batch a few images out of 64 carry nearly all of the loss, so that one such
 * activation of a million moves a layer's gradient by a thousandth.
 */
@Tag("slow")
class GoldenResNetTest {
  private static final int BATCH = 64;
  private static final double WEIGHT_DECAY = 1e-4;
  private static final double DECAY = 0.9;

  private static ComputationGraph pretrained(DataType type) throws IOException {
    return GoldenData.pretrained(
        20,
        CifarResNet.builder(20).dataType(type).l2(WEIGHT_DECAY).updater(new Nesterovs(0.01, 0.9)));
  }

  @ParameterizedTest
  @EnumSource(names = {"DOUBLE", "FLOAT"})
  void logitsAgree(DataType type) throws IOException {
    ComputationGraph graph = pretrained(type);
    Map<String, INDArray> golden = GoldenData.values("logits");
    DataSet images = GoldenData.testImages(0, BATCH, type);

    INDArray pooled = graph.feedForward(images.getFeatures(), false).get("pool");
    INDArray logits =
        pooled
            .mmul(graph.getLayer("linear").getParam("W"))
            .addRowVector(graph.getLayer("linear").getParam("b"));

    assertThat(images.getLabels().argMax(1).castTo(DataType.INT64)).isEqualTo(golden.get("labels"));
    assertClose("logits", logits, golden.get("logits"), 1e-4);
    INDArray probabilities = golden.get("logits").castTo(type);
    assertClose(
        "probabilities",
        graph.outputSingle(images.getFeatures()),
        Transforms.softmax(probabilities, true),
        1e-4);
  }

  @ParameterizedTest
  @EnumSource(names = {"DOUBLE", "FLOAT"})
  void gradientsAndRunningStatisticsOfTheFirstBatchAgree(DataType type) throws IOException {
    ComputationGraph graph = pretrained(type);
    Map<String, Tensor> before = PyTorchWeights.save(graph);
    Map<String, INDArray> golden = GoldenData.values("gradients");
    DataSet batch = GoldenData.trainingBatch(0, type);
    graph.setInputs(batch.getFeatures());
    graph.setLabels(batch.getLabels());

    graph.computeGradientAndScore();

    assertThat(graph.score() - decayPenalty(graph))
        .isCloseTo(golden.get("loss").getDouble(0), relative(golden, "loss"));
    Map<String, INDArray> gradients = gradients(graph);
    golden.forEach(
        (name, value) -> {
          if (name.startsWith("grad.")) {
            assertClose(name, gradients.get(name.substring("grad.".length())), value, 1e-3);
          }
        });
    graph.fit(batch);
    assertRunningStatistics(graph, before, golden, 1);
  }

  @Test
  void tenStepsOfNesterovDescentAgree() throws IOException {
    ComputationGraph graph = pretrained(DataType.FLOAT);
    assertTenStepsAgree(graph, graph::fit);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void tenStepsOfCompiledNesterovDescentAgree(int threads) throws IOException {
    Assumptions.assumeTrue(OneDnn.serves(DataType.FLOAT), "oneDNN does not serve on this machine");
    ComputationGraph graph = pretrained(DataType.FLOAT);
    INDArray images = GoldenData.trainingBatch(0, DataType.FLOAT).getFeatures();
    try (FusedTraining training =
        FusedTraining.of(graph, images, Precision.FLOAT32, threads).orElseThrow()) {
      assertTenStepsAgree(graph, training::fit);
    }
  }

  private static void assertTenStepsAgree(ComputationGraph graph, Consumer<DataSet> trainer)
      throws IOException {
    Map<String, Tensor> before = PyTorchWeights.save(graph);
    Map<String, INDArray> golden = GoldenData.values("sgd10");
    for (int step = 0; step < 10; step++) {
      double penalty = decayPenalty(graph);
      trainer.accept(GoldenData.trainingBatch(step, DataType.FLOAT));
      double expected = golden.get("losses").getDouble(step);
      assertThat(graph.score() - penalty)
          .as("loss of step " + step)
          .isCloseTo(expected, within((step < 5 ? 1e-4 : 3e-4) * expected));
    }
    PyTorchWeights.save(graph)
        .forEach(
            (name, tensor) -> {
              if (!name.contains("running")) {
                INDArray start = before.get(name).toINDArray().castTo(DataType.DOUBLE);
                INDArray moved = tensor.toINDArray().castTo(DataType.DOUBLE).sub(start);
                INDArray expected = golden.get(name).castTo(DataType.DOUBLE).sub(start);
                assertClose(name + " moved", moved, expected, 1e-2);
                assertClose(name, tensor.toINDArray(), golden.get(name), 1e-3);
              }
            });
    assertRunningStatistics(graph, before, golden, 10);
  }

  @ParameterizedTest
  @CsvSource({"20, 0.915", "56, 0.926"})
  void pretrainedNetworksReachTheirAccuracyOnOneThousandTestImages(int depth, double expected)
      throws IOException {
    ComputationGraph graph = GoldenData.pretrained(depth, CifarResNet.builder(depth));
    int right = 0;
    for (int first = 0; first < 1000; first += 100) {
      DataSet images = GoldenData.testImages(first, 100, DataType.FLOAT);
      INDArray predicted = graph.outputSingle(images.getFeatures()).argMax(1);
      right +=
          predicted.eq(images.getLabels().argMax(1)).castTo(DataType.INT64).sumNumber().intValue();
    }
    assertThat(right / 1000.0).isCloseTo(expected, within(0.002));
  }

  @Test
  void weightsOfResNet56DoNotLoadIntoResNet20() {
    RealData.path("pretrained"); // Skips here, not as the exception that is expected below.
    assertThatThrownBy(() -> GoldenData.pretrained(56, CifarResNet.builder(20)))
        .hasMessageMatching(
            "Cannot load the weights in .*resnet56-4bfd9763.safetensors: they are of another network: 180 tensors not in"
                + " this network \\(layer1.3.conv1.weight, layer1.3.bn1.weight, layer1.3.bn1.bias, ...\\)");
  }

  private static Offset<Double> relative(Map<String, INDArray> golden, String name) {
    return within(1e-4 * Math.abs(golden.get(name).getDouble(0)));
  }

  /** What weight decay adds to the score, which the golden losses leave out. */
  private static double decayPenalty(ComputationGraph graph) {
    double penalty = 0;
    for (Layer layer : graph.getLayers()) {
      penalty += layer.calcRegularizationScore(true);
    }
    return penalty;
  }

  /**
   * Deeplearning4j's gradients are sums over the batch; they are laid out as a state_dict by
   * loading them as one.
   */
  private static Map<String, INDArray> gradients(ComputationGraph graph) {
    ComputationGraph carrier = graph.clone();
    carrier.setParams(graph.gradient().gradient().div(BATCH));
    Map<String, INDArray> gradients = new TreeMap<>();
    PyTorchWeights.save(carrier)
        .forEach((name, tensor) -> gradients.put(name, tensor.toINDArray()));
    return gradients;
  }

  /**
   * Compares running statistics after k steps.
   *
   * <p>The mean needs no conversion. PyTorch's running variance takes in each batch's unbiased
   * variance, u = b n / (n - 1) for n values a channel, where Deeplearning4j takes the biased one,
   * b. Both are the same linear recursion, v' = 0.9 v + 0.1 x, from the same start v0, so what they
   * have added to what is left of the start, v - 0.9^k v0, differs by the factor n / (n - 1), which
   * is the same in every step.
   */
  private static void assertRunningStatistics(
      ComputationGraph graph, Map<String, Tensor> before, Map<String, INDArray> golden, int steps) {
    PyTorchWeights.save(graph)
        .forEach(
            (name, tensor) -> {
              if (name.endsWith("running_mean")) {
                assertClose(name, tensor.toINDArray(), golden.get(name), 1e-3);
              } else if (name.endsWith("running_var")) {
                double n = valuesPerChannel(name);
                INDArray left =
                    before
                        .get(name)
                        .toINDArray()
                        .castTo(DataType.DOUBLE)
                        .mul(Math.pow(DECAY, steps));
                INDArray ours = tensor.toINDArray().castTo(DataType.DOUBLE);
                assertClose(
                    name, ours.sub(left).mul(n / (n - 1)).add(left), golden.get(name), 1e-3);
              }
            });
  }

  private static double valuesPerChannel(String name) {
    int side = name.startsWith("layer2") ? 16 : name.startsWith("layer3") ? 8 : 32;
    return BATCH * side * side;
  }

  /** Checks the error's Euclidean norm against that of what is expected. */
  private static void assertClose(
      String name, INDArray actual, INDArray expected, double tolerance) {
    INDArray wanted = expected.castTo(DataType.DOUBLE);
    INDArray error = actual.castTo(DataType.DOUBLE).reshape(wanted.shape()).sub(wanted);
    double relative = error.norm2Number().doubleValue() / wanted.norm2Number().doubleValue();
    assertThat(relative).as(name).isLessThanOrEqualTo(tolerance);
  }
}
