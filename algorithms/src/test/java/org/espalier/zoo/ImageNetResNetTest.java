package org.espalier.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.graph.Cost;
import org.espalier.nn.BatchNorm;
import org.espalier.nn.Convolution;
import org.espalier.weights.PyTorchWeights;
import org.espalier.weights.SafeTensors;
import org.espalier.weights.Tensor;
import org.espalier.weights.WeightsFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ImageNetResNetTest {
  private static final InputType IMAGENET = InputType.convolutional(224, 224, 3, CNN2DFormat.NHWC);

  @TempDir java.nio.file.Path folder;

  private static ComputationGraph initialised(ComputationGraphConfiguration configuration) {
    ComputationGraph graph = new ComputationGraph(configuration);
    graph.init();
    return graph;
  }

  private static Layer layer(ComputationGraphConfiguration configuration, String name) {
    return ((LayerVertex) configuration.getVertices().get(name)).getLayerConf().getLayer();
  }

  /** Counted from the configuration: the largest would take a quarter of a gigabyte. */
  private static long trainable(ComputationGraphConfiguration configuration) {
    long parameters = 0;
    for (var vertex : configuration.getVertices().values()) {
      if (vertex instanceof LayerVertex holder) {
        NeuralNetConfiguration conf = holder.getLayerConf();
        parameters += conf.getLayer().initializer().numParams(conf);
        if (conf.getLayer() instanceof BatchNorm norm) {
          parameters -= 2 * norm.getNOut();
        }
      }
    }
    return parameters;
  }

  @ParameterizedTest
  @CsvSource({"18, 11689512", "34, 21797672", "50, 25557032", "101, 44549160", "152, 60192808"})
  void everyDepthHasTheLayersOfItsNameAndThePublishedParameters(int depth, long parameters) {
    ComputationGraphConfiguration configuration = ImageNetResNet.builder(depth).build();
    assertThat(trainable(configuration)).isEqualTo(parameters);
    long convolutions =
        configuration.getVertices().keySet().stream()
            .filter(name -> name.matches("(.*\\.)?conv\\d"))
            .count();
    assertThat(convolutions).isEqualTo(depth - 1);
  }

  @ParameterizedTest
  @CsvSource({"18, 11689512, 1814073344", "50, 25557032, 4089184256"})
  void networksCostWhatTheLiteratureSays(int depth, long parameters, long macs) {
    Cost cost = Cost.of(initialised(ImageNetResNet.builder(depth).build()), IMAGENET);
    assertThat(cost.parameters()).isEqualTo(parameters);
    assertThat(cost.macs()).isEqualTo(macs);
  }

  @Test
  void mapsHalveBeforeEachStageButTheFirst() {
    ComputationGraphConfiguration configuration = ImageNetResNet.builder(50).build();
    Map<String, InputType> maps = configuration.getLayerActivationTypes(true, false, IMAGENET);
    assertThat(maps)
        .containsEntry("bn1", InputType.convolutional(112, 112, 64, CNN2DFormat.NHWC))
        .containsEntry("maxpool", InputType.convolutional(56, 56, 64, CNN2DFormat.NHWC))
        .containsEntry("layer1.2.add", InputType.convolutional(56, 56, 256, CNN2DFormat.NHWC))
        .containsEntry("layer2.0.bn1", InputType.convolutional(56, 56, 128, CNN2DFormat.NHWC))
        .containsEntry("layer2.0.bn2", InputType.convolutional(28, 28, 128, CNN2DFormat.NHWC))
        .containsEntry("layer4.2.add", InputType.convolutional(7, 7, 2048, CNN2DFormat.NHWC))
        .containsEntry("avgpool", InputType.feedForward(2048))
        .containsEntry("fc", InputType.feedForward(1000));
  }

  @Test
  void shortcutsAreProjectedWithoutReluWhereTheShapeChanges() {
    ComputationGraphConfiguration shallow =
        ImageNetResNet.builder(18).shortcut(Shortcut.IDENTITY).build();
    ComputationGraphConfiguration deep = ImageNetResNet.builder(50).build();
    assertThat(((BatchNorm) layer(deep, "layer1.0.downsample.1")).isRelu()).isFalse();
    assertThat(deep.getVertexInputs().get("layer1.0.downsample.0")).containsExactly("maxpool");
    assertThat(deep.getVertexInputs().get("layer1.0.add"))
        .containsExactly("layer1.0.bn3", "layer1.0.downsample.1");
    assertThat(deep.getVertices()).doesNotContainKey("layer1.1.downsample.0");
    assertThat(shallow.getVertices())
        .containsKey("layer2.0.downsample.1")
        .doesNotContainKey("layer1.0.downsample.0");
  }

  @Test
  void noGradientIsComputedAtTheImages() {
    ComputationGraphConfiguration configuration = ImageNetResNet.builder(50).build();
    assertThat(((Convolution) layer(configuration, "conv1")).inputGradient()).isFalse();
    assertThat(((Convolution) layer(configuration, "layer1.0.conv1")).inputGradient()).isTrue();
  }

  @Test
  void configurationsSurviveJson() {
    ComputationGraphConfiguration configuration = ImageNetResNet.builder(50).l2(1e-4).build();
    assertThat(ComputationGraphConfiguration.fromJson(configuration.toJson()))
        .isEqualTo(configuration);
  }

  @Test
  void stateDictsOfTorchvisionLoad() throws IOException {
    Map<String, Tensor> state = resNet18OfTorchvision();
    assertThat(state).hasSize(122);
    Path path = new Path(folder.resolve("resnet18.safetensors").toUri());
    SafeTensors.write(path, new Configuration(), state);

    ComputationGraph graph =
        WeightsFile.load(path, new Configuration(), ImageNetResNet.builder(18).build());

    assertThat(graph.getLayer("layer2.0.downsample.0").getParam("W"))
        .isEqualTo(state.get("layer2.0.downsample.0.weight").toINDArray());
    assertThat(graph.getLayer("layer2.0.downsample.1").getParam("var").ravel())
        .isEqualTo(state.get("layer2.0.downsample.1.running_var").toINDArray());
    assertThat(graph.getLayer("fc").getParam("W"))
        .isEqualTo(state.get("fc.weight").toINDArray().transpose());
    Map<String, Tensor> saved = PyTorchWeights.save(graph);
    assertThat(saved).hasSize(102);
    saved.forEach(
        (name, tensor) ->
            assertThat(tensor.toINDArray()).as(name).isEqualTo(state.get(name).toINDArray()));
  }

  /** Random values under the names and in the shapes of torchvision's resnet18. */
  private static Map<String, Tensor> resNet18OfTorchvision() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    convolution(state, "conv1", "bn1", 64, 3, 7);
    int in = 64;
    for (int stage = 1; stage <= 4; stage++) {
      int out = 32 << stage;
      for (int block = 0; block < 2; block++) {
        String prefix = "layer" + stage + "." + block + ".";
        convolution(state, prefix + "conv1", prefix + "bn1", out, in, 3);
        convolution(state, prefix + "conv2", prefix + "bn2", out, out, 3);
        if (in != out) {
          convolution(state, prefix + "downsample.0", prefix + "downsample.1", out, in, 1);
        }
        in = out;
      }
    }
    state.put("fc.weight", Tensor.of(Nd4j.rand(1000, 512)));
    state.put("fc.bias", Tensor.of(Nd4j.rand(1000)));
    return state;
  }

  private static void convolution(
      Map<String, Tensor> state, String name, String norm, int out, int in, int kernel) {
    state.put(name + ".weight", Tensor.of(Nd4j.rand(out, in, kernel, kernel)));
    for (String vector : new String[] {"weight", "bias", "running_mean", "running_var"}) {
      state.put(norm + "." + vector, Tensor.of(Nd4j.rand(out)));
    }
    state.put(norm + ".num_batches_tracked", Tensor.of(Nd4j.scalar(7L)));
  }

  /** Single precision runs on the fast kernels where there are any, double on the stock layers. */
  @ParameterizedTest
  @ValueSource(ints = {18, 50})
  void singleAndDoublePrecisionAgree(int depth) {
    ImageNetResNet.Builder builder = ImageNetResNet.builder(depth).classes(4).input(64, 64, 3);
    ComputationGraph exact = initialised(builder.dataType(DataType.DOUBLE).build());
    keepActivationsOffZero(exact);
    ComputationGraph fast = new ComputationGraph(builder.dataType(DataType.FLOAT).build());
    fast.init(exact.params().castTo(DataType.FLOAT), false);
    Nd4j.getRandom().setSeed(5);
    INDArray images = Nd4j.randn(DataType.FLOAT, 2, 64, 64, 3);

    for (ComputationGraph graph : List.of(exact, fast)) {
      DataType type = graph.params().dataType();
      graph.setInputs(images.castTo(type));
      graph.setLabels(Nd4j.eye(4).getRows(1, 3).castTo(type));
      graph.computeGradientAndScore();
    }

    assertThat(fast.score()).isCloseTo(exact.score(), withinPercentage(0.01));
    Map<String, INDArray> expected = exact.gradient().gradientForVariable();
    fast.gradient()
        .gradientForVariable()
        .forEach(
            (name, gradient) -> {
              if (!name.endsWith("_beta")) {
                assertClose(name, gradient, expected.get(name));
              }
            });
    assertClose(
        "inference",
        fast.feedForward(images, false).get("avgpool"),
        exact.feedForward(doubles(images), false).get("avgpool"));
  }

  /**
   * Shifts every other channel of each batch normalisation far up and the others far down: an
   * activation within rounding of zero would pass ReLU here and not there, and its gradient with
   * it. What is left of the shifts' own gradients is rounding: the next batch normalisation takes
   * constants out.
   */
  private static void keepActivationsOffZero(ComputationGraph graph) {
    for (org.deeplearning4j.nn.api.Layer layer : graph.getLayers()) {
      if (layer.conf().getLayer() instanceof BatchNorm) {
        INDArray beta = layer.getParam("beta");
        for (long channel = 0; channel < beta.length(); channel++) {
          beta.putScalar(channel, channel % 2 == 0 ? 4 : -4);
        }
      }
    }
  }

  private static INDArray doubles(INDArray values) {
    return values.castTo(DataType.DOUBLE);
  }

  /** Checks the error's Euclidean norm against that of what is expected. */
  private static void assertClose(String name, INDArray actual, INDArray expected) {
    assertThat(actual.shape()).as(name).isEqualTo(expected.shape());
    double error = doubles(actual).distance2(expected);
    assertThat(error).as(name).isLessThan(1e-4 * expected.norm2Number().doubleValue());
  }

  @Test
  void otherDepthsAreRefused() {
    assertThatThrownBy(() -> ImageNetResNet.builder(20))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot build a network: the depth of an ImageNet ResNet must be one of [18, 34, 50, 101, 152] (20)");
  }
}
