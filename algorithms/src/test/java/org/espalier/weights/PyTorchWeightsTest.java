package org.espalier.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class PyTorchWeightsTest {
  private static final int CHANNELS = 3;
  private final Configuration configuration = new Configuration();
  @TempDir java.nio.file.Path folder;

  /** conv 2 -> 3 channels, batch norm, dense behind a flattened 2x4x3 map, output. */
  private static ComputationGraph network(DataType type) {
    ComputationGraphConfiguration architecture =
        new NeuralNetConfiguration.Builder()
            .seed(3)
            .dataType(type)
            .activation(Activation.IDENTITY)
            .graphBuilder()
            .addInputs("input")
            .setInputTypes(InputType.convolutional(2, 4, 2, CNN2DFormat.NHWC))
            .addLayer(
                "conv",
                new ConvolutionLayer.Builder(1, 1)
                    .nOut(CHANNELS)
                    .dataFormat(CNN2DFormat.NHWC)
                    .build(),
                "input")
            .addLayer("bn", new BatchNormalization.Builder().useLogStd(false).build(), "conv")
            .addLayer("hidden", new DenseLayer.Builder().nOut(5).build(), "bn")
            .addLayer(
                "linear",
                new OutputLayer.Builder().nOut(2).activation(Activation.SOFTMAX).build(),
                "hidden")
            .setOutputs("linear")
            .build();
    ComputationGraph graph = new ComputationGraph(architecture);
    graph.init();
    return graph;
  }

  private static Map<String, Tensor> stateDict() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    state.put("conv.weight", Tensor.of(Nd4j.rand(CHANNELS, 2, 1, 1)));
    state.put("conv.bias", Tensor.of(Nd4j.rand(CHANNELS)));
    state.put("bn.weight", Tensor.of(Nd4j.rand(CHANNELS)));
    state.put("bn.bias", Tensor.of(Nd4j.rand(CHANNELS)));
    state.put("bn.running_mean", Tensor.of(Nd4j.rand(CHANNELS)));
    state.put("bn.running_var", Tensor.of(Nd4j.rand(CHANNELS)));
    state.put("hidden.weight", Tensor.of(Nd4j.rand(5, CHANNELS * 2 * 4)));
    state.put("hidden.bias", Tensor.of(Nd4j.rand(5)));
    state.put("linear.weight", Tensor.of(Nd4j.rand(2, 5)));
    state.put("linear.bias", Tensor.of(Nd4j.rand(2)));
    return state;
  }

  @Test
  void aLoadedNetworkComputesWhatItsDefinitionSays() throws IOException {
    ComputationGraph graph = network(DataType.DOUBLE);
    Map<String, Tensor> state = stateDict();
    PyTorchWeights.load(graph, state);
    INDArray image = Nd4j.rand(DataType.DOUBLE, 1, 2, 4, 2);

    INDArray hidden = graph.feedForward(image, false).get("hidden");

    for (int out = 0; out < 5; out++) {
      assertThat(hidden.getDouble(0, out))
          .isCloseTo(hidden(state, image, out), org.assertj.core.data.Offset.offset(1e-6));
    }
  }

  /**
   * Convolution, batch norm and dense layer written out, flattening channels first as PyTorch does.
   */
  private static double hidden(Map<String, Tensor> state, INDArray image, int out) {
    Map<String, INDArray> p = new LinkedHashMap<>();
    state.forEach((name, tensor) -> p.put(name, tensor.toINDArray()));
    double sum = p.get("hidden.bias").getDouble(out);
    for (int c = 0; c < CHANNELS; c++) {
      for (int y = 0; y < 2; y++) {
        for (int x = 0; x < 4; x++) {
          double value = p.get("conv.bias").getDouble(c);
          for (int in = 0; in < 2; in++) {
            value += p.get("conv.weight").getDouble(c, in, 0, 0) * image.getDouble(0, y, x, in);
          }
          double deviation = Math.sqrt(p.get("bn.running_var").getDouble(c) + 1e-5);
          value = (value - p.get("bn.running_mean").getDouble(c)) / deviation;
          value = value * p.get("bn.weight").getDouble(c) + p.get("bn.bias").getDouble(c);
          sum += value * p.get("hidden.weight").getDouble(out, (c * 2 + y) * 4 + x);
        }
      }
    }
    return sum;
  }

  @Test
  void savingGivesBackWhatWasLoaded() throws IOException {
    ComputationGraph graph = network(DataType.FLOAT);
    Map<String, Tensor> state = stateDict();
    PyTorchWeights.load(graph, state);
    Map<String, Tensor> saved = PyTorchWeights.save(graph);
    assertThat(saved.keySet()).containsExactlyInAnyOrderElementsOf(state.keySet());
    saved.forEach(
        (name, tensor) ->
            assertThat(tensor.toINDArray()).as(name).isEqualTo(state.get(name).toINDArray()));
  }

  @Test
  void wrapperPrefixesAndBatchCountersDoNotMatter() throws IOException {
    Map<String, Tensor> wrapped = new LinkedHashMap<>();
    stateDict().forEach((name, tensor) -> wrapped.put("module." + name, tensor));
    wrapped.put("module.bn.num_batches_tracked", Tensor.of(Nd4j.createFromArray(5L)));
    ComputationGraph graph = network(DataType.FLOAT);
    PyTorchWeights.load(graph, wrapped);
    assertThat(graph.getLayer("linear").getParam("b"))
        .isEqualTo(wrapped.get("module.linear.bias").toINDArray());
  }

  @Test
  void otherNamesAreMapped() throws IOException {
    Map<String, Tensor> renamed = new LinkedHashMap<>();
    stateDict().forEach((name, tensor) -> renamed.put(name.replace("linear.", "fc."), tensor));
    ComputationGraph graph = network(DataType.FLOAT);
    PyTorchWeights.load(graph, renamed, NameMap.pytorch().rename("^fc\\.", "linear."));
    assertThat(graph.getLayer("linear").getParam("W"))
        .isEqualTo(renamed.get("fc.weight").toINDArray().transpose());
  }

  @Test
  void weightsOfAnotherNetworkAreOneSentenceAndChangeNothing() {
    ComputationGraph graph = network(DataType.FLOAT);
    INDArray before = graph.params().dup();
    Map<String, Tensor> state = stateDict();
    state.remove("bn.weight");
    state.put("linear.weight", Tensor.of(Nd4j.rand(100, 5)));
    for (int i = 1; i <= 4; i++) {
      state.put("layer" + i + ".weight", Tensor.of(Nd4j.rand(1)));
    }
    assertThatThrownBy(() -> PyTorchWeights.load(graph, state))
        .isInstanceOf(WeightsException.class)
        .hasMessage(
            "Cannot load the weights: they are of another network: 1 tensor missing (bn.weight), 4 tensors not in this"
                + " network (layer1.weight, layer2.weight, layer3.weight, ...), 1 tensor of another shape"
                + " (linear.weight is [100, 5] instead of [2, 5])");
    assertThat(graph.params()).isEqualTo(before);
  }

  @Test
  void valuesThatAreNoNumbersAreRefused() {
    Map<String, Tensor> state = stateDict();
    state.put("bn.bias", Tensor.of(Nd4j.createFromArray(0f, Float.NaN, 0f)));
    state.put("bn.weight", Tensor.of(Nd4j.createFromArray(0f, Float.POSITIVE_INFINITY, 0f)));
    state.put("linear.bias", Tensor.of(Nd4j.createFromArray(1L, 2L)));
    assertThatThrownBy(() -> PyTorchWeights.load(network(DataType.FLOAT), state))
        .isInstanceOf(WeightsException.class)
        .hasMessage(
            "Cannot load the weights: values are not finite floating-point numbers: 3 tensors affected"
                + " (bn.weight, bn.bias, linear.bias)");
  }

  @Test
  void twoTensorsOfOneNameAreRefused() {
    Map<String, Tensor> state = stateDict();
    state.put("module.conv.bias", state.get("conv.bias"));
    assertThatThrownBy(() -> PyTorchWeights.load(network(DataType.FLOAT), state))
        .hasMessage("Cannot load the weights: two tensors would be conv.bias");
  }

  @Test
  void layersWithoutACounterpartAreRefused() {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("input")
                .addLayer("lstm", new LSTM.Builder().nIn(2).nOut(2).build(), "input")
                .addLayer(
                    "out",
                    new RnnOutputLayer.Builder()
                        .nIn(2)
                        .nOut(2)
                        .activation(Activation.SOFTMAX)
                        .build(),
                    "lstm")
                .setOutputs("out")
                .build());
    graph.init();
    assertThatThrownBy(() -> PyTorchWeights.save(graph))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Cannot name the weights of layer lstm as PyTorch does: parameter ")
        .hasMessageEndingWith(" of LSTM has no counterpart");
  }

  @Test
  void filesOfBothKindsGiveTheSameNetworkBack() throws IOException {
    ComputationGraph graph = network(DataType.FLOAT);
    for (String name : new String[] {"model.safetensors", "model.zip"}) {
      Path path = new Path(folder.resolve(name).toUri());
      WeightsFile.save(graph, path, configuration);
      ComputationGraph read =
          WeightsFile.load(path, configuration, graph.getConfiguration().clone());
      assertThat(read.params()).isEqualTo(graph.params());
      assertThat(read).isNotSameAs(graph);
    }
    assertThat(
            WeightsFile.load(new Path(folder.resolve("model.zip").toUri()), configuration).params())
        .isEqualTo(graph.params());
  }

  @Test
  void filesThatHoldNoNetworkAreOneSentence() throws IOException {
    Files.write(folder.resolve("text.zip"), new byte[] {1, 2, 3});
    Files.write(folder.resolve("empty.zip"), new byte[0]);
    Files.write(folder.resolve("weights.h5"), new byte[] {1});
    ComputationGraph graph = network(DataType.FLOAT);
    WeightsFile.save(graph, new Path(folder.resolve("whole.zip").toUri()), configuration);
    byte[] whole = Files.readAllBytes(folder.resolve("whole.zip"));
    Files.write(folder.resolve("cut.zip"), java.util.Arrays.copyOf(whole, whole.length / 2));
    for (String name : new String[] {"text.zip", "empty.zip", "cut.zip", "absent.zip"}) {
      Path path = new Path(folder.resolve(name).toUri());
      assertThatThrownBy(() -> WeightsFile.load(path, configuration))
          .isInstanceOf(WeightsException.class)
          .hasMessageStartingWith("Cannot read a network from " + path + ": ")
          .message()
          .doesNotContain("\n");
    }
    Path other = new Path(folder.resolve("weights.h5").toUri());
    assertThatThrownBy(() -> WeightsFile.load(other, configuration, graph.getConfiguration()))
        .hasMessage(
            "Cannot read a network from "
                + other
                + ": only .safetensors, .zip and .onnx files are known");
    assertThatThrownBy(() -> WeightsFile.save(graph, other, configuration))
        .hasMessage(
            "Cannot write weights to " + other + ": only .safetensors and .zip files are known");
    assertThatThrownBy(() -> WeightsFile.load(new Path("w.safetensors"), configuration))
        .hasMessage(
            "Cannot read a network from w.safetensors: safetensors files hold no architecture");
  }

  @Test
  void aSafetensorsFileOfAnotherNetworkIsNamed() throws IOException {
    Path path = new Path(folder.resolve("other.safetensors").toUri());
    SafeTensors.write(path, configuration, Map.of("fc.weight", Tensor.of(Nd4j.rand(2, 2))));
    assertThatThrownBy(
            () -> WeightsFile.load(path, configuration, network(DataType.FLOAT).getConfiguration()))
        .hasMessageStartingWith(
            "Cannot load the weights in "
                + path
                + ": they are of another network: 10 tensors missing (");
  }
}
