package org.espalier.prune.scop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.zoo.CifarResNet;
import org.espalier.zoo.GoldenData;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The knockoff stage of the pretrained ResNet-20 against values that PyTorch computed.
 *
 * <p>Five batches of 64 real training images, the knockoff of row i being row i - 1.
 */
@Tag("slow")
class GoldenScopTest {
  private static final Scop SCOP = new Scop(ScopConfiguration.official(0.45, 0));
  private static final double LEARNING_RATE = 0.004;

  private static ComputationGraph pretrained(DataType type) throws IOException {
    return GoldenData.pretrained(20, CifarResNet.builder(20).dataType(type));
  }

  private static DataSet stacked(int batch, DataType type) throws IOException {
    DataSet real = GoldenData.trainingBatch(batch, type);
    INDArray images = real.getFeatures();
    long last = images.size(0) - 1;
    INDArray knockoffs =
        Nd4j.concat(
            0,
            images.get(NDArrayIndex.interval(last, last + 1), NDArrayIndex.all()),
            images.get(NDArrayIndex.interval(0, last), NDArrayIndex.all()));
    return new DataSet(
        Nd4j.concat(0, images, knockoffs), Nd4j.concat(0, real.getLabels(), real.getLabels()));
  }

  /** In double precision, on Deeplearning4j's own layers. */
  @Test
  void gradientsOfTheFirstStepAgree() throws IOException {
    Map<String, INDArray> golden = GoldenData.values("scop");
    ComputationGraph training = SCOP.apply(pretrained(DataType.DOUBLE));
    DataSet data = stacked(0, DataType.DOUBLE);
    assertGradients(training, data, golden, 1e-3);
    assertLoss(training, data, golden, 0);
  }

  /** In single precision, as jobs run. */
  @Test
  void fiveStepsAgree() throws IOException {
    Map<String, INDArray> golden = GoldenData.values("scop");
    ComputationGraph training = SCOP.apply(pretrained(DataType.FLOAT));
    assertGradients(training, stacked(0, DataType.FLOAT), golden, 1e-3);
    for (int step = 0; step < 5; step++) {
      DataSet data = stacked(step, DataType.FLOAT);
      assertLoss(training, data, golden, step);
      training.fit(data);
    }
    int misses = 0;
    int channels = 0;
    for (PrunedLayer layer : SCOP.select(training)) {
      misses += misses(layer, golden);
      channels += layer.channelsBefore();
      assertThat(layer.kept()).as(layer.name()).isEqualTo(kept(golden, layer.name()));
    }
    assertThat(misses).isLessThan(channels / 100);
  }

  /** Takes the loss from the logits: Deeplearning4j's own score clips probabilities at 1e-10. */
  private static void assertLoss(
      ComputationGraph training, DataSet data, Map<String, INDArray> golden, int step) {
    INDArray logits =
        training
            .feedForward(data.getFeatures(), true)
            .get("pool")
            .get(NDArrayIndex.interval(0, 64), NDArrayIndex.all())
            .mmul(training.getParam("linear_W"))
            .addRowVector(training.getParam("linear_b"))
            .castTo(DataType.DOUBLE);
    INDArray labels = data.getLabels().get(NDArrayIndex.interval(0, 64), NDArrayIndex.all());
    double loss = 0;
    for (int i = 0; i < 64; i++) {
      double[] row = logits.getRow(i).toDoubleVector();
      double largest = Arrays.stream(row).max().orElseThrow();
      double sum = Arrays.stream(row).map(z -> Math.exp(z - largest)).sum();
      int label = labels.getRow(i).argMax().getInt(0);
      loss += (largest + Math.log(sum) - row[label]) / 64;
    }
    double expected = golden.get("losses").getDouble(step);
    assertThat(loss).as("loss of step " + step).isCloseTo(expected, within(1e-4 * expected));
  }

  private static void assertGradients(
      ComputationGraph training, DataSet data, Map<String, INDArray> golden, double tolerance) {
    training.setInputs(data.getFeatures());
    training.setLabels(data.getLabels());
    training.computeGradientAndScore();
    for (PrunableUnit unit : SmallNetworks.units(training)) {
      INDArray expected = golden.get("grad." + unit.convolution());
      INDArray gradient =
          training
              .gradient()
              .getGradientFor(unit.factor() + "_b")
              .div(data.getFeatures().size(0))
              .castTo(DataType.FLOAT)
              .reshape(expected.shape());
      double scale = expected.amaxNumber().doubleValue();
      assertThat(gradient.sub(expected).amaxNumber().doubleValue() / scale)
          .as(unit.convolution())
          .isLessThan(tolerance);
    }
  }

  /**
   * Counts factors that are further than the tolerance. Adam's steps are of one size whatever the
   * gradient's, so that a factor whose gradient is near zero in any of the five steps is not
   * determined to that precision.
   */
  private static int misses(PrunedLayer layer, Map<String, INDArray> golden) {
    double[] factors = numbers(golden.get("factor." + layer.name()));
    double[] scores = numbers(golden.get("score." + layer.name()));
    int misses = 0;
    for (int c = 0; c < factors.length; c++) {
      double distance = Math.abs(layer.factors()[c] - factors[c]);
      assertThat(distance).as(layer.name() + " " + c).isLessThan(LEARNING_RATE);
      if (distance > 2e-4) {
        misses++;
      } else {
        assertThat(layer.scores()[c]).as(layer.name() + " " + c).isCloseTo(scores[c], within(1e-3));
      }
    }
    return misses;
  }

  private static int[] kept(Map<String, INDArray> golden, String convolution) {
    INDArray kept = golden.get("kept." + convolution);
    return kept.castTo(DataType.INT32).reshape(kept.length()).toIntVector();
  }

  private static double[] numbers(INDArray array) {
    return array.castTo(DataType.DOUBLE).reshape(array.length()).toDoubleVector();
  }

  @Test
  void maskedAndSlimLogitsAgree() throws IOException {
    Map<String, INDArray> golden = GoldenData.values("scop");
    INDArray expected = GoldenData.values("masked-logits").get("logits");
    ComputationGraph network = pretrained(DataType.FLOAT);
    Map<String, int[]> kept = new LinkedHashMap<>();
    for (PrunableUnit unit : SmallNetworks.units(network)) {
      kept.put(unit.convolution(), kept(golden, unit.convolution()));
    }
    ChannelSelection selection = new ChannelSelection(kept);
    INDArray images = GoldenData.testImages(0, 64, DataType.FLOAT).getFeatures();
    double scale = expected.amaxNumber().doubleValue();
    for (ComputationGraph pruned :
        new ComputationGraph[] {Scop.masked(network, selection), Scop.slim(network, selection)}) {
      INDArray logits =
          pruned
              .feedForward(images, false)
              .get("pool")
              .mmul(pruned.getParam("linear_W"))
              .addRowVector(pruned.getParam("linear_b"));
      assertThat(logits.sub(expected).amaxNumber().doubleValue() / scale).isLessThan(1e-4);
    }
  }
}
