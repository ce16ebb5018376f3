package org.espalier.nn.fused;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.data.LabeledImage;
import org.espalier.data.Part;
import org.espalier.data.SyntheticSpec;
import org.espalier.data.synthetic.Synthetic;
import org.espalier.nn.kernel.OneDnn;
import org.espalier.zoo.CifarResNet;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Mixed precision against float32; skipped where the processor has no bfloat16. */
class PrecisionTest {
  @Test
  void namesAreThoseOfConfigurations() {
    assertThat(Precision.named("float32")).isSameAs(Precision.FLOAT32);
    assertThat(Precision.named("bf16-mixed")).isSameAs(Precision.BF16_MIXED);
    assertThat(Precision.BF16_MIXED).hasToString("bf16-mixed");
    for (String name : new String[] {"bf16", "FLOAT32", "", null}) {
      assertThatThrownBy(() -> Precision.named(name))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("Cannot choose a precision: it must be float32 or bf16-mixed (" + name + ")");
    }
  }

  @Test
  void mixedPrecisionIsRefusedWhereTheProcessorHasNone() {
    Precision.FLOAT32.require();
    Assumptions.assumeFalse(OneDnn.computesBf16(), "this processor computes in bfloat16");
    ComputationGraph graph = SmallNetwork.WIDE.initialised(DataType.FLOAT);
    INDArray images = SmallNetwork.data(DataType.FLOAT, 1, 1).getFeatures();
    assertThatThrownBy(() -> FusedTraining.of(graph, images, Precision.BF16_MIXED, 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "Cannot train in bf16-mixed: this processor has neither avx512_bf16 nor AMX; use"
                + " float32");
  }

  /**
   * At the start of training, a rounding error lets many activations pass a ReLU here and not
   * there: rounding nothing but the images to bfloat16 takes the gradient's cosine down to 0.988.
   */
  @Test
  void gradientsOfAResNetPointTheSameWay() throws IOException {
    assumeBf16();
    ComputationGraph exact = resNet();
    ComputationGraph mixed = Parameters.copy(exact, exact.getConfiguration().clone());
    DataSet data = textures(64);
    computeGradient(exact, data, Precision.FLOAT32);
    computeGradient(mixed, data, Precision.BF16_MIXED);
    assertThat(mixed.score()).isCloseTo(exact.score(), within(0.01 * exact.score()));
    assertSimilar(mixed, exact, ".*_W", 0.93);
    assertSimilar(mixed, exact, "(layer3.2.conv2|linear)_W", 0.99);
  }

  /** In the last stage of such a network, nearly all of the gradients cancels. */
  @Test
  void gradientsAreTheSameWhereNoActivationIsNearZero() throws IOException {
    assumeBf16();
    ComputationGraph exact = resNet();
    Parameters.keepActivationsOffZero(exact);
    ComputationGraph mixed = Parameters.copy(exact, exact.getConfiguration().clone());
    DataSet data = textures(64);
    computeGradient(exact, data, Precision.FLOAT32);
    computeGradient(mixed, data, Precision.BF16_MIXED);
    assertSimilar(mixed, exact, "(conv1|layer[12].*|linear)_W", 0.999);
  }

  private static ComputationGraph resNet() {
    ComputationGraph graph =
        new ComputationGraph(
            CifarResNet.builder(20)
                .input(16, 16, 3)
                .classes(4)
                .seed(1)
                .updater(new Nesterovs(0.05, 0.9))
                .l2(1e-4)
                .build());
    graph.init();
    return graph;
  }

  /** Networks of which bfloat16 kernels must be found, or made do without. */
  @ParameterizedTest
  @EnumSource
  void gradientsOfSmallNetworksPointTheSameWay(SmallNetwork network) {
    assumeBf16();
    DataSet data = SmallNetwork.data(DataType.FLOAT, 1, 13);
    ComputationGraph exact = network.initialised(DataType.FLOAT);
    ComputationGraph mixed = network.initialised(DataType.FLOAT);
    computeGradient(exact, data, Precision.FLOAT32);
    computeGradient(mixed, data, Precision.BF16_MIXED);
    assertSimilar(mixed, exact, ".*_W", 0.97);
  }

  private static void computeGradient(ComputationGraph graph, DataSet data, Precision precision) {
    try (FusedTraining training = Training.of(graph, data, precision, 2)) {
      training.computeGradientAndScore(data.getFeatures(), data.getLabels());
    }
  }

  private static void assertSimilar(
      ComputationGraph mixed, ComputationGraph exact, String names, double cosine) {
    Map<String, INDArray> gradients = Parameters.named(mixed, mixed.getGradientsViewArray());
    Parameters.named(exact, exact.getGradientsViewArray())
        .forEach(
            (name, expected) -> {
              INDArray actual = gradients.get(name);
              double norm = expected.norm2Number().doubleValue();
              if (norm == 0) {
                assertThat(actual.norm2Number().doubleValue()).as(name).isZero();
              } else if (name.endsWith("_mean") || name.endsWith("_var")) {
                assertThat(actual.distance2(expected) / norm).as(name).isLessThan(1e-2);
              } else if (name.matches(names)) {
                assertThat(Transforms.cosineSim(actual, expected)).as(name).isGreaterThan(cosine);
              }
            });
  }

  @ParameterizedTest
  @EnumSource
  void texturesAreLearned(Precision precision) throws IOException {
    if (precision == Precision.BF16_MIXED) {
      assumeBf16();
    }
    Assumptions.assumeTrue(OneDnn.serves(DataType.FLOAT), "oneDNN does not serve on this machine");
    DataSet all = textures(192);
    ComputationGraph graph = resNet();
    double first = 0;
    double last = 0;
    try (FusedTraining training = Training.of(graph, all, precision, 2)) {
      for (int epoch = 0; epoch < 10; epoch++) {
        last = 0;
        for (DataSet batch : all.batchBy(48)) {
          training.fit(batch);
          last += graph.score() / 4;
        }
        first = epoch == 0 ? last : first;
      }
    }
    assertThat(last).isLessThan(0.3 * first);
  }

  private static DataSet textures(int count) throws IOException {
    SyntheticSpec spec = new SyntheticSpec(1, count, 1, 4, 16, 16, 3, 0);
    INDArray images = Nd4j.createUninitialized(DataType.FLOAT, count, 16, 16, 3);
    INDArray labels = Nd4j.zeros(DataType.FLOAT, count, 4);
    long at = 0;
    for (LabeledImage image :
        Synthetic.open(spec, Part.TRAIN).slices(1).get(0).read(new Configuration()).images()) {
      labels.putScalar(image.index(), image.label(), 1);
      for (byte pixel : image.pixels()) {
        images.putScalar(at++, ((pixel & 0xff) - 128) / 64.0);
      }
    }
    return new DataSet(images, labels);
  }

  private static void assumeBf16() {
    Assumptions.assumeTrue(OneDnn.computesBf16(), "this processor does not compute in bfloat16");
  }
}
