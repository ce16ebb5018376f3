package org.espalier.nn.fused;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.Function;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.nn.BatchNorm;
import org.espalier.nn.Convolution;
import org.espalier.nn.Dense;
import org.espalier.nn.Output;
import org.espalier.nn.PaddedShortcut;
import org.espalier.nn.kernel.OneDnn;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Networks that are left to Deeplearning4j. */
class UnsupportedNetworksTest {
  private static final INDArray IMAGES = Nd4j.zeros(DataType.FLOAT, 1, 8, 10, 3);

  @Test
  void layersOfUnknownKindsOrSettingsAreNotCompiled() {
    assertNotCompiled(s -> s.pool(s.layer("input", convolution().dropOut(0.5).build())));
    assertNotCompiled(
        s -> s.pool(s.layer("input", convolution().activation(Activation.RELU).build())));
    assertNotCompiled(
        s ->
            s.pool(
                s.layer(
                    "input",
                    new ConvolutionLayer.Builder(3, 3)
                        .nOut(4)
                        .hasBias(false)
                        .dataFormat(CNN2DFormat.NHWC)
                        .build())));
    BatchNorm locked = BatchNorm.builder().build();
    locked.setLockGammaBeta(true);
    assertNotCompiled(s -> s.pool(s.layer("input", locked)));
    assertNotCompiled(s -> s.pool(s.layer("input", PaddedShortcut.builder(3, 1, 1).build())));
    assertNotCompiled(
        s -> s.layer(s.pool("input"), Dense.builder().nOut(4).activation(Activation.TANH).build()));
    assertNotCompiled(
        s -> s.layer("input", new DenseLayer.Builder().nOut(4).hasLayerNorm(true).build()));
    assertNotCompiled(s -> s.pool(s.layer("input", new ActivationLayer(Activation.TANH))));
    assertNotCompiled(s -> s.pool(s.layer("input", stockPooling())));
  }

  private static Layer stockPooling() {
    return new SubsamplingLayer.Builder(PoolingType.MAX)
        .kernelSize(2, 2)
        .dataFormat(CNN2DFormat.NHWC)
        .build();
  }

  private static Convolution.Builder convolution() {
    return Convolution.builder(3, 3).nOut(4);
  }

  private static void assertNotCompiled(Function<Sketch, String> body) {
    Sketch sketch = new Sketch(graph(DataType.FLOAT));
    assertNotCompiled(sketch.classify(body.apply(sketch)), IMAGES);
  }

  private static void assertNotCompiled(ComputationGraphConfiguration network, INDArray images) {
    ComputationGraph graph = new ComputationGraph(network);
    graph.init();
    assertThat(FusedTraining.of(graph, images, Precision.FLOAT32, 2)).isEmpty();
  }

  private static GraphBuilder graph(DataType type) {
    return new NeuralNetConfiguration.Builder()
        .dataType(type)
        .graphBuilder()
        .addInputs("input")
        .setInputTypes(InputType.convolutional(8, 10, 3, CNN2DFormat.NHWC));
  }

  @Test
  void verticesOfUnknownKindsAreNotCompiled() {
    GraphBuilder graph = graph(DataType.FLOAT);
    Sketch sketch = new Sketch(graph);
    String at = sketch.unit("input", 4, 1);
    graph.addVertex(
        "max", new ElementWiseVertex(ElementWiseVertex.Op.Max), at, sketch.unit(at, 4, 1));
    assertNotCompiled(sketch.classify(sketch.pool("max")), IMAGES);
  }

  @Test
  void doublePrecisionIsNotCompiled() {
    ComputationGraph graph = SmallNetwork.RESIDUAL.initialised(DataType.DOUBLE);
    assertThat(FusedTraining.of(graph, IMAGES, Precision.FLOAT32, 2)).isEmpty();
  }

  @Test
  void networksWithTwoOutputsAreNotCompiled() {
    GraphBuilder graph = graph(DataType.FLOAT);
    Sketch sketch = new Sketch(graph);
    String pool = sketch.pool(sketch.unit("input", 4, 1));
    graph.addLayer("first", Output.builder().nOut(2).build(), pool);
    graph.addLayer("second", Output.builder().nOut(3).build(), pool);
    assertNotCompiled(graph.setOutputs("first", "second").build(), IMAGES);
  }

  @Test
  void networksWithoutFeaturesOfOnePixelAreNotCompiled() {
    assertNotCompiled(s -> s.unit("input", 4, 1));
  }

  @Test
  void anArrayThatHoldsNoImagesIsNotCompiledFor() {
    ComputationGraph graph = SmallNetwork.RESIDUAL.initialised(DataType.FLOAT);
    INDArray rows = Nd4j.zeros(DataType.FLOAT, 4, 240);
    assertThat(FusedTraining.of(graph, rows, Precision.FLOAT32, 2)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "STOCHASTIC_GRADIENT_DESCENT")
  void trainingByOtherThanGradientDescentIsNotCompiled(OptimizationAlgorithm algorithm) {
    assumeOneDnn();
    ComputationGraph graph = SmallNetwork.RESIDUAL.initialised(DataType.FLOAT);
    graph.conf().setOptimizationAlgo(algorithm);
    assertThat(FusedTraining.compile(graph, IMAGES, Precision.FLOAT32, 1).refusal())
        .contains("it is trained by " + algorithm);
  }

  @Test
  void theReasonIsTold() {
    assumeOneDnn();
    ComputationGraph exact = SmallNetwork.RESIDUAL.initialised(DataType.DOUBLE);
    assertThat(FusedTraining.compile(exact, IMAGES, Precision.FLOAT32, 1).refusal())
        .contains("oneDNN does not serve here in DOUBLE");
    ComputationGraph graph = SmallNetwork.RESIDUAL.initialised(DataType.FLOAT);
    INDArray rows = Nd4j.zeros(DataType.FLOAT, 4, 240);
    assertThat(FusedInference.compile(graph, rows, Precision.FLOAT32, 1).refusal())
        .contains("it is not given images [N, H, W, C]");
    Sketch sketch = new Sketch(graph(DataType.FLOAT));
    String at = sketch.layer("input", convolution().dropOut(0.5).build());
    ComputationGraph dropping = new ComputationGraph(sketch.classify(sketch.pool(at)));
    dropping.init();
    assertThat(FusedTraining.compile(dropping, IMAGES, Precision.FLOAT32, 1).refusal())
        .contains("layer " + at + " has dropout");
  }

  @Test
  void whatIsCompiledIsNotRefused() {
    assumeOneDnn();
    ComputationGraph graph = SmallNetwork.RESIDUAL.initialised(DataType.FLOAT);
    Compilation<FusedTraining> compilation =
        FusedTraining.compile(graph, IMAGES, Precision.FLOAT32, 1);
    try (FusedTraining training = compilation.compiled().orElseThrow()) {
      assertThat(compilation.refusal()).isEmpty();
      training.computeGradientAndScore(IMAGES, SmallNetwork.data(DataType.FLOAT, 1, 1).getLabels());
    }
  }

  private static void assumeOneDnn() {
    Assumptions.assumeTrue(OneDnn.serves(DataType.FLOAT), "oneDNN does not serve on this machine");
  }

  @Test
  void aNetworkIsNeeded() {
    assertThatThrownBy(() -> FusedTraining.of(null, IMAGES, Precision.FLOAT32, 1))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("Cannot compile: there is no network");
  }
}
