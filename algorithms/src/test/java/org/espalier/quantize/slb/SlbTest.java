package org.espalier.quantize.slb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.graph.NetworkGraph;
import org.espalier.quantize.GradientChecks;
import org.espalier.quantize.QuantizedNetworks;
import org.espalier.quantize.layer.QuantizedLayer;
import org.espalier.quantize.lsq.LearnedWeights;
import org.espalier.quantize.network.QuantizedNetwork;
import org.espalier.quantize.network.TrainingForm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.NoOp;

class SlbTest {
  private static final int EPOCHS = 10;

  private static ComputationGraph residual() {
    return QuantizedNetworks.residual(DataType.FLOAT, QuantizedNetworks.updater());
  }

  private static void train(ComputationGraph network, int epochs) {
    for (int epoch = 0; epoch < epochs; epoch++) {
      QuantizedNetworks.train(network, 8);
      network.getConfiguration().setEpochCount(network.getEpochCount() + 1);
    }
  }

  private static List<INDArray> batches() {
    return List.of(
        QuantizedNetworks.data(DataType.FLOAT, 500, 64).getFeatures(),
        QuantizedNetworks.data(DataType.FLOAT, 501, 64).getFeatures());
  }

  @Test
  void convolutionsAreSearchedAndOtherLayersHaveEightBits() {
    SlbConfiguration standard = SlbConfiguration.standard(2, 4, EPOCHS);
    NetworkGraph all = NetworkGraph.of(new Slb(standard).apply(residual()));
    SearchedWeights searched = new SearchedWeights(2, standard.temperature());
    assertThat(all.layer("conv1", QuantizedLayer.class).quantizer()).isEqualTo(searched);
    assertThat(all.layer("conv5", QuantizedLayer.class).quantizer()).isEqualTo(searched);
    assertThat(all.layer("linear", QuantizedLayer.class).quantizer())
        .isEqualTo(new LearnedWeights(8, false));
    assertThat(all.contains("conv3.input")).isTrue();

    NetworkGraph inner =
        NetworkGraph.of(
            new Slb(new SlbConfiguration(2, 32, standard.temperature(), false)).apply(residual()));
    assertThat(inner.layer("conv1", QuantizedLayer.class).quantizer())
        .isEqualTo(new LearnedWeights(8, false));
    assertThat(inner.contains("conv3.input")).isFalse();
  }

  @Test
  void smoothPathPassesTheGradientCheck() {
    for (int bits : new int[] {1, 2}) {
      TrainingForm form = TrainingForm.of(QuantizedNetworks.plain(DataType.DOUBLE, new NoOp()));
      SearchedWeights weights = new SearchedWeights(bits, new Temperature(1.5, 1, 0, 0));
      form.placement().weighted().forEach(layer -> form.weights(layer, weights));
      assertThat(GradientChecks.passes(form.build())).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 32", "1, 8", "2, 4", "4, 8"})
  void quantisedNetworkLearnsAndConverts(int bits, int activationBits) {
    ComputationGraph network = residual();
    QuantizedNetworks.train(network, 40);
    Slb algorithm = new Slb(SlbConfiguration.standard(bits, activationBits, EPOCHS));
    ComputationGraph trained = algorithm.apply(network);
    train(trained, EPOCHS);
    ComputationGraph calibrated = Slb.calibrated(trained, batches());
    ComputationGraph deployed = QuantizedNetworks.saved(algorithm.convert(calibrated));
    DataSet test = QuantizedNetworks.data(DataType.FLOAT, 1234, 300);
    assertThat(QuantizedNetworks.accuracy(deployed, test)).isGreaterThan(0.85);
    QuantizedNetworks.assertSameCodes(calibrated, deployed, test.getFeatures());
    assertThat(deployed.outputSingle(test.getFeatures()))
        .matches(output -> output.equalsWithEps(calibrated.outputSingle(test.getFeatures()), 0.05));
    int m = 1 << bits;
    assertThat(QuantizedNetwork.of(deployed).layer("conv3").weights().codes())
        .matches(
            codes ->
                Arrays.stream(codes)
                    .allMatch(code -> Math.abs(code) % 2 == 1 && Math.abs(code) < m));
  }

  @Test
  void calibrationGivesStatisticsOfHardWeightsAndChangesNothingElse() {
    Slb algorithm = new Slb(SlbConfiguration.standard(1, 32, EPOCHS));
    ComputationGraph trained = algorithm.apply(residual());
    train(trained, 2);
    ComputationGraph calibrated = Slb.calibrated(trained, batches());
    ComputationGraph hard = Slb.hardened(trained);
    INDArray sample = batches().get(0);
    assertThat(hard.outputSingle(sample)).isEqualTo(trained.outputSingle(sample));
    calibrated
        .paramTable()
        .forEach(
            (name, array) -> {
              boolean statistics = name.endsWith("_mean") || name.endsWith("_var");
              assertThat(array.distance2(trained.paramTable().get(name)) == 0)
                  .as(name)
                  .isEqualTo(!statistics);
            });
  }

  @Test
  void trainingGoesOnThroughAFileAsIfNothingHadHappened() {
    ComputationGraph one = new Slb(SlbConfiguration.standard(2, 8, 5)).apply(residual());
    train(one, 3);
    ComputationGraph other = QuantizedNetworks.saved(one);
    train(one, 2);
    train(other, 2);
    assertThat(other.params()).isEqualTo(one.params());
    assertThat(
            ComputationGraphConfiguration.fromJson(one.getConfiguration().toJson()).getVertices())
        .isEqualTo(one.getConfiguration().getVertices());
  }

  @Test
  void logitsDecayAsWeightsDoAndTheScaleDoesNot() {
    ComputationGraph form = new Slb(SlbConfiguration.standard(2, 8, 5)).apply(residual());
    var settings = form.getVertex("conv2").getLayer().getConfig();
    assertThat(settings.getRegularizationByParam(SearchedWeights.LOGITS)).isNotEmpty();
    assertThat(settings.getRegularizationByParam(SearchedWeights.SCALE)).isNull();
  }

  @Test
  void networksWithoutAConvolutionToSearchAreRefused() {
    Slb algorithm = new Slb(new SlbConfiguration(1, 32, Temperature.standard(5), false));
    ComputationGraph network = QuantizedNetworks.plain(DataType.FLOAT, QuantizedNetworks.updater());
    assertThatThrownBy(() -> algorithm.apply(network))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot search for weights: the network has no convolution to search"
                + " ([conv1, fc1, fc2])");
  }
}
