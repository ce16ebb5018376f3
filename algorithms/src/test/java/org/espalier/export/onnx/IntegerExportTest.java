package org.espalier.export.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import onnx.Onnx.ModelProto;
import onnx.Onnx.TensorProto;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.compress.CompressionAlgorithm;
import org.espalier.quantize.CodeRange;
import org.espalier.quantize.QuantizedNetworks;
import org.espalier.quantize.layer.WeightScheme;
import org.espalier.quantize.lsq.Lsq;
import org.espalier.quantize.network.IntegerForm;
import org.espalier.quantize.network.QuantizedNetwork;
import org.espalier.quantize.ptq.Ptq;
import org.espalier.quantize.ptq.PtqConfiguration;
import org.espalier.quantize.simqat.SimQat;
import org.espalier.quantize.simqat.SimQatConfiguration;
import org.espalier.quantize.slb.Slb;
import org.espalier.quantize.slb.SlbConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Small networks in integers, from every algorithm. */
class IntegerExportTest {
  private static final InputType INPUT =
      Subjects.nhwc(QuantizedNetworks.SIZE, QuantizedNetworks.SIZE, 2);

  @TempDir private Path folder;

  /** Ways to come to a network in deployment form. */
  enum Way {
    PTQ(8),
    PTQ_LOW(4),
    SIMQAT(8),
    SIMQAT_SYMMETRIC(8),
    LSQ(8),
    LSQ_LOW(3);

    private final int bits;

    Way(int bits) {
      this.bits = bits;
    }

    ComputationGraph deployed(ComputationGraph network) {
      return IntegerForm.of(converted(network), false);
    }

    private ComputationGraph converted(ComputationGraph network) {
      return switch (this) {
        case PTQ, PTQ_LOW -> new Ptq(bits).convert(network, List.of(images(1), images(2)));
        case SIMQAT -> trained(network, new SimQat(bits));
        case SIMQAT_SYMMETRIC ->
            trained(
                network,
                new SimQat(
                    SimQatConfiguration.standard(bits)
                        .withActivations(CodeRange.unsigned(bits), true)));
        case LSQ, LSQ_LOW -> trained(network, new Lsq(bits));
      };
    }
  }

  private static ComputationGraph trained(
      ComputationGraph network, CompressionAlgorithm algorithm) {
    ComputationGraph form = algorithm.apply(network);
    QuantizedNetworks.train(form, 5);
    return algorithm.convert(form);
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void aResidualNetworkIsComputedInIntegers(Way way) throws Exception {
    ComputationGraph network = way.deployed(residual());
    byte[] model = OnnxExport.of(network, INPUT).build().bytes();
    assertThat(OnnxRun.optimizedOperators(model, folder))
        .contains("QLinearConv", "QGemm", "QLinearAdd", "QLinearGlobalAveragePool")
        .doesNotContain("Conv", "FusedConv", "Gemm", "FusedGemm", "MatMul", "Add", "Relu");
    assertSameCodes(network, model);
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void poolingMovesCodes(Way way) throws Exception {
    ComputationGraph network = way.deployed(plain());
    byte[] model = OnnxExport.of(network, INPUT).build().bytes();
    assertThat(OnnxRun.optimizedOperators(model, folder))
        .contains("QLinearConv", "QGemm", "MaxPool")
        .doesNotContain("Conv", "FusedConv", "Gemm", "FusedGemm", "MatMul", "Relu");
    assertSameCodes(network, model);
  }

  @Test
  void channelsThatWereRemovedMoveCodes() throws Exception {
    ComputationGraph network =
        Way.PTQ.deployed(Subjects.without(channel -> channel == 1, residual(), INPUT));
    assertSameCodes(network, OnnxExport.of(network, INPUT).build().bytes());
  }

  @Test
  void codesOfWeightsAreThoseThatWereTrained() throws IOException {
    SimQat algorithm = new SimQat(8);
    ComputationGraph form = algorithm.apply(plain());
    QuantizedNetworks.train(form, 5);
    ModelProto model = model(algorithm.convert(form));
    QuantizedNetwork trained = QuantizedNetwork.of(algorithm.convert(form));
    assertThat(signed(model, "conv1.weight")).isEqualTo(trained.layer("conv1").weights().codes());
    assertThat(signed(model, "fc2.weight")).isEqualTo(trained.layer("fc2").weights().codes());
  }

  @Test
  void searchedWeightsKeepTheirFewIntegers() throws IOException {
    ComputationGraph network = trained(residual(), new Slb(SlbConfiguration.standard(2, 8, 10)));
    assertThat(Arrays.stream(signed(model(network), "conv2.weight")).distinct().sorted())
        .containsExactly(-3, -1, 1, 3);
  }

  @Test
  void biasesMoveByHalfAStepAtMost() {
    ComputationGraph network = trained(residual(), new SimQat(8));
    QuantizedNetwork exact = QuantizedNetwork.of(IntegerForm.of(network, false));
    for (QuantizedNetwork.WeightedLayer layer : QuantizedNetwork.of(network).layers()) {
      float[] bias = exact.layer(layer.name()).bias();
      for (int c = 0; c < bias.length; c++) {
        float step = layer.input().orElseThrow().scale() * layer.weights().scales()[c];
        assertThat(Math.abs(bias[c] - layer.bias()[c])).isLessThanOrEqualTo(0.501f * step);
      }
    }
  }

  @Test
  void aBiasThatDwarfsItsWeightsFits() throws Exception {
    ComputationGraph network = residual();
    network.getLayer("bn1").getParam("gamma").putScalar(0, 1e-12);
    network.getLayer("bn1").getParam("beta").putScalar(0, 0.7);
    ComputationGraph deployed = Way.PTQ.deployed(network);
    int[] codes = QuantizedNetwork.of(deployed).layer("conv1").biasCodes();
    assertThat(codes[0]).isBetween((1 << 30) - 100, (1 << 30) + 100);
    byte[] model = OnnxExport.of(deployed, INPUT).build().bytes();
    assertSameCodes(deployed, model);
    INDArray images = images(100);
    Subjects.assertWithin(
        0.1,
        OnnxRun.run(model, images.permute(0, 3, 1, 2).dup('c')),
        deployed.outputSingle(images));
  }

  @Test
  void weightsOfAReducedRangeHaveSevenBits() throws Exception {
    ComputationGraph network = Way.SIMQAT.deployed(residual());
    byte[] model = OnnxExport.of(network, INPUT).reduceRange(true).build().bytes();
    for (QuantizedNetwork.WeightedLayer layer : QuantizedNetwork.of(network).layers()) {
      int[] codes = signed(ModelProto.parseFrom(model), layer.name() + ".weight");
      assertThat(Arrays.stream(codes).map(Math::abs).max()).hasValue(63);
      assertThat(Arrays.stream(layer.weights().codes()).map(Math::abs).max()).hasValue(127);
    }
    assertSameCodes(IntegerForm.of(network, true), model);
    INDArray images = images(100);
    INDArray actual = OnnxRun.run(model, images.permute(0, 3, 1, 2).dup('c'));
    INDArray expected = network.outputSingle(images);
    assertThat(actual.sub(expected).norm2Number().doubleValue())
        .isLessThan(0.1 * expected.norm2Number().doubleValue());
  }

  @Test
  void weightsAloneComputeInFloat() {
    ComputationGraph network =
        new Ptq(PtqConfiguration.weightsOnly(8)).convert(residual(), List.of());
    INDArray images = images(100);
    Subjects.assertWithin(
        1e-4,
        OnnxRun.run(
            OnnxExport.of(network, INPUT).build().bytes(), images.permute(0, 3, 1, 2).dup('c')),
        network.outputSingle(images));
  }

  @Test
  void aNetworkInTrainingFormIsRefused() {
    assertThatThrownBy(() -> OnnxExport.of(new SimQat(8).apply(residual()), INPUT).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot export vertex input.codes: it is in training form, convert the network first"
                + " (ObservedActivation)");
  }

  @Test
  void weightsTooFarFromZeroAreRefused() {
    PtqConfiguration skewed =
        PtqConfiguration.standard(8, 8).withWeights(new WeightScheme(8, false, false, true), false);
    ComputationGraph network = new Ptq(skewed).convert(residual(), List.of(images(1)));
    assertThatThrownBy(() -> OnnxExport.of(network, INPUT).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching(
            "Cannot export vertex conv1 in integers: its weights do not fit into 8 bits around"
                + " zero \\(-?\\d+\\); quantise them symmetrically");
  }

  private static void assertSameCodes(ComputationGraph network, byte[] model)
      throws OrtException, IOException {
    try (IntegerAgreement agreement = new IntegerAgreement(network, model)) {
      for (int batch = 0; batch < 4; batch++) {
        agreement.compare(images(100 + batch));
      }
      assertThat(agreement.leastShareOfEqualCodes()).as(agreement.toString()).isGreaterThan(0.999);
      assumeTrue(OnnxRun.roundsAsCompiled(), "compiled networks round otherwise on this machine");
      assertThat(agreement.farthestOutput()).as(agreement.toString()).isLessThan(1e-5);
    }
  }

  private static ModelProto model(ComputationGraph network) throws IOException {
    return ModelProto.parseFrom(OnnxExport.of(network, INPUT).build().bytes());
  }

  private static int[] signed(ModelProto model, String name) {
    TensorProto found =
        model.getGraph().getInitializerList().stream()
            .filter(tensor -> tensor.getName().equals(name))
            .findFirst()
            .orElseThrow();
    assertThat(found.getDataType()).isEqualTo(TensorProto.DataType.INT8.getNumber());
    byte[] bytes = found.getRawData().toByteArray();
    int[] codes = new int[bytes.length];
    Arrays.setAll(codes, i -> bytes[i]);
    return codes;
  }

  private static ComputationGraph residual() {
    return QuantizedNetworks.residual(DataType.FLOAT, QuantizedNetworks.updater());
  }

  private static ComputationGraph plain() {
    return QuantizedNetworks.plain(DataType.FLOAT, QuantizedNetworks.updater());
  }

  private static INDArray images(long seed) {
    return QuantizedNetworks.data(DataType.FLOAT, seed, 64).getFeatures();
  }
}
