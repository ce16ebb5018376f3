package org.espalier.nn.fused;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.nd4j.linalg.indexing.NDArrayIndex.all;
import static org.nd4j.linalg.indexing.NDArrayIndex.interval;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.espalier.nn.CosineSchedule;
import org.espalier.nn.kernel.OneDnn;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/** Steps of compiled training against the stock layers in double precision. */
class FusedTrainingTest {
  private static final double L2 = 1e-4;
  private static final int BATCH = 8;
  private static final int STEPS = 10;

  @BeforeAll
  static void oneDnnServes() {
    Assumptions.assumeTrue(OneDnn.serves(DataType.FLOAT), "oneDNN does not serve on this machine");
  }

  static Stream<Arguments> updaters() {
    CosineSchedule cosine = new CosineSchedule(0.1, 4, 1);
    MapSchedule momentum = new MapSchedule(ScheduleType.ITERATION, Map.of(0, 0.5, 3, 0.8, 6, 0.9));
    return Stream.of(
        arguments(new Nesterovs(0.05, 0.9), true),
        arguments(new Sgd(0.1), true),
        arguments(Nesterovs.builder().learningRateSchedule(cosine).momentum(0.9).build(), true),
        arguments(Sgd.builder().learningRateSchedule(cosine).build(), true),
        arguments(Nesterovs.builder().learningRate(0.05).momentumISchedule(momentum).build(), true),
        arguments(new Adam(1e-3), false),
        arguments(new RmsProp(1e-3), false));
  }

  @ParameterizedTest
  @MethodSource("updaters")
  void tenStepsAgree(IUpdater updater, boolean inOnePass) {
    ComputationGraph fast = SmallNetwork.RESIDUAL.initialised(DataType.FLOAT, updater, L2);
    assertThat(FusedUpdate.of(fast).isPresent()).isEqualTo(inOnePass);
    assertStepsAgree(fast, SmallNetwork.RESIDUAL.initialised(DataType.DOUBLE, updater, L2));
  }

  @ParameterizedTest
  @EnumSource(names = {"OWN_UPDATERS", "FROZEN_CONVOLUTION", "FROZEN_NORM", "FROZEN_BELOW"})
  void layersWithUpdatersOfTheirOwnAgree(SmallNetwork network) {
    IUpdater updater = new Nesterovs(0.05, 0.9);
    ComputationGraph fast = network.initialised(DataType.FLOAT, updater, L2);
    assertThat(FusedUpdate.of(fast)).isPresent();
    assertStepsAgree(fast, network.initialised(DataType.DOUBLE, updater, L2));
  }

  @ParameterizedTest
  @EnumSource(names = {"CLIPPED", "LASSO"})
  void whatIsNotUpdatedInOnePassIsLeftToDeeplearning4j(SmallNetwork network) {
    IUpdater updater = new Nesterovs(0.05, 0.9);
    ComputationGraph fast = network.initialised(DataType.FLOAT, updater, L2);
    assertThat(FusedUpdate.of(fast)).isEmpty();
    assertStepsAgree(fast, network.initialised(DataType.DOUBLE, updater, L2));
  }

  /** Running statistics are parameters too, and so are among what must agree. */
  private static void assertStepsAgree(ComputationGraph fast, ComputationGraph exact) {
    INDArray start = exact.params().dup();
    try (FusedTraining training = Training.of(fast, 2)) {
      for (int step = 0; step < STEPS; step++) {
        training.fit(SmallNetwork.data(DataType.FLOAT, step, BATCH));
        exact.fit(SmallNetwork.data(DataType.DOUBLE, step, BATCH));
        assertThat(fast.score()).isCloseTo(exact.score(), within(1e-4 * exact.score()));
        if (step % 3 == 2) {
          fast.incrementEpochCount();
          exact.incrementEpochCount();
        }
      }
    }
    Parameters.assertClose(fast, fast.params(), exact.params(), 1e-4);
    INDArray moved = fast.params().castTo(DataType.DOUBLE).sub(start);
    Parameters.assertClose(fast, moved, exact.params().sub(start), 1e-4);
    assertThat(fast.getIterationCount()).isEqualTo(STEPS);
  }

  @Test
  void theLearningRateMayBeChangedBetweenSteps() {
    ComputationGraph fast = nesterov();
    ComputationGraph layers = nesterov();
    try (FusedTraining training = Training.of(fast, 1)) {
      for (int step = 0; step < 6; step++) {
        DataSet data = SmallNetwork.data(DataType.FLOAT, step, BATCH);
        training.fit(data);
        layers.fit(data);
        fast.setLearningRate(0.05 / (step + 2));
        layers.setLearningRate(0.05 / (step + 2));
      }
    }
    Parameters.assertClose(fast, fast.params(), layers.params(), 1e-4);
  }

  @Test
  void stepsHereAndThereMakeOneTraining() {
    ComputationGraph fast = nesterov();
    ComputationGraph layers = nesterov();
    try (FusedTraining training = Training.of(fast, 2)) {
      for (int step = 0; step < STEPS; step++) {
        DataSet data = SmallNetwork.data(DataType.FLOAT, step, BATCH);
        layers.fit(data);
        if (step % 3 == 1) {
          fast.fit(data);
        } else {
          training.fit(data);
        }
        assertThat(fast.score()).isCloseTo(layers.score(), within(1e-4 * layers.score()));
      }
    }
    Parameters.assertClose(fast, fast.params(), layers.params(), 1e-4);
    assertThat(fast.getIterationCount()).isEqualTo(STEPS);
  }

  @Test
  void parametersSetFromOutsideAreSeen() {
    ComputationGraph set = nesterov();
    ComputationGraph fresh = SmallNetwork.RESIDUAL.initialised(DataType.FLOAT);
    DataSet data = SmallNetwork.data(DataType.FLOAT, 1, BATCH);
    try (FusedTraining training = Training.of(set, 2);
        FusedTraining other = Training.of(fresh, 2)) {
      training.fit(data);
      INDArray parameters = fresh.params().mul(1.01);
      set.setParams(parameters);
      fresh.setParams(parameters);
      training.computeGradientAndScore(data.getFeatures(), data.getLabels());
      other.computeGradientAndScore(data.getFeatures(), data.getLabels());
    }
    assertThat(Parameters.bits(set.getGradientsViewArray()))
        .isEqualTo(Parameters.bits(fresh.getGradientsViewArray()));
  }

  @Test
  void listenersAreToldWhatDeeplearning4jTells() {
    ComputationGraph layers = nesterov();
    Diary expected = new Diary();
    layers.setListeners(expected);
    ComputationGraph fast = nesterov();
    Diary actual = new Diary();
    fast.setListeners(actual);
    try (FusedTraining training = Training.of(fast, 1)) {
      for (int step = 0; step < 4; step++) {
        DataSet data = SmallNetwork.data(DataType.FLOAT, step, BATCH + step);
        layers.fit(data);
        training.fit(data);
        if (step == 1) {
          layers.incrementEpochCount();
          fast.incrementEpochCount();
        }
      }
    }
    assertThat(actual.entries).hasSize(12).isEqualTo(expected.entries);
  }

  /** Writes down who was called with what, and what the network said of itself then. */
  private static final class Diary extends BaseTrainingListener {
    private final List<String> entries = new ArrayList<>();
    private INDArray before;

    @Override
    public void onBackwardPass(Model model) {
      write("backward", model);
      before = model.params().dup();
    }

    @Override
    public void onGradientCalculation(Model model) {
      write("gradient", model);
    }

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      write("iteration " + iteration + " of epoch " + epoch, model);
    }

    private void write(String event, Model model) {
      ComputationGraph graph = (ComputationGraph) model;
      boolean moved = before != null && !before.equals(model.params());
      INDArray view = graph.getGradientsViewArray();
      entries.add(
          String.format(
              Locale.ROOT,
              "%s: score %.4f, iteration %d, epoch %d, inputs %s, batch %d, parameters %s,"
                  + " gradients %.3g",
              event,
              graph.score(),
              graph.getIterationCount(),
              graph.getEpochCount(),
              Arrays.toString(graph.getInput(0).shape()),
              graph.batchSize(),
              moved ? "moved" : "as before",
              event.startsWith("iteration") ? 0 : view.norm2Number().doubleValue()));
    }
  }

  @Test
  void imagesMayBeViewsOfAnyOrderAndType() {
    DataSet data = SmallNetwork.data(DataType.FLOAT, 1, BATCH);
    INDArray images = data.getFeatures();
    float[] gradient = gradient(images, data.getLabels());
    INDArray planes = images.permute(0, 3, 1, 2).dup('c').permute(0, 2, 3, 1);
    assertThat(gradient(planes, data.getLabels())).isEqualTo(gradient);
    assertThat(gradient(images.dup('f'), data.getLabels())).isEqualTo(gradient);
    assertThat(gradient(images.castTo(DataType.DOUBLE), data.getLabels())).isEqualTo(gradient);
    INDArray more = SmallNetwork.data(DataType.FLOAT, 2, BATCH + 4).getFeatures();
    INDArray within = more.get(interval(3, BATCH + 3), all(), all(), all());
    within.assign(images);
    assertThat(gradient(within, data.getLabels())).isEqualTo(gradient);
  }

  private static float[] gradient(INDArray images, INDArray labels) {
    ComputationGraph graph = nesterov();
    try (FusedTraining training = Training.of(graph, 1)) {
      training.computeGradientAndScore(images, labels);
    }
    return Parameters.bits(graph.getGradientsViewArray());
  }

  private static ComputationGraph nesterov() {
    return SmallNetwork.RESIDUAL.initialised(DataType.FLOAT, new Nesterovs(0.05, 0.9), L2);
  }
}
