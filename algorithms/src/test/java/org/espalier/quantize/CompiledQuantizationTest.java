package org.espalier.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.LongToDoubleFunction;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.compress.CompressionAlgorithm;
import org.espalier.nn.fused.FusedInference;
import org.espalier.nn.fused.FusedTraining;
import org.espalier.nn.fused.Precision;
import org.espalier.nn.kernel.OneDnn;
import org.espalier.quantize.layer.WeightScheme;
import org.espalier.quantize.lsq.Lsq;
import org.espalier.quantize.lsq.LsqConfiguration;
import org.espalier.quantize.observe.RunningRange;
import org.espalier.quantize.simqat.Folding;
import org.espalier.quantize.simqat.ObservedActivation;
import org.espalier.quantize.simqat.SimQat;
import org.espalier.quantize.simqat.SimQatConfiguration;
import org.espalier.quantize.slb.Slb;
import org.espalier.quantize.slb.SlbConfiguration;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * Quantised networks that are compiled, against the same layer by layer.
 *
 * <p>What differs in its last bits is now and then rounded to neighbouring numbers, and then
 * differs by a step: of a few trainings one at least must go without that, and none may be far off.
 */
class CompiledQuantizationTest {
  private static final int BATCH = 16;
  private static final int STEPS = 10;
  private static final int SEEDS = 4;

  @BeforeAll
  static void oneDnnServes() {
    Assumptions.assumeTrue(OneDnn.serves(DataType.FLOAT), "oneDNN does not serve on this machine");
  }

  /** A network and what is made of it. */
  private record Case(boolean plain, CompressionAlgorithm algorithm) {
    ComputationGraph form(DataType type) {
      IUpdater updater = QuantizedNetworks.updater();
      return algorithm.apply(
          plain
              ? QuantizedNetworks.plain(type, updater)
              : QuantizedNetworks.residual(type, updater));
    }

    @Override
    public String toString() {
      return (plain ? "plain, " : "residual, ") + algorithm;
    }
  }

  private static Case residual(CompressionAlgorithm algorithm) {
    return new Case(false, algorithm);
  }

  static Stream<Case> cases() {
    SimQatConfiguration standard = SimQatConfiguration.standard(8);
    Stream<CompressionAlgorithm> all =
        Stream.of(
            new SimQat(8),
            new SimQat(4),
            new SimQat(standard.withDelays(3, 5)),
            new SimQat(standard.withFreezing(3, 5)),
            new SimQat(standard.withActivations(CodeRange.signed(8), true)),
            new SimQat(standard.withObserver(RunningRange.extremes())),
            new Lsq(2),
            new Lsq(4),
            new Lsq(new LsqConfiguration(4, 3, 8, true)),
            new Slb(SlbConfiguration.standard(1, 4, 10)),
            new Slb(SlbConfiguration.standard(2, SlbConfiguration.UNQUANTIZED, 10)));
    Stream<CompressionAlgorithm> few =
        Stream.of(new SimQat(8), new Lsq(4), new Slb(SlbConfiguration.standard(2, 8, 10)));
    return Stream.concat(
        all.map(CompiledQuantizationTest::residual),
        few.map(algorithm -> new Case(true, algorithm)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void tenStepsAreThoseOfTheLayers(Case subject) {
    assertClose(seed -> distanceAfterSteps(subject, seed), 1e-4);
  }

  private static double distanceAfterSteps(Case subject, long seed) {
    ComputationGraph layers = ranged(subject);
    ComputationGraph fast = ranged(subject);
    try (FusedTraining training = training(fast, 2)) {
      for (int step = 0; step < STEPS; step++) {
        DataSet data = data(100 * seed + step);
        training.fit(data);
        layers.fit(data);
        if (step % 3 == 2) {
          fast.incrementEpochCount();
          layers.incrementEpochCount();
        }
      }
    }
    assertThat(fast.getIterationCount()).isEqualTo(STEPS);
    return distance(fast.params(), layers.params());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void gradientsAreThoseOfDoublePrecision(Case subject) {
    assertClose(seed -> gradientDistance(subject, seed), 5e-5);
  }

  private static double gradientDistance(Case subject, long seed) {
    ComputationGraph fast = ranged(subject);
    ComputationGraph exact = subject.form(DataType.DOUBLE);
    exact.setParams(fast.params().castTo(DataType.DOUBLE));
    DataSet data = data(seed);
    exact.setInputs(data.getFeatures().castTo(DataType.DOUBLE));
    exact.setLabels(data.getLabels().castTo(DataType.DOUBLE));
    exact.computeGradientAndScore();
    try (FusedTraining training = training(fast, 2)) {
      training.computeGradientAndScore(data.getFeatures(), data.getLabels());
    }
    return distance(fast.getGradientsViewArray(), exact.getGradientsViewArray());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theFirstBatchSetsGrids(Case subject) {
    ComputationGraph layers = subject.form(DataType.FLOAT);
    ComputationGraph fast = subject.form(DataType.FLOAT);
    layers.output(true, data(1).getFeatures());
    try (FusedTraining training = training(fast, 1)) {
      training.computeGradientAndScore(data(1).getFeatures(), data(1).getLabels());
    }
    assertThat(distance(fast.params(), layers.params())).isLessThan(1e-6);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void threadsDoNotChangeABit(Case subject) {
    float[] alone = trained(subject, 1);
    assertThat(trained(subject, 2)).isEqualTo(alone);
    assertThat(trained(subject, 3)).isEqualTo(alone);
  }

  private static float[] trained(Case subject, int threads) {
    ComputationGraph network = subject.form(DataType.FLOAT);
    try (FusedTraining training = training(network, threads)) {
      for (int step = 0; step < 6; step++) {
        training.fit(data(step));
      }
    }
    return network.params().reshape(-1).toFloatVector();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void inferenceIsThatOfTheLayers(Case subject) {
    assertClose(seed -> outputDistance(subject, seed), 1e-4);
  }

  private static double outputDistance(Case subject, long seed) {
    ComputationGraph network = ranged(subject);
    INDArray images = data(seed).getFeatures();
    try (FusedInference inference =
        FusedInference.of(network, images, Precision.FLOAT32, 2).orElseThrow()) {
      network.fit(data(100 + seed));
      inference.refresh();
      return distance(inference.output(images), network.output(images)[0]);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void inferenceInDeploymentFormIsThatOfTheLayers(Case subject) {
    assertClose(seed -> deployedDistance(subject, seed), 1e-4);
  }

  private static double deployedDistance(Case subject, long seed) {
    ComputationGraph trained = ranged(subject);
    for (int step = 0; step < STEPS; step++) {
      trained.fit(data(100 * seed + step));
    }
    ComputationGraph network = subject.algorithm().convert(trained);
    INDArray images = data(seed).getFeatures();
    try (FusedInference inference =
        FusedInference.of(network, images, Precision.FLOAT32, 2).orElseThrow()) {
      return distance(inference.output(images), network.output(images)[0]);
    }
  }

  @Test
  void whatLayersAndProgramsDoByTurnsIsOneTraining() {
    assertClose(CompiledQuantizationTest::distanceByTurns, 1e-4);
  }

  private static double distanceByTurns(long seed) {
    ComputationGraph layers = ranged(residual(new Lsq(4)));
    ComputationGraph fast = ranged(residual(new Lsq(4)));
    try (FusedTraining training = training(fast, 2)) {
      for (int step = 0; step < STEPS; step++) {
        DataSet data = data(100 * seed + step);
        layers.fit(data);
        if (step % 3 == 1) {
          fast.fit(data);
        } else {
          training.fit(data);
        }
      }
    }
    return distance(fast.params(), layers.params());
  }

  @Test
  void rangesStayWhenFrozen() {
    ComputationGraph network =
        ranged(residual(new SimQat(SimQatConfiguration.standard(8).withFreezing(2, 2))));
    try (FusedTraining training = training(network, 1)) {
      training.fit(data(0));
      training.fit(data(1));
      List<INDArray> before = ranges(network);
      training.fit(data(2));
      assertThat(ranges(network)).isNotEmpty().isEqualTo(before);
    }
  }

  private static List<INDArray> ranges(ComputationGraph network) {
    return network.paramTable().entrySet().stream()
        .filter(
            entry ->
                entry.getKey().endsWith("_" + ObservedActivation.MAX)
                    || entry.getKey().endsWith("_mean"))
        .map(entry -> entry.getValue().dup())
        .toList();
  }

  @ParameterizedTest
  @EnumSource(names = "COMMUTING", mode = EnumSource.Mode.EXCLUDE)
  void normalisationFoldedInTrainingIsLeftToTheLayers(Folding folding) {
    SimQat algorithm =
        new SimQat(SimQatConfiguration.standard(8).withWeights(WeightScheme.standard(8), folding));
    ComputationGraph network = ranged(residual(algorithm));
    assertThat(
            FusedTraining.compile(network, data(0).getFeatures(), Precision.FLOAT32, 1).refusal())
        .hasValueSatisfying(reason -> assertThat(reason).contains("is of an unknown kind"));
  }

  @Test
  void gridsAreNotRoundedToBfloat16() {
    Assumptions.assumeTrue(OneDnn.computesBf16(), "this processor does not compute in bfloat16");
    assertThat(
            FusedTraining.compile(
                    ranged(residual(new SimQat(8))), data(0).getFeatures(), Precision.BF16_MIXED, 1)
                .refusal())
        .contains("layer input.codes rounds more finely than activations are kept");
  }

  /** With grids from batches that are not trained on: no number is exactly the end of one. */
  private static ComputationGraph ranged(Case subject) {
    ComputationGraph network = subject.form(DataType.FLOAT);
    network.output(true, data(1000).getFeatures());
    network.output(true, data(1001).getFeatures());
    return network;
  }

  private static DataSet data(long seed) {
    return QuantizedNetworks.data(DataType.FLOAT, seed, BATCH);
  }

  private static FusedTraining training(ComputationGraph network, int threads) {
    return FusedTraining.of(network, data(0).getFeatures(), Precision.FLOAT32, threads)
        .orElseThrow();
  }

  private static void assertClose(LongToDoubleFunction distance, double tolerance) {
    assertThat(
            LongStream.range(0, SEEDS)
                .mapToDouble(distance)
                .peek(far -> assertThat(far).isLessThan(0.05))
                .anyMatch(near -> near < tolerance))
        .isTrue();
  }

  private static double distance(INDArray actual, INDArray expected) {
    INDArray wanted = expected.castTo(DataType.DOUBLE);
    return actual.castTo(DataType.DOUBLE).distance2(wanted) / wanted.norm2Number().doubleValue();
  }
}
