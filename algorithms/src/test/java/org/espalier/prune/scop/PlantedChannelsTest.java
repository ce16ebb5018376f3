package org.espalier.prune.scop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.compress.BatchAdapter;
import org.espalier.data.ImageShape;
import org.espalier.data.RandomStreams;
import org.espalier.data.batch.Batch;
import org.espalier.nn.BatchNorm;
import org.espalier.nn.Convolution;
import org.espalier.nn.GlobalAveragePooling;
import org.espalier.nn.Output;
import org.espalier.nn.PaddedShortcut;
import org.espalier.nn.ResidualSum;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/** Networks of which it is known what each channel is worth. */
class PlantedChannelsTest {
  private static final int ROWS = 64;
  private static final int STEPS = 100;

  @Test
  void aChannelThatNothingReadsAndADeadOneLearnNothing() {
    ComputationGraph network = SmallNetworks.basic(DataType.DOUBLE, 7);
    INDArray reading = network.getVertex("layer1.0.conv2").paramTable(false).get("W");
    INDArray making = network.getVertex("layer1.0.conv1").paramTable(false).get("W");
    for (int i = 0; i < 4; i++) {
      for (int k = 0; k < 9; k++) {
        reading.putScalar(new long[] {i, 1, k / 3, k % 3}, 0);
        making.putScalar(new long[] {3, i, k / 3, k % 3}, 0);
      }
    }
    Scop scop = new Scop(ScopConfiguration.official(0.5, 1));
    ComputationGraph training = scop.apply(network);
    training.fit(SmallNetworks.data(DataType.DOUBLE, 8, 1));
    training.fit(SmallNetworks.data(DataType.DOUBLE, 8, 2));
    PrunedLayer layer = scop.select(training).get(0);
    assertThat(layer.factors()[1]).isEqualTo(0.5);
    assertThat(layer.factors()[3]).isEqualTo(0.5);
    assertThat(layer.scores()[1]).isZero();
    assertThat(layer.scores()[3]).isZero();
    assertThat(layer.factors()[0]).isNotCloseTo(0.5, within(1e-3));
    assertThat(layer.factors()[2]).isNotCloseTo(0.5, within(1e-3));
  }

  /**
   * One convolution that passes two channels through; a shortcut that carries nothing (its channels
   * land where the classifier does not look); a classifier that reads mostly the first channel.
   */
  private static ComputationGraph twoChannels() {
    ComputationGraph network =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .dataType(DataType.FLOAT)
                .updater(new Sgd(0.1))
                .graphBuilder()
                .addInputs("input")
                .setInputTypes(InputType.convolutional(2, 2, 2, CNN2DFormat.NHWC))
                .addLayer("conv", Convolution.builder(1, 1).nIn(2).nOut(4).build(), "input")
                .addLayer("bn", BatchNorm.builder().nIn(4).nOut(4).build(), "conv")
                .addLayer("shortcut", PaddedShortcut.builder(1, 2, 0).build(), "input")
                .addVertex("add", new ResidualSum(false), "bn", "shortcut")
                .addLayer("pool", new GlobalAveragePooling(), "add")
                .addLayer("linear", Output.builder().nIn(4).nOut(2).build(), "pool")
                .setOutputs("linear")
                .build());
    network.init();
    INDArray passing = network.getVertex("conv").paramTable(false).get("W");
    passing.assign(0);
    passing.putScalar(new long[] {0, 0, 0, 0}, 1);
    passing.putScalar(new long[] {1, 1, 0, 0}, 1);
    network.setParam(
        "linear_W", Nd4j.createFromArray(new float[][] {{2, -2}, {0.5f, -0.5f}, {0, 0}, {0, 0}}));
    return network;
  }

  /** Trains factors where channel 0 tells the label, or the label is a coin. */
  private static double[] trained(boolean shuffledLabels) {
    Scop scop = new Scop(ScopConfiguration.official(0.5, 1).withLearningRate(0.03));
    ComputationGraph training = scop.apply(twoChannels());
    BatchAdapter adapter = scop.batches();
    for (int step = 0; step < STEPS; step++) {
      SplittableRandom random = RandomStreams.of(1, "planted", step);
      NormalNumbers normal = new NormalNumbers(random);
      float[] features = new float[ROWS * 8];
      int[] labels = new int[ROWS];
      for (int i = 0; i < ROWS; i++) {
        int sign = random.nextBoolean() ? 1 : -1;
        double noise = normal.next();
        for (int p = 0; p < 4; p++) {
          features[i * 8 + 2 * p] = (float) (sign + 0.3 * normal.next());
          features[i * 8 + 2 * p + 1] = (float) (noise + 0.3 * normal.next());
        }
        boolean first = shuffledLabels ? random.nextBoolean() : sign > 0;
        labels[i] = first ? 0 : 1;
      }
      DataSet data =
          adapter.adapt(
              new Batch(features, labels, ROWS, new ImageShape(2, 2, 2), new long[ROWS]),
              2,
              random);
      training.fit(data);
    }
    return scop.select(training).get(0).factors();
  }

  @Test
  void theChannelThatTellsTheLabelWins() {
    double[] factors = trained(false);
    assertThat(factors[0]).isGreaterThan(0.95);
    assertThat(factors[1]).isLessThan(factors[0] - 0.2);
  }

  @Test
  void labelsThatSayNothingRaiseNoFactor() {
    double[] factors = trained(true);
    assertThat((factors[0] + factors[1]) / 2).isLessThan(0.6);
  }
}
