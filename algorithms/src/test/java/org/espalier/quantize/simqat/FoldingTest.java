package org.espalier.quantize.simqat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.nn.BatchNorm;
import org.espalier.nn.Convolution;
import org.espalier.nn.GlobalAveragePooling;
import org.espalier.nn.Output;
import org.espalier.nn.ParameterClass;
import org.espalier.nn.ParameterLayout;
import org.espalier.quantize.GradientChecks;
import org.espalier.quantize.QuantizedNetworks;
import org.espalier.quantize.layer.WeightScheme;
import org.espalier.quantize.network.QuantizedNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;

class FoldingTest {
  private static final WeightScheme ASYMMETRIC = new WeightScheme(8, false, false, false);

  private static SimQatConfiguration settings(Folding folding) {
    return SimQatConfiguration.standard(8).withWeights(ASYMMETRIC, folding);
  }

  /** Nothing is rounded. */
  private static SimQatConfiguration identity(Folding folding) {
    return settings(folding).withDelays(ObservedSettings.NEVER, ObservedSettings.NEVER);
  }

  private static ComputationGraph network(DataType type, IUpdater updater, boolean bias) {
    ComputationGraph network =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .dataType(type)
                .updater(updater)
                .graphBuilder()
                .addInputs("input")
                .setInputTypes(
                    InputType.convolutional(
                        QuantizedNetworks.SIZE, QuantizedNetworks.SIZE, 2, CNN2DFormat.NHWC))
                .addLayer(
                    "conv1",
                    Convolution.builder(3, 3).nIn(2).nOut(3).padding(1).hasBias(bias).build(),
                    "input")
                .addLayer("bn1", BatchNorm.builder().nIn(3).nOut(3).relu(true).build(), "conv1")
                .addLayer("conv2", Convolution.builder(3, 3).nIn(3).nOut(4).build(), "bn1")
                .addLayer("bn2", BatchNorm.builder().nIn(4).nOut(4).build(), "conv2")
                .addLayer("tanh", new ActivationLayer(Activation.TANH), "bn2")
                .addLayer("pool", GlobalAveragePooling.builder().build(), "tanh")
                .addLayer(
                    "linear",
                    Output.builder().nIn(4).nOut(QuantizedNetworks.CLASSES).build(),
                    "pool")
                .setOutputs("linear")
                .build());
    network.init();
    for (String name : new String[] {"bn1", "bn2"}) {
      long channels = network.getVertex(name).paramTable(false).get("gamma").length();
      for (String parameter : new String[] {"gamma", "beta", "mean", "var"}) {
        INDArray array = network.getVertex(name).paramTable(false).get(parameter);
        for (long c = 0; c < channels; c++) {
          array.putScalar(c, (c == 1 && parameter.equals("gamma") ? -1 : 1) * (0.4 + 0.3 * c));
        }
      }
    }
    return network;
  }

  @ParameterizedTest
  @EnumSource(names = {"TWO_CONVOLUTIONS", "ONE_CONVOLUTION"})
  void handComputedExample(Folding folding) {
    FoldedConvolution layer =
        new FoldedConvolution(
            named(Convolution.builder(1, 1).nIn(2).nOut(1).build()),
            BatchNorm.builder().nIn(1).nOut(1).eps(1e-12).build(),
            new RangeWeights(ASYMMETRIC, ObservedSettings.NEVER),
            folding,
            5);
    ComputationGraph network =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .dataType(DataType.DOUBLE)
                .updater(new NoOp())
                .graphBuilder()
                .addInputs("input")
                .setInputTypes(InputType.convolutional(1, 1, 2, CNN2DFormat.NHWC))
                .addLayer("bn", layer, "input")
                .setOutputs("bn")
                .build());
    network.init(Nd4j.createFromArray(2.0, -1, 1.5, .25, .5, 4).reshape(1, 6), true);
    INDArray x = Nd4j.createFromArray(1.0, 2, 3, 1, 0, 4, 2, 2).reshape(4, 1, 1, 2);
    double[] batch = network.output(true, x)[0].reshape(-1).toDoubleVector();
    assertThat(batch)
        .containsExactly(
            new double[] {-.094123601, 2.200033738, -1.929449472, .823539335}, offset(1e-8));
    network.getConfiguration().setIterationCount(5);
    network.getVertex("bn").getLayer().setIterationCount(5);
    double[] frozen = network.output(true, x)[0].reshape(-1).toDoubleVector();
    assertThat(frozen).containsExactly(new double[] {-.125, 3.625, -3.125, 1.375}, offset(1e-8));
  }

  private static Convolution named(Convolution convolution) {
    convolution.setLayerName("conv");
    return convolution;
  }

  @ParameterizedTest
  @CsvSource({
    "TWO_CONVOLUTIONS, false",
    "TWO_CONVOLUTIONS, true",
    "ONE_CONVOLUTION, false",
    "ONE_CONVOLUTION, true"
  })
  void withoutRoundingTrainingIsThatOfThePlainNetwork(Folding folding, boolean bias) {
    ComputationGraph network = network(DataType.DOUBLE, QuantizedNetworks.updater(), bias);
    ComputationGraph form = new SimQat(identity(folding)).apply(network);
    QuantizedNetworks.train(network, 4);
    QuantizedNetworks.train(form, 4);
    for (String name : new String[] {"W", "gamma", "beta", "mean", "var"}) {
      boolean convolution = name.equals("W");
      for (int i = 1; i <= 2; i++) {
        INDArray expected =
            network.getVertex((convolution ? "conv" : "bn") + i).paramTable(false).get(name);
        INDArray actual = form.getVertex("bn" + i).paramTable(false).get(name);
        assertThat(actual.sub(expected).amaxNumber().doubleValue())
            .as("%s %d", name, i)
            .isLessThan(1e-9);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "TWO_CONVOLUTIONS, 0",
    "ONE_CONVOLUTION, 0",
    "TWO_CONVOLUTIONS, 1",
    "ONE_CONVOLUTION, 1"
  })
  void withoutRoundingGradientsAreRight(Folding folding, int frozen) {
    ComputationGraph form =
        new SimQat(identity(folding).withFreezing(0, frozen == 1 ? 0 : ObservedSettings.NEVER))
            .apply(network(DataType.DOUBLE, new NoOp(), true));
    assertThat(GradientChecks.passes(form, "bn1_mean", "bn1_var", "bn2_mean", "bn2_var")).isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = {"TWO_CONVOLUTIONS", "ONE_CONVOLUTION"})
  void convertedNetworkComputesWhatTheTrainedOneDoes(Folding folding) {
    SimQat algorithm = new SimQat(settings(folding).withFreezing(20, 15));
    ComputationGraph trained =
        algorithm.apply(QuantizedNetworks.residual(DataType.FLOAT, QuantizedNetworks.updater()));
    QuantizedNetworks.train(trained, 12);
    ComputationGraph resumed = QuantizedNetworks.saved(trained);
    QuantizedNetworks.train(trained, 12);
    QuantizedNetworks.train(resumed, 12);
    assertThat(resumed.params()).isEqualTo(trained.params());
    assertThat(
            ComputationGraphConfiguration.fromJson(trained.getConfiguration().toJson())
                .getVertices())
        .isEqualTo(trained.getConfiguration().getVertices());
    ComputationGraph deployed = QuantizedNetworks.saved(algorithm.convert(trained));
    DataSet test = QuantizedNetworks.data(DataType.FLOAT, 99, 64);
    QuantizedNetworks.assertSameCodes(trained, deployed, test.getFeatures());
    QuantizedNetwork integers = QuantizedNetwork.of(deployed);
    assertThat(integers.layer("conv2").weights().zeroPoints()[0]).isBetween(1, 254);
    assertThat(integers.layer("conv2").biasCodes()).hasSize(4);
  }

  @Test
  void frozenStatisticsStayWhileTheRestLearns() {
    SimQat algorithm =
        new SimQat(settings(Folding.ONE_CONVOLUTION).withFreezing(ObservedSettings.NEVER, 2));
    ComputationGraph form =
        algorithm.apply(network(DataType.FLOAT, QuantizedNetworks.updater(), true));
    QuantizedNetworks.train(form, 2);
    INDArray before = form.params().dup();
    QuantizedNetworks.train(form, 2);
    ParameterLayout.of(form)
        .ranges()
        .forEach(
            range -> {
              double moved = 0;
              for (int i = range.offset(); i < range.offset() + range.length(); i++) {
                moved += Math.abs(form.params().getDouble(i) - before.getDouble(i));
              }
              if (range.name().endsWith("_mean") || range.name().endsWith("_var")) {
                assertThat(moved).as(range.name()).isZero();
              } else if (range.name().startsWith("bn") && range.kind() == ParameterClass.MEAN) {
                assertThat(moved).as(range.name()).isPositive();
              }
            });
    assertThat(ParameterLayout.of(form).ranges())
        .filteredOn(range -> range.name().endsWith("_var"))
        .allMatch(range -> range.kind() == ParameterClass.POOLED_VARIANCE);
  }

  @Test
  void aFactorOfZeroStaysFinite() {
    for (Folding folding : new Folding[] {Folding.ONE_CONVOLUTION, Folding.TWO_CONVOLUTIONS}) {
      ComputationGraph network = network(DataType.FLOAT, QuantizedNetworks.updater(), false);
      network.getVertex("bn1").paramTable(false).get("gamma").putScalar(0, 0);
      ComputationGraph form = new SimQat(settings(folding)).apply(network);
      QuantizedNetworks.train(form, 3);
      assertThat(form.params().isNaN().any() || form.params().isInfinite().any()).isFalse();
    }
  }
}
