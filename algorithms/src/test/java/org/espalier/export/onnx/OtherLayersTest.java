package org.espalier.export.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import onnx.Onnx.ModelProto;
import onnx.Onnx.StringStringEntryProto;
import onnx.Onnx.TensorProto;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.nn.ChannelMask;
import org.espalier.nn.ChannelScatter;
import org.espalier.nn.Convolution;
import org.espalier.nn.GlobalAveragePooling;
import org.espalier.nn.Output;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class OtherLayersTest {
  private static final INDArray IMAGES = Subjects.images(4, 3, 11, 9);
  private static final InputType NCHW = InputType.convolutional(11, 9, 3);

  @TempDir private java.nio.file.Path folder;

  @Test
  void layersOfDeeplearning4jWithChannelsFirst() {
    GraphBuilder graph =
        new NeuralNetConfiguration.Builder()
            .convolutionMode(ConvolutionMode.Same)
            .graphBuilder()
            .addInputs("in")
            .setInputTypes(NCHW)
            .addLayer(
                "conv",
                new ConvolutionLayer.Builder(3, 3)
                    .nOut(6)
                    .stride(2, 2)
                    .activation(Activation.LEAKYRELU)
                    .build(),
                "in")
            .addLayer("norm", new BatchNormalization(), "conv")
            .addLayer(
                "depth",
                new DepthwiseConvolution2D.Builder(3, 3)
                    .depthMultiplier(2)
                    .activation(Activation.TANH)
                    .build(),
                "norm")
            .addLayer("average", pooling(PoolingType.AVG), "depth")
            .addLayer("maximum", pooling(PoolingType.MAX), "depth")
            .addVertex("merged", new MergeVertex(), "average", "maximum")
            .addVertex(
                "more", new ElementWiseVertex(ElementWiseVertex.Op.Average), "merged", "merged")
            .addLayer("padded", new ZeroPaddingLayer(1, 2, 0, 1), "more")
            .addLayer("dropped", new DropoutLayer(0.5), "padded")
            .addLayer(
                "dense",
                new DenseLayer.Builder().nOut(7).activation(Activation.SIGMOID).build(),
                "dropped")
            .addLayer("global", new GlobalPoolingLayer(PoolingType.MAX), "dropped")
            .addVertex("both", new MergeVertex(), "dense", "global")
            .addLayer(
                "out",
                new OutputLayer.Builder(LossFunction.MCXENT)
                    .nOut(3)
                    .activation(Activation.SOFTMAX)
                    .build(),
                "both")
            .setOutputs("out");
    ComputationGraph network = Subjects.network(graph.build(), IMAGES);
    OnnxModel model = OnnxExport.of(network, NCHW).build();
    Subjects.assertWithin(
        1e-5, OnnxRun.run(model.bytes(), IMAGES), network.outputSingle(false, IMAGES));
  }

  private static SubsamplingLayer pooling(PoolingType type) {
    return new SubsamplingLayer.Builder(type)
        .kernelSize(3, 3)
        .stride(2, 2)
        .avgPoolIncludePadInDivisor(false)
        .build();
  }

  @Test
  void channelsThatAreMaskedOrScattered() throws IOException {
    ComputationGraph network =
        Subjects.network(
            channelsLast()
                .addLayer("mask", new ChannelMask(4, 0, 3), "conv")
                .addLayer("scatter", new ChannelScatter(7, 5, 0, 2, 3), "mask")
                .addLayer("again", new ChannelScatter(9, 1, 0, 8, 7, 2, 3, 6), "scatter")
                .addLayer("pool", GlobalAveragePooling.builder().build(), "again")
                .addLayer("out", Output.builder().nIn(9).nOut(3).build(), "pool")
                .setOutputs("out")
                .build(),
            Subjects.nhwc(IMAGES));
    OnnxModel model = OnnxExport.of(network, Subjects.nhwc(11, 9, 3)).build();
    Subjects.assertWithin(
        1e-5, OnnxRun.run(model.bytes(), IMAGES), Subjects.outputOfNhwc(network, IMAGES));
    assertThat(ModelProto.parseFrom(model.bytes()).getGraph().getInitializerList())
        .as("both add one channel of zeros")
        .filteredOn(tensor -> tensor.getDataType() == TensorProto.DataType.INT64.getNumber())
        .hasSize(1);
  }

  private static GraphBuilder channelsLast() {
    return new NeuralNetConfiguration.Builder()
        .graphBuilder()
        .addInputs("in")
        .setInputTypes(Subjects.nhwc(11, 9, 3))
        .addLayer("conv", Convolution.builder(3, 3).nIn(3).nOut(4).build(), "in");
  }

  @Test
  void aLayerWithoutOnnxFormIsNamed() {
    ComputationGraph network =
        new ComputationGraph(
            channelsLast()
                .addLayer("local", new LocalResponseNormalization.Builder().build(), "conv")
                .setOutputs("local")
                .build());
    network.init();
    OnnxExport export = OnnxExport.of(network, Subjects.nhwc(11, 9, 3));
    assertThatThrownBy(export::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot export vertex local: there is no ONNX form here for"
                + " (LocalResponseNormalization)");
    assertThatThrownBy(() -> export.top1(97))
        .hasMessage("Cannot export a network: top1 must be from 0 to 1 (97.0)");
  }

  @Test
  void aFileSaysWhereItsNetworkIsFrom() throws IOException {
    ComputationGraph network = new ComputationGraph(channelsLast().setOutputs("conv").build());
    network.init();
    Path path = new Path(folder.resolve("deep/net.onnx").toUri());
    OnnxExport.of(network, Subjects.nhwc(11, 9, 3))
        .classNames(List.of("cat", "dog"))
        .top1(0.875)
        .metadata("data", "pets")
        .build()
        .write(path, new Configuration());
    ModelProto model = ModelProto.parseFrom(Files.readAllBytes(folder.resolve("deep/net.onnx")));
    assertThat(model.getProducerName()).isEqualTo("Espalier");
    Map<String, String> metadata =
        model.getMetadataPropsList().stream()
            .collect(
                Collectors.toMap(StringStringEntryProto::getKey, StringStringEntryProto::getValue));
    assertThat(metadata)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("classes", "cat\ndog", "top1", "0.875", "data", "pets"));
    try (var files = Files.list(folder.resolve("deep"))) {
      assertThat(files).hasSize(1);
    }
  }
}
