package org.espalier.prune.scop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.nn.fused.FusedTraining;
import org.espalier.nn.fused.Precision;
import org.espalier.nn.kernel.OneDnn;
import org.espalier.zoo.CifarResNet;
import org.espalier.zoo.Shortcut;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Networks of control factors, compiled, against Deeplearning4j's steps layer by layer. */
class FusedKnockoffTest {
  private static final Scop SCOP = new Scop(ScopConfiguration.official(0.45, 1));

  @BeforeEach
  void oneDnnServes() {
    Assumptions.assumeTrue(OneDnn.serves(DataType.FLOAT), "oneDNN does not serve on this machine");
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 6, 10, 16, 34})
  void gradientsOfAnyNumberOfPairsAgree(int rows) {
    ComputationGraph layers = training();
    ComputationGraph fast = training();
    DataSet data = SmallNetworks.data(DataType.FLOAT, rows, 1);
    computeGradient(layers, data);
    computeFusedGradient(fast, data, 2);
    assertGradientsAgree(fast, layers);
  }

  /** The last of the maps of 28x28, 14x14 and 7x7. */
  @Test
  void mapsWithAnOddNumberOfPixelsAreNotCompiled() {
    ComputationGraph network =
        new ComputationGraph(
            CifarResNet.builder(20).input(28, 28, 3).shortcut(Shortcut.CONVOLUTION).build());
    network.init();
    INDArray images = SmallNetworks.normal(DataType.FLOAT, 1, 2, 28, 28, 3);
    assertThat(FusedTraining.of(SCOP.apply(network), images, Precision.FLOAT32, 1)).isEmpty();
  }

  @Test
  void stepsAgreeAndFactorsStayInTheUnitInterval() {
    ComputationGraph layers = training();
    ComputationGraph fast = training();
    DataSet example = SmallNetworks.data(DataType.FLOAT, 12, 0);
    try (FusedTraining training = fused(fast, example, 2)) {
      for (int step = 0; step < 10; step++) {
        DataSet data = SmallNetworks.data(DataType.FLOAT, 12, step);
        layers.fit(data);
        training.fit(data);
      }
    }
    assertThat(distance(fast.params(), layers.params()))
        .isLessThan(1e-4 * layers.params().norm2Number().doubleValue());
    for (PrunableUnit unit : SmallNetworks.units(fast)) {
      assertThat(SmallNetworks.factors(fast, unit).toFloatVector())
          .usingComparatorWithPrecision(1e-4f)
          .containsExactly(SmallNetworks.factors(layers, unit).toFloatVector());
    }
  }

  @Test
  void threadsDoNotChangeABit() {
    DataSet data = SmallNetworks.data(DataType.FLOAT, 22, 1);
    float[] alone = bits(data, 1);
    assertThat(bits(data, 2)).isEqualTo(alone);
    assertThat(bits(data, 3)).isEqualTo(alone);
  }

  private static float[] bits(DataSet data, int threads) {
    ComputationGraph graph = training();
    computeFusedGradient(graph, data, threads);
    return graph.getGradientsViewArray().ravel().toFloatVector();
  }

  @Test
  void anOddNumberOfRowsIsRefused() {
    DataSet data = SmallNetworks.data(DataType.FLOAT, 7, 1);
    try (FusedTraining training = fused(training(), data, 1)) {
      assertThatThrownBy(() -> training.fit(data))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "Cannot mix features with their knockoffs: the number of rows must be even (7)");
    }
  }

  private static ComputationGraph training() {
    ComputationGraph graph = SCOP.apply(SmallNetworks.basic(DataType.FLOAT, 7));
    randomizeFactors(graph);
    return graph;
  }

  private static void randomizeFactors(ComputationGraph graph) {
    SplittableRandom random = new SplittableRandom(3);
    for (PrunableUnit unit : SmallNetworks.units(graph)) {
      INDArray factors = SmallNetworks.factors(graph, unit);
      for (int c = 0; c < factors.length(); c++) {
        factors.putScalar(c, random.nextDouble());
      }
    }
  }

  private static void computeGradient(ComputationGraph graph, DataSet data) {
    graph.setInputs(data.getFeatures());
    graph.setLabels(data.getLabels());
    graph.computeGradientAndScore();
  }

  private static void computeFusedGradient(ComputationGraph graph, DataSet data, int threads) {
    try (FusedTraining training = fused(graph, data, threads)) {
      training.computeGradientAndScore(data.getFeatures(), data.getLabels());
    }
  }

  private static FusedTraining fused(ComputationGraph graph, DataSet data, int threads) {
    return FusedTraining.of(graph, data.getFeatures(), Precision.FLOAT32, threads).orElseThrow();
  }

  private static void assertGradientsAgree(ComputationGraph fast, ComputationGraph layers) {
    assertThat(fast.score()).isCloseTo(layers.score(), within(1e-4));
    INDArray expected = layers.getGradientsViewArray();
    assertThat(distance(fast.getGradientsViewArray(), expected))
        .isLessThan(1e-4 * expected.norm2Number().doubleValue());
    for (PrunableUnit unit : SmallNetworks.units(layers)) {
      INDArray factors = factorGradient(layers, unit);
      assertThat(distance(factorGradient(fast, unit), factors))
          .as(unit.factor())
          .isLessThan(1e-3 * factors.norm2Number().doubleValue());
    }
  }

  /** Where the gradient lies as the factors do among the parameters. */
  private static INDArray factorGradient(ComputationGraph graph, PrunableUnit unit) {
    long from =
        SmallNetworks.factors(graph, unit).data().addressPointer().address()
            - graph.params().data().addressPointer().address();
    long first = from / Float.BYTES;
    INDArray flat = graph.getGradientsViewArray().ravel();
    long length = SmallNetworks.factors(graph, unit).length();
    return flat.get(NDArrayIndex.interval(first, first + length));
  }

  private static double distance(INDArray a, INDArray b) {
    return a.ravel().distance2(b.ravel());
  }
}
