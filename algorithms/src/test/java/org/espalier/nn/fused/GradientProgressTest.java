package org.espalier.nn.fused;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.nn.kernel.OneDnn;
import org.espalier.prune.scop.Scop;
import org.espalier.prune.scop.ScopConfiguration;
import org.espalier.zoo.CifarResNet;
import org.espalier.zoo.ImageNetResNet;
import org.espalier.zoo.Shortcut;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;

/** What is said to be done is done, and in the end everything is, once. */
class GradientProgressTest {
  private static final float UNTOUCHED = 12345;

  @BeforeAll
  static void oneDnnServes() {
    Assumptions.assumeTrue(OneDnn.serves(DataType.FLOAT), "oneDNN does not serve on this machine");
  }

  /** Gradients as they were when they were said to be done. */
  private static final class Done {
    private final long from;
    private final float[] values;

    Done(long from, float[] values) {
      this.from = from;
      this.values = values;
    }

    long from() {
      return from;
    }

    float[] values() {
      return values;
    }

    long to() {
      return from + values.length;
    }
  }

  /** Computes a batch's gradients; returns what was said meanwhile, in order. */
  private static List<Done> watched(ComputationGraph graph, DataSet data, int threads) {
    List<Done> done = new ArrayList<>();
    try (FusedTraining training = Training.of(graph, data, threads)) {
      graph.getGradientsViewArray().assign(UNTOUCHED);
      long view = Compiler.address(graph.getGradientsViewArray());
      training.computeGradientAndScore(
          data.getFeatures(),
          data.getLabels(),
          (long from, long to) -> {
            long address = view + Floats.bytes((int) from);
            done.add(new Done(from, Floats.read(address, (int) (to - from))));
          });
    }
    return done;
  }

  private static void assertDoneOnceAndForGood(ComputationGraph graph, DataSet data) {
    List<Done> done = watched(graph, data, 2);

    float[] view = Parameters.bits(graph.getGradientsViewArray());
    long end = 0;
    float[] said = new float[view.length];
    for (Done range : done.stream().sorted(Comparator.comparingLong(Done::from)).toList()) {
      assertThat(range.from()).isEqualTo(end);
      System.arraycopy(range.values(), 0, said, (int) end, range.values().length);
      end = range.to();
    }
    assertThat(end).isEqualTo(view.length);
    assertThat(said).isEqualTo(view);
  }

  private static ComputationGraph initialised(ComputationGraphConfiguration configuration) {
    ComputationGraph graph = new ComputationGraph(configuration);
    graph.init();
    return graph;
  }

  @ParameterizedTest
  @EnumSource
  void gradientsOfSmallNetworksAreDoneOnceAndForGood(SmallNetwork network) {
    assertDoneOnceAndForGood(
        network.initialised(DataType.FLOAT), SmallNetwork.data(DataType.FLOAT, 3, 7));
  }

  @ParameterizedTest
  @EnumSource(Shortcut.class)
  void gradientsOfCifarResNetsAreDoneOnceAndForGood(Shortcut shortcut) {
    assertDoneOnceAndForGood(
        initialised(CifarResNet.builder(20).seed(1).shortcut(shortcut).build()),
        SmallNetwork.data(DataType.FLOAT, 3, 6, 32, 32, 10));
  }

  @Test
  void gradientsOfResNet50AreDoneOnceAndForGoodTheLastLayersFirst() {
    ComputationGraph graph =
        initialised(ImageNetResNet.builder(50).classes(4).input(64, 64, 3).build());
    DataSet data = SmallNetwork.data(DataType.FLOAT, 3, 4, 64, 64, 4);

    assertDoneOnceAndForGood(graph, data);

    List<Done> done = watched(graph, data, 1);
    assertThat(done.get(done.size() - 1).from()).as("the first layer").isZero();
    long half = graph.getGradientsViewArray().length() / 2;
    int firstOfLowerHalf = 0;
    long weights = 0;
    while (done.get(firstOfLowerHalf).values().length < 4096
        || done.get(firstOfLowerHalf).from() >= half) {
      weights += done.get(firstOfLowerHalf).values().length;
      firstOfLowerHalf++;
    }
    assertThat(weights).as("done before weights of the lower half").isGreaterThan(half * 2 / 3);
  }

  /** Convolutions are frozen, and factors between features and their knockoffs learn. */
  @Test
  void gradientsOfControlFactorsAreDoneOnceAndForGood() {
    ComputationGraph graph = initialised(CifarResNet.builder(20).seed(1).build());
    assertDoneOnceAndForGood(
        new Scop(ScopConfiguration.official(0.45, 3)).apply(graph),
        SmallNetwork.data(DataType.FLOAT, 3, 6, 32, 32, 10));
  }

  @Test
  void gradientsAreTheSameWhetherSomebodyIsToldOrNot() {
    DataSet data = SmallNetwork.data(DataType.FLOAT, 3, 7);
    ComputationGraph alone = SmallNetwork.RESIDUAL.initialised(DataType.FLOAT);
    ComputationGraph watched = SmallNetwork.RESIDUAL.initialised(DataType.FLOAT);
    try (FusedTraining training = Training.of(alone, 2)) {
      training.computeGradientAndScore(data.getFeatures(), data.getLabels());
    }

    watched(watched, data, 2);

    assertThat(Parameters.bits(watched.getGradientsViewArray()))
        .isEqualTo(Parameters.bits(alone.getGradientsViewArray()));
    assertThat(watched.score()).isEqualTo(alone.score());
  }

  @Test
  void whatIsThrownEndsTheComputationAndLeavesTheNetworkUsable() {
    DataSet data = SmallNetwork.data(DataType.FLOAT, 3, 7);
    ComputationGraph expected = SmallNetwork.RESIDUAL.initialised(DataType.FLOAT);
    ComputationGraph graph = SmallNetwork.RESIDUAL.initialised(DataType.FLOAT);
    try (FusedTraining one = Training.of(expected, 1);
        FusedTraining other = Training.of(graph, 2)) {
      one.fit(data);
      assertThatThrownBy(
              () ->
                  other.computeGradientAndScore(
                      data.getFeatures(),
                      data.getLabels(),
                      (long from, long to) -> {
                        throw new IllegalStateException("enough");
                      }))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("enough");
      assertThatThrownBy(
              () ->
                  other.computeGradientAndScore(
                      data.getFeatures(), data.getLabels(), (GradientProgress) null))
          .isInstanceOf(NullPointerException.class)
          .hasMessage("Cannot train: there is nobody to be told of progress");

      other.fit(data);

      assertThat(Parameters.bits(graph.params())).isEqualTo(Parameters.bits(expected.params()));
    }
  }
}
